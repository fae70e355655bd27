import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { KindName } from '../../src/provisioning/snapshot.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { company, entity, extension, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const NUMBERS = { a: '4001111111', b: '4002222222' } as const;
const TENANTS = ['a', 'b'] as const;
type Tenant = (typeof TENANTS)[number];
/** Where the phones of each are. */
const PHONES = { a: '127.0.1.1', b: '127.0.1.2' } as const;
const sample = <Kind extends KindName>(kind: Kind) => SAMPLE_COMPANIES.all(kind)[0]!;

/** Two companies, equal in every name: extension and agent 8001, queue `sales`, trunk `carrier`; `b` alone has 8009. */
const COMPANIES = [
  ...TENANTS.flatMap((tenant, index) => [
    company(tenant),
    entity('trunk', {
      ...sample('trunk'),
      tenant,
      addresses: [`192.0.2.${index + 1}`],
      uri: `sip:carrier-${tenant}`,
      probeMs: 0,
      callerId: NUMBERS[tenant],
    }),
    extension({ number: '8001', tenant, name: tenant }),
    entity('agent', { id: '8001', tenant, name: tenant, extension: '8001' }),
    entity('queue', { ...sample('queue'), name: 'sales', tenant, agents: ['8001'] }),
  ]),
  extension({ number: '8009', tenant: 'b', name: 'b alone' }),
];

let s: Scenario;
beforeEach(async () => {
  const tenantOf = (called: string) => TENANTS.find((tenant) => NUMBERS[tenant] === called);
  s = await scenario(async () => {}, {
    companies: COMPANIES,
    hotlines: {
      route: (called) => {
        const tenant = tenantOf(called);
        return tenant && { tenant, run: async (call) => void (await call.queue('sales')) };
      },
    },
    phones: {
      events: new TypedEvents(),
      handle: () => ({ status: 501 }),
      identify: ({ source, from }) => {
        const tenant = TENANTS.find((one) => PHONES[one] === source.address);
        return tenant && { extension: from.user, tenant };
      },
      routes: (tenant, number) => [{ uri: `sip:${number}-${tenant}@phone`, from: { uri: 'sip:x@y' } }],
    },
  });
  for (const tenant of TENANTS) s.edge.phone(`8001-${tenant}`, { does: 'answer', afterMs: 1_000 });
});
afterEach(() => s.close());

/** A phone of a company dials. */
const dials = (tenant: Tenant, from: string, to: string) =>
  s.call({ from, to, source: { transport: 'udp', address: PHONES[tenant], port: 5060 } });

describe('two companies with equal names', () => {
  it.each(TENANTS)('a caller of the hotline of %s reaches its own agent 8001', async (tenant) => {
    s.call({ to: NUMBERS[tenant], source: { transport: 'udp', address: '192.0.2.1', port: 5060 } });
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.edge.rung).toEqual([`8001-${tenant}`]);
    expect(s.facts('connected')[0]).toMatchObject({ tenantId: tenant, target: '8001' });
  });

  it.each(TENANTS)('8001 is dialled, resolved and named within %s only', (tenant) => {
    const { directory } = s.pbx.acd.parts;
    const arrival = { tenantId: tenant, caller: '1', called: '2' } as never;
    expect(directory.find('8001', tenant).kind).toBe('extension');
    expect(directory.party('8001', tenant)).toEqual({ name: '8001', kind: 'agent' });
    const { routes } = directory.resolve({ kind: 'extension', number: '8001' }, arrival, {});
    expect(routes.map(({ uri }) => uri)).toEqual([`sip:8001-${tenant}@phone`]);
    const line = directory.resolve({ kind: 'line', number: '13900139000', trunk: 'carrier' }, arrival, {});
    expect(line.routes.map(({ uri }) => uri)).toEqual([`sip:13900139000@carrier-${tenant}`]);
    line.onEnded?.(undefined);
  });

  it('an extension that the other company alone has is no phone, by any verb', () => {
    const { directory } = s.pbx.acd.parts;
    const destination = { kind: 'extension', number: '8009' } as const;
    expect(directory.find('8009', 'a').kind).toBe('line');
    expect(directory.party('8009', 'a').kind).toBe('line');
    expect(directory.reachable(destination, 'a')).toBe(false);
    const arrival = { tenantId: 'a', caller: '1', called: '2' } as never;
    expect(directory.resolve(destination, arrival, {}).routes).toEqual([]);
    expect(directory.inside(NUMBERS.b, 'a')).toBeUndefined();
  });

  it('an agent of one who talks does not make his namesake busy', async () => {
    s.call({ to: NUMBERS.a, source: { transport: 'udp', address: '192.0.2.1', port: 5060 } });
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.pbx.acd.agents().map(({ tenant, state }) => [tenant, state])).toEqual([
      ['a', 'talking'],
      ['b', 'ready'],
    ]);
  });
});

