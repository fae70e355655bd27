import { describe, expect, it } from 'vitest';
import { checkBody } from '../../../src/provisioning/check/check-body.ts';
import { featureOf, STANDARD_CODES } from '../../../src/provisioning/feature-codes.ts';

const tenant = (codes: object) =>
  checkBody({ kind: 'tenant', tenant: 'a', name: 'a', value: { name: 'A', codes } });
const reasons = (codes: object) => {
  const checked = tenant(codes);
  return Array.isArray(checked) ? checked.map(({ path, reason }) => `${path.join('.')}: ${reason}`) : [];
};

describe('feature codes', () => {
  it.each([
    ['*8', { feature: 'pickUp', digits: '' }],
    ['*88001', undefined],
    ['**8001', { feature: 'pickUpAt', digits: '8001' }],
    ['**', undefined],
    ['**80a', undefined],
    ['*857', { feature: 'park', digits: '7' }],
    ['*85', undefined],
    ['*43', { feature: 'echo', digits: '' }],
    ['*77', undefined],
    ['8001', undefined],
  ])('%s is %o', (called, feature) => {
    expect(featureOf(called, STANDARD_CODES)).toEqual(feature);
  });

  it('have defaults, each of which a company may change or switch off', () => {
    expect(tenant({ pickUp: '*9', park: '' })).toMatchObject({
      value: { codes: { echo: '*43', pickUp: '*9', pickUpAt: '**', park: '' } },
    });
    const codes = { ...STANDARD_CODES, pickUp: '#1', park: '' };
    expect(['#1', '*8', '*857'].map((called) => featureOf(called, codes)?.feature)).toEqual([
      'pickUp',
      undefined,
      undefined,
    ]);
  });

  it.each([
    [{ pickUp: '*85' }, ['codes.park: *85 is the code of pickUp already']],
    [{ pickUp: '*851' }, ['codes.pickUp: *851 is park (*85) with digits behind it']],
    [{ park: '**1' }, ['codes.park: **1 is pickUpAt (**) with digits behind it']],
    [{ echo: '', pickUp: '', pickUpAt: '', park: '' }, []],
    [{ pickUp: '*1', pickUpAt: '*12' }, []],
  ])('%o: what cannot be told apart is refused', (codes, expected) => {
    expect(reasons(codes)).toEqual(expected);
  });

  it.each(['8', '110', '*1234567', '* 8', '*a'])('%s is no code', (code) => {
    expect(reasons({ pickUp: code })).toHaveLength(1);
  });
});
