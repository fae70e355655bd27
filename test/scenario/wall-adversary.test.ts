import { afterEach, describe, expect, it } from 'vitest';
import type { ScenarioOptions } from '../support/scenario.ts';
import { ALONE, HOTLINES, otherOf, TENANTS, TwoCompanies } from '../support/two-companies.ts';

/** What a company may set up, or a phone of it send, to get at the calls of another; none of it works. */
let house: TwoCompanies;
afterEach(() => house.close());
const open = async (more?: ScenarioOptions) => {
  house = await TwoCompanies.open((call) => call.queue('sales'), more);
};

describe('a hotline of the other company', () => {
  it.each(TENANTS.flatMap((own) => ['8001', '110', '12345'].map((number) => [own, number] as const)))(
    'takes no call of %s to %s: a phone or an emergency number of its own',
    async (own, number) => {
      const other = otherOf(own);
      const run = async () => {
        throw new Error('it was called');
      };
      await open({
        hotlines: { route: (called) => (called === number ? { tenant: other, run } : undefined) },
      });
      house.s.change({ tenant: { emergency: ['12345'] } });
      house.s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
      house.dials(own, '8003', number);
      await house.s.clock.advance(2_000);
      expect(house.called).toEqual([number === '8001' ? `phone-${own}` : `carrier-${own}`]);
      expect(house.factsOf(other)).toBe(0);
    },
  );
});

describe('a trunk of the other company', () => {
  it.each(TENANTS)(
    'brings calls to %s as from outside: its name is not that of the trunk here',
    async (own) => {
      await open();
      const calls = [house.arrives(otherOf(own), HOTLINES[own]), house.arrives(own)];
      await house.s.clock.advance(100);
      expect(
        house.s
          .facts('arrived')
          .map(({ tenantId, originKind, originName }) => [tenantId, originKind, originName]),
      ).toEqual([
        [own, 'trunk', 'system'],
        [own, 'trunk', 'carrier'],
      ]);
      expect(calls.map(({ state }) => state)).not.toContain('ended');
    },
  );
});

describe('a busy lamp', () => {
  it.each(TENANTS)('of %s shows its own phones, and cannot be taken over by its dialog', async (own) => {
    await open();
    const other = otherOf(own);
    const subscribe = async (tenant: 'a' | 'b', watched: string, expires = '600') => {
      const facts = {
        dialog: 'lamp',
        source: house.phoneOf(tenant),
        header: (name: string) => ({ event: 'dialog', expires })[name.toLowerCase()],
      };
      return (await house.s.edge.ask('SUBSCRIBE', watched, facts)).status;
    };
    expect(await subscribe(own, ALONE[other])).toBe(404);
    expect(await subscribe(own, '8001')).toBe(200);
    await house.s.clock.advance(1_000);
    const { length } = house.s.edge.requests;
    house.dials(other, '8003', '8001');
    await house.s.clock.advance(2_000);
    expect(house.s.edge.requests).toHaveLength(length);
    expect(await subscribe(other, '8001', '0')).toBe(403);
    house.dials(own, '8003', '8001');
    await house.s.clock.advance(2_000);
    expect(house.s.edge.requests.length).toBeGreaterThan(length);
  });
});
