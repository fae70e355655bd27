import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentNow } from '../../../src/acd/agent-now.ts';
import { acdBoard } from '../../../src/acd-board.ts';
import { banBoard, trunkBoard } from '../../../src/boards.ts';
import { FakeEdge } from '../../../src/edge/fake/fake-edge.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { BanRow } from '../../../src/http/routes/bans.ts';
import type { WaitingRow } from '../../../src/http/routes/live.ts';
import { NOTHING_OF_AGENT } from '../../../src/metric/today.ts';
import { nodeBoard, notReady } from '../../../src/node-board.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { AuditEntry } from '../../../src/store/store.ts';
import { Trunks } from '../../../src/trunk/trunks.ts';
import { sampleCall } from '../../support/call-events.ts';
import { entity } from '../../support/companies.ts';
import { AS_OPERATOR as headers, httpOn } from '../../support/http.ts';
import { CARRIER } from '../trunk/trunk-house.ts';

const NOON = Date.parse('2026-10-10T12:00:00Z');

const READY: AgentNow = {
  tenant: 'demo',
  agent: '8001',
  state: 'ready',
  reason: undefined,
  by: undefined,
  since: NOON - 60_000,
  isOverLimit: false,
  wish: undefined,
  extension: '8001',
  queues: undefined,
  callId: undefined,
  queue: undefined,
  script: undefined,
};
const IN_BREAK: AgentNow = {
  ...READY,
  agent: '8002',
  state: 'break',
  reason: 'lunch',
  by: '8009',
  isOverLimit: true,
};
const OF_OTHER: AgentNow = {
  ...READY,
  tenant: 'other',
  state: 'talking',
  wish: { state: 'busy', reason: 'paper' },
};
const SALES = {
  tenant: 'demo',
  queue: 'sales',
  waiting: 2,
  waitsSince: NOON - 30_000,
  isPeak: false,
  peakUntil: undefined,
};
const UNKNOWN = { expectedWaitMs: undefined, isOffered: false };
const OVER = [
  { agent: '8001', why: 'is talking', code: 'talking', detail: undefined, until: undefined },
  { agent: '8002', why: 'wrap-up 12 s left', code: 'wrap-up', detail: undefined, until: NOON + 12_000 },
  { agent: '8003', why: 'signed out', code: 'signed-out', detail: undefined, until: undefined },
] as const;
const ACD = {
  agents: () => [READY, IN_BREAK, OF_OTHER],
  queues: () => [
    { ...SALES, peakUntil: NOON + 3_600_000, agents: ['8001', '8002', '8003'] },
    { ...SALES, queue: 'service', waiting: 0, waitsSince: undefined, agents: ['8002'] },
    { ...SALES, tenant: 'other', agents: ['8001'] },
  ],
  line: () => [
    { callId: 'w1', position: 1, since: NOON - 30_000, priority: 2, standsIn: false, ...UNKNOWN },
    { callId: 'w2', position: 21, since: NOON - 20_000, priority: 0, standsIn: true, ...UNKNOWN },
  ],
  passedOver: () => OVER,
};
const PEAK = {
  title: '售前',
  peak: { switch: 'rush', agents: ['8003'], wrapUpMs: 5_000 },
};
const callerOf = (callId: string) => (callId === 'w1' ? { caller: '13800138000', area: '北京' } : undefined);

let clock: ManualClock;
let store: MemoryStore;
let banned: Set<string>;
let trunks: Trunks;
let app: ReturnType<typeof buildHttp>;
let board: ReturnType<typeof acdBoard>;

