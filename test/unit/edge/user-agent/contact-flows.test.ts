import { expect, it } from 'vitest';
import { ContactFlows } from '../../../../src/edge/user-agent/contact-flows.ts';
import type { SipRequest } from '../../../../src/sip/message/index.ts';
import { parseUri } from '../../../../src/sip/message/index.ts';
import type { Flow } from '../../../../src/sip/transport/transport.ts';

const uriOf = (user: string) => parseUri(`sip:${user}@x1y2z3.invalid;transport=ws`)!;
const register = (user: string) => ({ contacts: [{ uri: uriOf(user) }] }) as unknown as SipRequest;
const flowOf = (id: string, transport = 'wss') =>
  ({ id, open: true, local: { transport, address: '192.0.2.1', port: 443 } }) as Flow & { open: boolean };

it('leads to the connection that a browser has registered over last, as long as it is open', () => {
  const flows = new ContactFlows();
  const [before, now] = [flowOf('1'), flowOf('2')];
  flows.registered(register('a'), before);
  flows.registered(register('a'), now);
  flows.closed(before);
  expect(flows.of(uriOf('a'))).toBe(now);
  flows.registered(register('b'), flowOf('3', 'udp'));
  expect([flows.of(uriOf('b')), flows.of(parseUri('sip:a@192.0.2.9')!)]).toEqual([undefined, undefined]);
  now.open = false;
  expect(flows.of(uriOf('a'))).toBeUndefined();
  flows.closed(now);
});

it('keeps nothing of a connection that closed before its REGISTER was answered', () => {
  const flows = new ContactFlows();
  const gone = flowOf('1');
  gone.open = false;
  flows.closed(gone);
  flows.registered(register('a'), gone);
  gone.open = true;
  expect(flows.of(uriOf('a'))).toBeUndefined();
});