describe('phones', () => {
  it('one that dials the number of the other company calls as from outside, with its public number', async () => {
    dials('a', '8001', NUMBERS.b);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.edge.rung).toEqual(['8001-b']);
    const atB = s.events.filter(({ tenantId }) => tenantId === 'b');
    expect(atB[0]).toMatchObject({ type: 'arrived', direction: 'inbound', caller: NUMBERS.a });
    expect(JSON.stringify(atB.filter(({ type }) => type === 'arrived'))).not.toContain('8001');
  });

  /** The record that a company has of the only call. */
  const recordOf = (tenant: Tenant) => projectCdr(s.events.filter(({ tenantId }) => tenantId === tenant))!;

  it.each(['caller', 'target'] as const)(
    'one that dials the number of the other company leaves a record at both; the %s ends it',
    async (by) => {
      const leg = dials('a', '8001', NUMBERS.b);
      await s.clock.runUntil(() => s.facts('connected').length === 1);
      expect(s.pbx.calls.ofTenant('a')).toHaveLength(1);
      await s.clock.advance(5_000);
      if (by === 'caller') leg.remoteEnd('normal');
      else s.edge.legsTo('8001-b')[0]!.remoteEnd('normal');
      await s.clock.runUntil(() => s.pbx.calls.size === 0);
      const [atA, atB] = [recordOf('a'), recordOf('b')];
      expect(atA).toMatchObject({
        direction: 'outbound',
        origin: { extension: '8001' },
        caller: '8001',
        called: NUMBERS.b,
        cause: 'normal',
        endedBy: by,
        fault: null,
        agent: null,
        path: [],
        segments: [
          { kind: 'setup', owner: '8001' },
          { kind: 'ring', owner: NUMBERS.b },
          { kind: 'talk', owner: NUMBERS.b },
        ],
      });
      expect(atB).toMatchObject({ direction: 'inbound', origin: { trunk: 'system' }, agent: '8001' });
      expect([atA.sipCallId, atA.source, atA.answeredAt, atA.endedAt]).toEqual([
        atB.sipCallId,
        atB.source,
        atB.answeredAt,
        atB.endedAt,
      ]);
      expect(atA.callId).not.toBe(atB.callId);
    },
  );

  it('one that is turned away by the other company sees the status, not why', async () => {
    s.pbx.acd.signOut('b', '8001');
    const leg = dials('a', '8001', NUMBERS.b);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(leg.statuses.at(-1)).toBe(603);
    expect(recordOf('a')).toMatchObject({
      cause: 'rejected',
      endedBy: 'target',
      answeredAt: null,
      talkMs: 0,
    });
    expect(recordOf('b')).toMatchObject({ cause: 'normal', endedBy: 'engine' });
  });

  it('the call of one company that is ended ends the other', async () => {
    dials('a', '8001', NUMBERS.b);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    s.pbx.calls.ofTenant('a')[0]!.end('normal');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(recordOf('b')).toMatchObject({ cause: 'normal', endedBy: 'engine' });
  });

  it('one that dials an extension of the other company goes out over its own trunk', async () => {
    s.edge.phone('8009', { does: 'answer', afterMs: 100 });
    dials('a', '8001', '8009');
    await s.clock.advance(1_000);
    expect(s.edge.legsTo('8009').map(({ call }) => call.uri)).toEqual(['sip:8009@carrier-a']);
  });

  it.each(['*77', '#21#'])(
    'a code that the company does not have (%s) is refused, and no carrier is asked',
    async (code) => {
      const leg = dials('a', '8001', code);
      await s.clock.runUntil(() => leg.state === 'ended');
      expect(s.edge.rung).toEqual([]);
      expect(s.facts('ended')[0]).toMatchObject({ cause: 'unknown-number' });
      expect(s.facts('step')[0]).toMatchObject({ why: `there is no feature code ${code}` });
    },
  );

  it('an emergency number passes when all channels are in use, also one of the company alone', async () => {
    s.change({ trunk: { channels: 1 }, tenant: { emergency: ['12345'] } });
    for (const number of ['13900139000', '110', '12345'])
      s.edge.phone(number, { does: 'answer', afterMs: 100 });
    for (const number of ['13900139000', '13900139000', '110', '12345']) {
      dials('a', '8001', number);
      await s.clock.advance(1_000);
    }
    expect(s.edge.rung).toEqual(['13900139000', '110', '12345']);
  });
});