beforeEach(() => {
  clock = new ManualClock(NOON);
  banned = new Set(['203.0.113.9', '2001:db8::9']);
  const edge = {
    get bans() {
      return Array.from(banned, (address) => ({
        address,
        why: 'User-Agent sipcli',
        ageMs: 60_000,
        leftMs: 540_000,
      }));
    },
    liftBan: (address: string) => banned.delete(address),
  };
  const { uri: _, ...noWayOut } = CARRIER;
  const inOnly = { ...noWayOut, name: 'in-only', addresses: ['198.51.100.1'] };
  const provisioning = new Provisioning([
    { kind: 'trunk', tenant: 'demo', name: 'carrier', value: CARRIER },
    { kind: 'trunk', tenant: 'demo', name: 'in-only', value: inOnly },
    entity('queue', { tenant: 'demo', name: 'sales', ...PEAK } as never),
    entity('agent', { tenant: 'demo', id: '8002', name: '王芳', extension: '8002' }),
  ]);
  trunks = new Trunks({
    provisioning,
    clock,
    ids: seededIds(),
    log: silentLogger,
    edge: new FakeEdge(clock),
  });
  store = new MemoryStore();
  for (const event of sampleCall('c1', { at: NOON - 3_600_000 }).events) store.journal.append(event);
  // Yesterday, in Shanghai.
  for (const event of sampleCall('c2', { at: NOON - 24 * 3_600_000 }).events) store.journal.append(event);
  const parts = { clock, logger: silentLogger, tell: (entry: AuditEntry) => store.audit.append(entry) };
  board = acdBoard({
    acd: ACD,
    callerOf,
    counters: store.counters,
    provisioning,
    clock,
    timeZone: 'Asia/Shanghai',
  });
  app = httpOn(store, {
    bans: banBoard(edge, parts),
    trunks: trunkBoard(trunks, parts),
    nodes: nodeBoard({
      nodeId: 'n1',
      version: '0.2.0',
      state: () => 'ok',
      store: {
        lease: {
          nodeId: 'n1',
          ageMs: 7,
          peers: [{ nodeId: 'n2', ageMs: 3000, settings: '' }],
          compare: () => {},
        },
      },
      disks: { rooms: [{ name: 'data', room: { freeBytes: 4, totalBytes: 100 } }], low: ['data'] },
      calls: { size: 12 },
      clock,
    }),
    acd: board,
  });
});
afterEach(async () => {
  await trunks.close();
  await app.close();
});

const get = async (url: string) => (await app.inject({ url, headers })).json();

describe('bans', () => {
  it('are listed with reason, since when and until when', async () => {
    const { items } = await get('/api/v1/bans');
    expect(items.find(({ address }: BanRow) => address === '203.0.113.9')).toEqual({
      address: '203.0.113.9',
      why: 'User-Agent sipcli',
      since: '2026-10-10T11:59:00.000Z',
      until: '2026-10-10T12:09:00.000Z',
    });
  });

  it.each(['203.0.113.9', '2001:db8::9'])('of %s is lifted, once', async (address) => {
    const lift = () =>
      app.inject({
        method: 'DELETE',
        url: `/api/v1/bans/${encodeURIComponent(address)}?reason=a%20partner`,
        headers,
      });
    const first = await lift();
    expect([first.statusCode, first.body]).toEqual([204, '']);
    expect((await lift()).json()).toMatchObject({
      code: 'not-found',
      detail: `${address} is not banned`,
    });
    expect(banned.size).toBe(1);
    expect(await store.audit.newest(2, Scope.all)).toMatchObject([
      {
        action: 'ban',
        tenantId: 'system',
        details: { ban: address, before: { why: 'User-Agent sipcli' }, reason: 'a partner' },
      },
    ]);
  });
});

describe('trunks', () => {
  /** Calls that nobody answers, placed now. */
  function lose(count: number): void {
    const request = {
      number: '13800138000',
      tenant: 'demo',
      trunk: 'carrier',
      shows: { number: '', isHotline: false },
    };
    for (let call = 0; call < count; call++) {
      for (const way of trunks.waysOut(request, () => {})) {
        way.onEnded({ by: 'edge', cause: 'timeout', status: 408 });
      }
    }
  }

  it('show why one is down and when it is tried next; one is set up by hand', async () => {
    expect((await get('/api/v1/live/trunks')).items).toMatchObject([
      { name: 'carrier', state: 'up', why: null, since: null, nextTry: null },
      { name: 'in-only', state: 'up' },
    ]);
    lose(3);
    expect((await get('/api/v1/live/trunks')).items[0]).toEqual({
      tenant: 'demo',
      name: 'carrier',
      state: 'down',
      why: '3 calls in a row got no answer',
      since: '2026-10-10T12:00:00.000Z',
      nextTry: '2026-10-10T12:00:05.000Z',
      registration: null,
      calls: 0,
      channels: 2,
    });
    const url = '/api/v1/trunks/carrier/up?reason=repaired';
    const up = await app.inject({
      method: 'POST',
      url,
      headers: { ...headers, 'pbx-tenant': 'demo' },
    });
    expect([up.statusCode, up.json()]).toEqual([
      200,
      expect.objectContaining({ state: 'up', why: 'set up by hand', nextTry: null }),
    ]);
    expect(await store.audit.newest(1, Scope.of('demo'))).toMatchObject([
      { action: 'trunk', details: { trunk: 'carrier', before: 'down', after: 'up', reason: 'repaired' } },
    ]);
  });

  it.each(['demo/other', 'demo/in-only', 'other/carrier'])('%s cannot be set up: 404', async (name) => {
    const [tenant, trunk] = name.split('/');
    const url = `/api/v1/trunks/${trunk}/up`;
    const answer = await app.inject({ method: 'POST', url, headers: { ...headers, 'pbx-tenant': tenant } });
    expect(answer.statusCode).toBe(404);
  });
});

