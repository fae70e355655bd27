/** Profiles of trunks fill in what there is, and what they say is so. */
import { describe, expect, it } from 'vitest';
import { erlangB, erlangsOf } from '../../../src/console/page/admin/trunks/erlang.ts';
import { PROFILES } from '../../../src/console/page/admin/trunks/profiles.ts';
import { checkBody } from '../../../src/provisioning/check/check-body.ts';
import type { Trunk } from '../../../src/provisioning/kind/trunk.ts';
import { tryIn, tryOut } from '../../../src/trunk/try-rules.ts';

const each = Object.entries(PROFILES);
/** As it is saved, with what is left to write. */
function trunkOf(values: Readonly<Record<string, unknown>>): Trunk {
  const { register, ...rest } = values as { readonly register?: object };
  const account = register && { register: { ...register, username: '+8675523456789', password: 'p' } };
  const own = { addresses: ['192.0.2.1'], uri: 'sip:192.0.2.1', numbers: ['075523456789', '4001234567'] };
  const checked = checkBody({
    ...{ kind: 'trunk', tenant: 'demo', name: 'line' },
    value: { ...rest, ...account, ...own },
  });
  expect(Array.isArray(checked) ? checked : []).toEqual([]);
  return (checked as unknown as { readonly value: Trunk }).value;
}

describe('each profile', () => {
  it.each(each)('%s is a trunk when the rest is written', (_, { values }) => {
    const trunk = trunkOf(values);
    for (const [name, value] of Object.entries(values))
      expect(trunk[name as keyof Trunk]).toMatchObject(value as object);
  });
});

describe('trunks of IMS', () => {
  const trunk = trunkOf(PROFILES.telecom.values);
  it.each([
    ['13900139000', '+8613900139000'],
    ['02088886666', '+862088886666'],
    ['008521234567', '+8521234567'],
    ['10086', '10086'],
    ['110', '110'],
    ['12345', '12345'],
    ['4001234567', '4001234567'],
  ])('send %s as %s', (number, sent) => {
    const shows = { number: '', isHotline: false };
    const { requestUri, headers } = tryOut(trunk, { number, tenant: 'demo', shows });
    expect(requestUri).toBe(`sip:${sent}@192.0.2.1`);
    expect(headers).toEqual([{ name: 'P-Asserted-Identity', value: '<tel:+8675523456789>' }]);
  });

  it('take numbers with +86 for what they are', () => {
    const { called, caller } = tryIn(trunk, {
      ...{ called: 'tel:+864001234567', caller: 'sip:anonymous@x', identity: 'tel:+8613800138000' },
    });
    expect([called, caller]).toEqual(['4001234567', '13800138000']);
  });
});

it('blocking is that of the Erlang B tables', () => {
  expect(erlangB(20.3, 30)).toBeCloseTo(0.01, 3);
  expect(erlangB(0, 30)).toBe(0);
  expect(erlangB(5, 1)).toBeCloseTo(5 / 6);
  expect([erlangsOf(7_200_000, 3_600_000), erlangsOf(1, 0)]).toEqual([2, 0]);
});
