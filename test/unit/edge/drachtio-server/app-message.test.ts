import { expect, test } from 'vitest';
import { contactLines, parseAppMessage } from '../../../../src/edge/drachtio-server/app-message.ts';
import type { Flow, TransportName } from '../../../../src/sip/transport/transport.ts';

/** A flow whose far end knows us as 192.0.2.1:5070. */
const flowOf = (transport: TransportName) =>
  ({ local: { transport, address: '0.0.0.0', port: 5060 }, sentBy: '192.0.2.1:5070' }) as Flow;

test.each<[contact: string, transport: TransportName, written: string]>([
  ['<sip:me@localhost>', 'udp', '<sip:me@192.0.2.1:5070>'],
  ['<sip:me@localhost:9>;expires=60', 'tcp', '<sip:me@192.0.2.1:5070;transport=tcp>;expires=60'],
  ['"Me" <sip:localhost;ob>', 'tls', '"Me" <sip:192.0.2.1:5070;transport=tls;ob>'],
  ['<sip:me@localhost>', 'wss', '<sip:me@192.0.2.1:5070;transport=ws>'],
  // The application's own word stands.
  ['<sip:me@localhost;transport=tcp>', 'tls', '<sip:me@192.0.2.1:5070;transport=tcp>'],
  ['<sips:me@localhost>', 'tls', '<sips:me@192.0.2.1:5070>'],
  // Without brackets a parameter is the header's.
  ['sip:me@localhost;expires=60', 'tls', '<sip:me@192.0.2.1:5070;transport=tls>;expires=60'],
  [
    '<sip:a@localhost>, <sip:b@localhost>',
    'tcp',
    '<sip:a@192.0.2.1:5070;transport=tcp>, <sip:b@192.0.2.1:5070;transport=tcp>',
  ],
  ['<sip:me@localhost.example.com>', 'tls', '<sip:me@localhost.example.com>'],
  ['<sip:localhost@example.com>', 'tls', '<sip:localhost@example.com>'],
  ['*', 'tls', '*'],
])('a Contact %s over %s', (contact, transport, written) => {
  const app = parseAppMessage(Buffer.from(`REGISTER sip:x SIP/2.0\r\nContact: ${contact}\r\n\r\n`), 0)!;
  expect(contactLines(app, flowOf(transport))).toBe(`Contact: ${written}\r\n`);
});