it('nodes are this process as it is, and the others as the database sees them', async () => {
  const { items } = await get('/api/v1/nodes');
  const [own, peer] = items;
  expect(own).toMatchObject({
    id: 'n1',
    answers: true,
    version: '0.2.0',
    state: 'ok',
    leaseAgeMs: 7,
    calls: 12,
  });
  expect(own).toMatchObject({ startedAt: '2026-10-10T12:00:00.000Z', runtime: process.version });
  expect(own.disks).toEqual([{ folder: 'data', freeBytes: 4, totalBytes: 100, low: true }]);
  expect(own.load).toHaveLength(3);
  expect(peer).toMatchObject({ id: 'n2', answers: false, leaseAgeMs: 3000, version: null, disks: [] });
});

describe('readiness', () => {
  const [media, edge] = [{ load: () => ({ endpoints: 0, free: 9 }) }, { addresses: [{}] as never }];
  it.each([
    ['process', notReady('draining', media, edge)],
    ['store', notReady('journal-full', media, edge)],
    ['media', notReady('store-away', { load: () => ({ endpoints: 0, free: 0 }) }, edge)],
    ['sip', notReady('ok', media, { addresses: [] })],
  ])('is not given for the %s', async (part, reasons) => {
    expect(reasons.map((each) => each.part)).toEqual([part]);
    const refusing = httpOn(store, { notReady: () => reasons });
    const answer = await refusing.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, reasons }]);
    expect(answer.headers['retry-after']).toBe('30');
    expect((await refusing.inject('/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('is given while calls are taken, to everybody', async () => {
    expect(notReady('store-away', media, edge)).toEqual([]);
    const answer = await app.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([200, { ready: true, reasons: [] }]);
  });
});

