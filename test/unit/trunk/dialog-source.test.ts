import { expect, it } from 'vitest';
import { dialogSource } from '../../../src/trunk/dialog-source.ts';

const STRICT = { addresses: ['192.0.2.0/28', '192.0.2.77'], dialogSource: 'strict' } as const;
const LENIENT = { addresses: ['198.51.100.1'], dialogSource: 'lenient' } as const;

it.each([
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.77', '192.0.2.1', true],
  ['::ffff:192.0.2.77', '192.0.2.1', true],
  ['203.0.113.9', '192.0.2.1', false],
  ['198.51.100.1', '192.0.2.1', false],
  ['203.0.113.9', '198.51.100.1', true],
])('in a call of a trunk: from %s in one with %s: %s', (source, peer, taken) => {
  for (const others of ['strict', 'lenient'] as const)
    expect(dialogSource([STRICT, LENIENT], others)(source, peer)).toBe(taken);
});

it('in a call of a phone: from its address, or from anywhere', () => {
  const [strict, lenient] = (['strict', 'lenient'] as const).map((others) => dialogSource([STRICT], others));
  const [same, other] = [['10.0.0.5', '10.0.0.5'] as const, ['10.0.0.6', '10.0.0.5'] as const];
  expect([strict!(...same), strict!(...other), lenient!(...other)]).toEqual([true, false, true]);
});
