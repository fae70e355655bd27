import { expect, it } from 'vitest';
import { stunAnswer } from '../../../../src/sip/transport/stun.ts';

/** RFC 5769 2.1 without its attributes: a Binding request of that transaction. */
const REQUEST = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');

it('tells a phone over IPv4 where it is seen (RFC 5769 2.2: 192.0.2.1 port 32853)', () => {
  expect(stunAnswer(REQUEST, '192.0.2.1', 32853)?.toString('hex')).toBe(
    '0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643',
  );
});

it('tells a phone over IPv6 (RFC 5769 2.3: 2001:db8:1234:5678:11:2233:4455:6677)', () => {
  expect(stunAnswer(REQUEST, '2001:db8:1234:5678:11:2233:4455:6677', 32853)?.toString('hex')).toBe(
    '010100182112a442b7e7a701bc34d686fa87dfae002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
  );
  expect(stunAnswer(REQUEST, 'fe80::1%eth0', 32853)).toEqual(
    stunAnswer(REQUEST, 'fe80:0:0:0:0:0:0:1', 32853),
  );
});

it('answers nothing else', () => {
  const changed = (at: number, byte: number) =>
    Buffer.from(REQUEST.map((old, index) => (index === at ? byte : old)));
  const others = [changed(0, 1), changed(1, 0x11), changed(3, 4), changed(4, 0), REQUEST.subarray(0, 19)];
  for (const other of others) expect(stunAnswer(other, '192.0.2.1', 1)).toBeUndefined();
});
