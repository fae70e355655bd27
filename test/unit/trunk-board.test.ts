/** One trunk by the API: how it is at work, and its rules tried with what is not saved. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeEdge } from '../../src/edge/fake/fake-edge.ts';
import type { buildHttp } from '../../src/http/build-http.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { Trunks } from '../../src/trunk/trunks.ts';
import { trunkWatch } from '../../src/trunk-board.ts';
import { entity } from '../support/companies.ts';
import { AS_OPERATOR, httpOn } from '../support/http.ts';
import { CARRIER } from './trunk/trunk-house.ts';

/** Noon of 10 October 2026 in Shanghai. */
const NOON = Date.UTC(2026, 9, 10, 4);
const register = { username: 'u400', password: 'a secret', expiresMs: 3_600_000 };
let clock: ManualClock;
let trunks: Trunks;
let app: ReturnType<typeof buildHttp>;

beforeEach(() => {
  clock = new ManualClock(NOON);
  const { name: _, ...shared } = CARRIER;
  const provisioning = new Provisioning([
    entity('trunk', { ...CARRIER, register }),
    entity('trunk', { ...CARRIER, name: 'second', weight: 3, addresses: ['198.51.100.1'] }),
    entity('trunk', {
      ...{ ...shared, name: 'pool', tenant: 'system', addresses: ['203.0.113.1'], priority: 9 },
      tenants: { demo: { numbers: ['02088886666'], channels: 1 }, third: { numbers: [] } },
    }),
    entity('extension', {
      ...{ tenant: 'demo', number: '8001', name: '李雷', ownNumber: '075523456789' },
      ...{ outside: 'domestic', forward: {}, seesNumbers: true },
    } as never),
  ]);
  trunks = new Trunks({
    ...{ provisioning, clock, ids: seededIds(), log: silentLogger },
    edge: new FakeEdge(clock),
  });
  const hotlines = {
    route: (called: string) => {
      const tenant = { '4001234567': 'demo', '4009999999': 'other' }[called];
      return tenant === undefined ? undefined : { tenant, run: async () => {} };
    },
  };
  app = httpOn(new MemoryStore(), {
    trunkWatch: trunkWatch({ trunks, provisioning, hotlines, clock, timeZone: 'Asia/Shanghai' }),
  });
});
afterEach(async () => {
  await trunks.close();
  await app.close();
});

async function ask(route: string, payload?: object, tenant = 'demo') {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  const headers = { ...AS_OPERATOR, 'pbx-tenant': tenant };
  const response = await app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
}

/** Calls out over one, which go on. */
function dial(count: number, trunk: string, tenant = 'demo') {
  const shows = { number: '', isHotline: false };
  return Array.from({ length: count }, () => {
    const [way] = trunks.waysOut({ number: '10086', tenant, trunk, shows }, () => {});
    return way!;
  });
}

it('shows channels now and at the most, by direction and company, and how the registrar answered', async () => {
  trunks.start();
  await clock.settle();
  const [way] = dial(2, 'carrier');
  way!.onEnded(undefined);
  dial(1, 'pool');
  const { body } = await ask('GET /live/trunks/carrier');
  expect(body).toMatchObject({
    ...{ name: 'carrier', state: 'up', hasWayOut: true, calls: 1, channels: 2, in: 0, out: 1 },
    peaks: {
      since: '2026-10-10T04:00:00.000Z',
      days: [{ date: '2026-10-10', most: 2, at: '2026-10-10T04:00:00.000Z' }],
    },
    registration: { state: 'registered', status: 200, answeredAt: '2026-10-10T04:00:00.000Z' },
  });
  expect(body.registration.until).toBe('2026-10-10T05:00:00.000Z');
  expect(JSON.stringify(body)).not.toContain('a secret');
  const pool = await ask('GET /live/trunks/pool', undefined, 'system');
  expect(pool.body).toMatchObject({
    shares: [
      { tenant: 'demo', calls: 1, channels: 1 },
      { tenant: 'third', calls: 0, channels: null },
    ],
    registration: null,
  });
});

it('is there for its own company alone', async () => {
  expect((await ask('GET /live/trunks/pool')).status).toBe(404);
  const trial = { direction: 'in', called: '1', caller: '' };
  expect((await ask('POST /trunks/pool/trial', trial)).status).toBe(404);
  expect((await ask('POST /trunks/none/trial', trial)).status).toBe(404);
});

it('says where a number that comes in leads, not whose number it is elsewhere', async () => {
  const leadsTo = async (called: string) =>
    (await ask('POST /trunks/carrier/trial', { direction: 'in', called, caller: '' })).body.leadsTo;
  expect(await leadsTo('+864001234567')).toEqual({ kind: 'hotline', name: '4001234567' });
  expect(await leadsTo('4009999999')).toEqual({ kind: 'nobody', name: '' });
  expect(await leadsTo('23456789')).toEqual({ kind: 'nobody', name: '' });
  const value = { ...CARRIER, numbers: ['075523456789'], register: { username: 'u400', expiresMs: 60_000 } };
  const { body } = await ask('POST /trunks/carrier/trial', {
    ...{ direction: 'in', called: '23456789', caller: '' },
    value: withoutKeys(value),
  });
  expect(body.leadsTo).toEqual({ kind: 'extension', name: '8001' });
});

