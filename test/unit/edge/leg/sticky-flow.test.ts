import { expect, test } from 'vitest';
import { stickyFlow } from '../../../../src/edge/leg/sticky-flow.ts';
import { parseMessage, SipRequest } from '../../../../src/sip/message/index.ts';
import type { Flow } from '../../../../src/sip/transport/transport.ts';

const flow = (reliable: boolean) =>
  ({ reliable, remote: { transport: 'udp', address: '203.0.113.9', port: 4000 } }) as Flow;

function request(via: string, ...headers: string[]): SipRequest {
  const lines = ['INVITE sip:a@b SIP/2.0', `Via: SIP/2.0/UDP ${via};branch=z9hG4bK1`, ...headers, '', ''];
  const message = parseMessage(Buffer.from(lines.join('\r\n')));
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

test.each([
  ['a connection is taken back', true, request('192.168.1.2'), true],
  ['a phone behind NAT is reached where it was seen', false, request('192.168.1.2;rport'), true],
  ['so it is when only the port was changed', false, request('203.0.113.9:5060;rport'), true],
  [
    'a phone that is where it says is reached at its Contact',
    false,
    request('203.0.113.9:4000;rport'),
    false,
  ],
  ['so is one that does not ask for rport', false, request('192.168.1.2'), false],
  [
    'a proxy that recorded its route is the way, behind NAT',
    false,
    request('192.168.1.2;rport', 'Record-Route: <sip:p;lr>'),
    false,
  ],
  ['and over a connection', true, request('192.168.1.2', 'Record-Route: <sip:p;lr>'), false],
])('%s', (_what, reliable, invite, isSticky) => {
  const came = flow(reliable);
  expect(stickyFlow(invite, came)).toBe(isSticky ? came : undefined);
});
