import { expect, it } from 'vitest';
import { bindingSuccess, isBindingRequest, transactionIdOf } from '../../../src/shared/stun.ts';

/** RFC 5769 2.1 without its attributes: a Binding request of that transaction. */
const REQUEST = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
const answerTo = (address: string) => bindingSuccess(transactionIdOf(REQUEST), address, 32853);

it('tells a phone over IPv4 where it is seen (RFC 5769 2.2: 192.0.2.1 port 32853)', () => {
  expect(answerTo('192.0.2.1').toString('hex')).toBe(
    '0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643',
  );
});

it('tells a phone over IPv6 (RFC 5769 2.3: 2001:db8:1234:5678:11:2233:4455:6677)', () => {
  expect(answerTo('2001:db8:1234:5678:11:2233:4455:6677').toString('hex')).toBe(
    '010100182112a442b7e7a701bc34d686fa87dfae002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
  );
  expect(answerTo('fe80::1%eth0')).toEqual(answerTo('fe80:0:0:0:0:0:0:1'));
});

it('knows a request by its type, length and cookie', () => {
  expect(isBindingRequest(REQUEST)).toBe(true);
  const changed = (at: number, byte: number) =>
    Buffer.from(REQUEST.map((old, index) => (index === at ? byte : old)));
  const others = [changed(0, 1), changed(1, 0x11), changed(3, 4), changed(4, 0), REQUEST.subarray(0, 19)];
  for (const other of others) expect(isBindingRequest(other)).toBe(false);
});