it('tries what is edited and not saved, and plans the ways with it; nothing is taken', async () => {
  const value = withoutKeys({
    ...CARRIER,
    priority: 1,
    weight: 1,
    rewrite: { calledOut: [{ match: '1', strip: 0, add: '+86' }] },
  });
  const asked = { direction: 'out', called: '13900139000', caller: '4001234567', value };
  const { body } = await ask('POST /trunks/carrier/trial', asked);
  expect(body).toMatchObject({
    requestUri: 'sip:+8613900139000@192.0.2.1:5060',
    from: 'sip:4001234567@192.0.2.1:5060',
    ways: [
      { trunk: 'second', isTried: false, priority: 1, share: 0.75, state: 'up', calls: 0, channels: 2 },
      { trunk: 'carrier', isTried: true, priority: 1, share: 0.25 },
      { trunk: 'pool', priority: 9, share: 1 },
    ],
  });
  expect(trunks.status().every(({ active }) => active === 0)).toBe(true);
});

it('says of a shared trunk what the company has of it, not what others have', async () => {
  dial(1, 'pool', 'third');
  dial(1, 'second');
  const asked = { direction: 'out', called: '10086', caller: '' };
  const waysOf = async (trunk: string, tenant: string, more: object = {}) =>
    (await ask(`POST /trunks/${trunk}/trial`, { ...asked, ...more }, tenant)).body.ways.map(
      ({ trunk: name, calls, channels }: Record<string, unknown>) => [name, calls, channels],
    );
  expect(await waysOf('carrier', 'demo')).toEqual([
    ['second', 1, 2],
    ['carrier', 0, 2],
    ['pool', 0, 1],
  ]);
  dial(1, 'pool');
  expect((await waysOf('carrier', 'demo')).at(-1)).toEqual(['pool', 1, 1]);
  // Whose it is sees all.
  expect(await waysOf('pool', 'system', { company: 'demo' })).toEqual([
    ['carrier', 0, 2],
    ['second', 1, 2],
    ['pool', 2, 2],
  ]);
});

it('is asked by the owner of a shared trunk for a company that it lists', async () => {
  const asked = { direction: 'out', called: '10086', caller: '4001234567', company: 'demo' };
  const { body } = await ask('POST /trunks/pool/trial', asked, 'system');
  expect(body.from).toBe('sip:02088886666@192.0.2.1:5060');
  const other = await ask('POST /trunks/pool/trial', { ...asked, company: 'other' }, 'system');
  expect(other.status).toBe(404);
});

it('says what is wrong with the value, where it stands', async () => {
  const value = withoutKeys({ ...CARRIER, channels: 0 });
  const { status, body } = await ask('POST /trunks/carrier/trial', {
    ...{ direction: 'in', called: '1', caller: '' },
    value,
  });
  expect([status, body.code]).toEqual([422, 'change-refused']);
  expect(body.errors).toMatchObject([{ pointer: '/value/channels' }]);
});

function withoutKeys({ name: _, tenant: __, ...value }: Record<string, unknown>) {
  return value;
}

it('keeps what its peer answered to OPTIONS and what failed, the newest first', async () => {
  const edge = new FakeEdge(clock);
  let status = 200;
  const traced: string[] = [];
  edge.request = async ({ method }) => {
    const answer = { status: method === 'REGISTER' ? 403 : status, reason: 'Forbidden' };
    return { ...answer, header: () => undefined, headers: () => [], addresses: () => [] } as never;
  };
  const provisioning = new Provisioning([entity('trunk', { ...CARRIER, register })]);
  const traces = {
    begin: (id: string, tenant: string) => traced.push(`begin ${id} ${tenant}`),
    end: (id: string, isKept: boolean) => traced.push(`end ${id} ${String(isKept)}`),
  };
  const own = new Trunks({ provisioning, clock, ids: seededIds(), log: silentLogger, edge, traces });
  const hotlines = { route: () => undefined };
  const board = trunkWatch({ trunks: own, provisioning, hotlines, clock, timeZone: 'Asia/Shanghai' });
  own.start();
  await clock.advance(0);
  status = 503;
  await clock.advance(30_000);
  expect(board.probes('demo', 'carrier')).toEqual({
    quarters: [
      { at: '2026-10-10T04:00:00.000Z', answered: 1, late: 0, failed: 1, averageMs: 0, longestMs: 0 },
    ],
    last: [
      { at: '2026-10-10T04:00:30.000Z', tookMs: 0, status: 503 },
      { at: '2026-10-10T04:00:00.000Z', tookMs: 0, status: 200 },
    ],
  });
  const failures = board.failures('demo', 'carrier')!;
  expect(failures[0]).toMatchObject({ kind: 'options', status: 503, at: '2026-10-10T04:00:30.000Z' });
  // At once, after 5 s and 10 s more.
  expect(failures.filter(({ kind }) => kind === 'register')).toHaveLength(3);
  expect(failures.at(-1)).toMatchObject({ kind: 'register', status: 403, reason: 'Forbidden' });
  for (const { ladderId } of failures) {
    expect(traced).toContain(`begin ${ladderId} demo`);
    expect(traced).toContain(`end ${ladderId} true`);
  }
  expect(traced.filter((line) => line.endsWith('false'))).toHaveLength(1);
  expect(board.probes('other', 'carrier')).toBeUndefined();
  expect(board.failures('demo', 'none')).toBeUndefined();
  await own.close();
});