describe('agents and queues', () => {
  it('are shown as they are, with what was counted of them today', async () => {
    const { items: agents } = await get('/api/v1/live/agents');
    expect(agents).toHaveLength(3);
    expect(agents[1]).toEqual({
      tenant: 'demo',
      agent: '8002',
      name: '王芳',
      state: 'break',
      reason: 'lunch',
      by: '8009',
      since: '2026-10-10T11:59:00.000Z',
      isOverLimit: true,
      wish: null,
      extension: '8001',
      queues: ['sales', 'service'],
      callId: null,
      queue: null,
      today: { ...NOTHING_OF_AGENT, offers: 1, answered: 1, talkMs: 60_000 },
    });
    expect(agents[2]).toMatchObject({
      tenant: 'other',
      wish: { state: 'busy', reason: 'paper' },
      queues: ['sales'],
    });
    const { items: queues } = await get('/api/v1/live/queues');
    expect(queues[0]).toEqual({
      tenant: 'demo',
      name: 'sales',
      title: '售前',
      waiting: 2,
      longestWaitMs: 30_000,
      waitsSince: '2026-10-10T11:59:30.000Z',
      isPeak: false,
      peak: {
        until: '2026-10-10T13:00:00.000Z',
        agents: ['8003'],
        wrapUpMs: 5_000,
        announcement: null,
        callback: null,
      },
      agents: { signedIn: 2, ready: 1, onCall: 0, wrapUp: 0, away: 1, unreachable: 0 },
      today: { asks: 1, answered: 1, abandoned: 0, serviceLevel: 1 },
      // The sample call came an hour ago.
      recent: {
        since: '2026-10-10T11:30:00.000Z',
        ...{ asks: 0, answered: 0, abandoned: 0, serviceLevel: null },
      },
    });
    expect(queues[1]).toMatchObject({
      longestWaitMs: null,
      peak: null,
      today: { asks: 0, serviceLevel: null },
    });
  });

  it('a queue shows who waits and why nobody takes him, an agent how he is', async () => {
    const inDemo = async (url: string) =>
      (await app.inject({ url, headers: { ...headers, 'pbx-tenant': 'demo' } })).json();
    const { callers, ...queue } = await inDemo('/api/v1/live/queues/sales');
    expect(queue).toMatchObject({ name: 'sales', waiting: 2 });
    expect(callers).toEqual([
      {
        callId: 'w1',
        caller: '13800138000',
        area: '北京',
        position: 1,
        since: '2026-10-10T11:59:30.000Z',
        waitMs: 30_000,
        expectedWaitMs: null,
        priority: 2,
        isOffered: false,
        isCallback: false,
        why: OVER.map(({ detail: _, until, ...over }) => ({
          ...over,
          detail: null,
          until: until === undefined ? null : new Date(until).toISOString(),
        })),
      },
      expect.objectContaining({ callId: 'w2', caller: '', area: null, isCallback: true, why: [] }),
    ]);
    const { items } = await inDemo('/api/v1/live/callers');
    expect(items.map(({ queue: of, callId }: WaitingRow) => [of, callId])).toEqual([
      ['sales', 'w1'],
      ['sales', 'w2'],
      ['service', 'w1'],
      ['service', 'w2'],
    ]);
    // Who is free first stands first; who is signed out is counted only.
    expect(items[0].why.map(({ agent }: { agent: string }) => agent)).toEqual(['8002', '8001']);
    expect(items[0].whyNot).toEqual({ talking: 1, 'wrap-up': 1, 'signed-out': 1 });
    expect(items[1]).toMatchObject({ why: [], whyNot: null });
    expect(await inDemo('/api/v1/live/queues/none')).toMatchObject({ code: 'not-found' });
    expect(await inDemo('/api/v1/agents/8002/state')).toMatchObject({ state: 'break', reason: 'lunch' });
    expect(await inDemo('/api/v1/agents/8009/state')).toMatchObject({ code: 'not-found' });
  });

  it('names those of a department alone to who reaches no others, who are counted', async () => {
    const reached = { agents: new Set(['8001']), extensions: new Set(['8001']) };
    const scope = Scope.of('demo').narrowedTo(reached);
    const items = board.callers(scope);
    expect(items.map(({ queue }) => queue)).toEqual(['sales', 'sales']);
    expect(items[0]!.why.map(({ agent }) => agent)).toEqual(['8001']);
    expect(items[0]!.whyNot).toEqual({ talking: 1, 'wrap-up': 1, 'signed-out': 1 });
    const queue = await board.queue(scope, 'demo', 'sales');
    expect(queue!.callers[0]!.why.map(({ agent }) => agent)).toEqual(['8001']);
    expect(await board.queue(scope, 'demo', 'service')).toBeUndefined();
  });

  it('of one company are its own', async () => {
    const ofOther = async (url: string) =>
      (await app.inject({ url, headers: { ...headers, 'pbx-tenant': 'other' } })).json();
    const { items: agents } = await ofOther('/api/v1/live/agents');
    expect(agents.map(({ tenant, today }: { tenant: string; today: object }) => [tenant, today])).toEqual([
      ['other', NOTHING_OF_AGENT],
    ]);
    const { items: queues } = await ofOther('/api/v1/live/queues');
    expect(queues).toMatchObject([
      { tenant: 'other', agents: { signedIn: 1, onCall: 1 }, today: { asks: 0 } },
    ]);
  });
});

it.each([
  ['GET', 'bans'],
  ['DELETE', 'bans/203.0.113.9'],
  ['GET', 'live/trunks'],
  ['POST', 'trunks/carrier/up'],
] as const)('%s %s wants the token', async (method, path) => {
  expect((await app.inject({ method, url: `/api/v1/${path}` })).statusCode).toBe(401);
  expect(banned.size).toBe(2);
});
