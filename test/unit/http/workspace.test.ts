/** What an agent has under his hands over HTTP: the screen of his call, drafts, tasks, the directory. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { companiesIn } from '../../support/companies.ts';
import { authOf, httpOn, person, type SignedIn, signIn, workspaceOn } from '../../support/http.ts';

const CALLER = '13800138000';
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let dialled: unknown[];
let promised: unknown[];
let inHand: Map<string, string | undefined>;

/** So many minutes after the call. */
const timeOf = (minutes: number) => new Date(MONDAY_10 + minutes * 60_000).toISOString().replace(/\.\d+/, '');
const SET_UP = companiesIn(`
tenant: demo
tenants: { demo: { name: 演示公司 }, rival: { name: 别家 } }
extensions: { 8001: {}, 8002: {}, 8010: { name: 前台 } }
agents: { 8001: { name: 王芳, extension: 8001 }, 8002: { name: 李雷, extension: 8002 } }
dispositions: { sales: { entries: [{ code: deal, title: 成交 }, { code: none, title: 未成交, children: [{ code: price, title: 价格 }] }] } }
scripts: { hello: { title: 欢迎, text: '您好，{name} 为您服务，来电 {caller}，{vip}' } }
queues: { sales: { title: 销售, agents: [8001, 8002], disposition: sales, dispositionRequired: true, script: hello, talkAlarm: 10m } }
prompts: { route: { file: route.wav }, prices: { file: prices.wav, text: 收费标准 }, theirs: { tenant: rival, file: x.wav } }
announcements:
  south: { title: 广东抢修, from: '${timeOf(-60)}', areas: [广东], places: [桃源街道] }
  soon: { title: 全市检修, from: '${timeOf(120)}', to: '${timeOf(240)}', text: 两小时后停电 }
  far: { title: 下月检修, from: '${timeOf(14_400)}' }
  north: { title: 北京停电, from: '${timeOf(-60)}', areas: [北京] }
  other: { title: 别的热线, from: '${timeOf(-60)}', hotlines: ['4009999999'] }
  past: { title: 昨日停电, from: '${timeOf(-120)}', to: '${timeOf(-60)}' }
contacts: { fire: { title: 消防救援, number: 119, category: emergency }, depot: { title: 仓库, number: 02161234567, note: 工作日接听 }, theirs: { tenant: rival, title: 别家总机, number: 02165432100 } }
`);

beforeEach(async () => {
  store = new MemoryStore();
  const talk = (id: string, at: number, caller = CALLER) =>
    new CallScript(id, { tenantId: 'demo', at }).arrive({ caller }).emit('answered', {});
  const asked = { queue: 'sales', priority: 0 };
  const earlier = talk('earlier', MONDAY_10 - 3_600_000)
    .emit('asked', asked)
    .after(9000);
  const now = talk('call-now', MONDAY_10).emit('asked', asked).after(20_000);
  const taken = talk('taken', MONDAY_10 - 7_200_000, '13900139000').rung('8001', 'answered', 4000);
  for (const script of [earlier, taken, now])
    for (const event of script.end().events) store.journal.append(event);
  const of = { tenantId: 'demo' };
  await person(store, 'wang', { ...of, roles: ['agent'], agent: '8001' });
  await person(store, 'han', { ...of, roles: ['agent'], agent: '8002' });
  await person(store, 'zhou', { ...of, roles: ['supervisor'] });
  dialled = [];
  promised = [];
  inHand = new Map();
  const clock = new ManualClock(MONDAY_10 + 60_000);
  app = httpOn(store, {
    auth: authOf(store, { companies: new Set(['demo']), agents: new Set(['8001', '8002']) }),
    ...workspaceOn(store, {
      provisioning: { snapshot: SET_UP } as never,
      inHand,
      clock,
      agents: new Set(['8001', '8002']),
    }),
    callbacks: {
      list: async () => [],
      promiseNumber: async (...asked) => {
        promised.push(asked);
        return { id: 'p1' } as never;
      },
      withdraw: async () => false,
      hurry: () => false,
    },
    desk: {
      act: async (...act: readonly unknown[]) => {
        dialled.push(act);
        return { callId: 'c9' } as never;
      },
      supervise: async () => ({}),
      supervising: () => undefined,
      talkersIn: () => [],
      stateOf: () => 'ready',
    },
  });
});
afterEach(() => app.close());

const who = (login: string) => signIn(app, login, 'demo');
const get = (headers: SignedIn, url: string) => app.inject({ url: `/api/v1${url}`, headers: { ...headers } });
const send = (
  headers: SignedIn,
  method: 'POST' | 'PUT' | 'PATCH',
  url: string,
  payload?: object,
  more = {},
) =>
  app.inject({ method, url: `/api/v1${url}`, ...(payload && { payload }), headers: { ...headers, ...more } });

describe('the screen of a call', () => {
  it('is that of who has it in hand alone, masked, with script, dispositions, limits and history', async () => {
    const [wang, zhou] = [await who('wang'), await who('zhou')];
    expect((await get(wang, '/calls/call-now/screen')).statusCode).toBe(404);
    inHand.set('call-now', 'sales');
    const shown = (await get(wang, '/calls/call-now/screen')).json();
    expect(shown).toMatchObject({
      ...{
        customer: '138****8000',
        called: '4001234567',
        waitMs: 20_000,
        callsToday: 2,
        draft: null,
        others: [],
      },
      queue: {
        ...{
          name: 'sales',
          title: '销售',
          isDispositionRequired: true,
          talkLimitMs: 600_000,
          holdLimitMs: null,
        },
        script: { title: '欢迎', text: '您好，王芳 为您服务，来电 138****8000，{vip}' },
        dispositions: [
          { code: 'deal', title: '成交', children: [] },
          { code: 'none', title: '未成交', children: [{ code: 'price', title: '价格', children: [] }] },
        ],
      },
      // Of his place and hotline, now or within a week.
      notices: [
        { name: 'south', state: 'in-force', places: ['桃源街道'], text: null, to: null },
        { name: 'soon', state: 'planned', text: '两小时后停电', from: timeOf(120).replace('Z', '.000Z') },
      ],
      history: [
        {
          id: 'earlier',
          queue: 'sales',
          queueTitle: '销售',
          dispositionTitle: null,
          outcome: 'abandoned',
          waitMs: 9000,
        },
      ],
    });
    // Who is no agent has no desk.
    expect((await get(zhou, '/calls/call-now/screen')).json().code).toBe('not-found');
    expect((await get(wang, '/calls/call-now/screen?agent=8002')).json().code).toBe('bad-request');
  });

  it('tells nothing of others to who calls a hotline, or a colleague', async () => {
    for (const [id, direction, called] of [
      ['to-hotline', 'outbound', '4001234567'],
      ['to-colleague', 'internal', '8002'],
    ] as const) {
      const dialled = {
        direction,
        caller: '8001',
        called,
        originKind: 'extension',
        originName: '8001',
      } as const;
      const own = new CallScript(id, { tenantId: 'demo', at: MONDAY_10 + 1000 }).arrive(dialled);
      const theirs = new CallScript(`of-${id}`, { tenantId: 'demo', at: MONDAY_10 - 1000 });
      theirs.arrive({ direction: 'outbound', caller: '8002', called: '13900139000' });
      for (const script of [own, theirs])
        for (const event of script.end().events) store.journal.append(event);
      inHand.set(id, undefined);
      const shown = (await get(await who('wang'), `/calls/${id}/screen`)).json();
      expect([shown.direction, shown.history]).toEqual([direction, []]);
    }
  });

  it('keeps what its agent writes, and shows it to who takes the caller over, with his own beside', async () => {
    const [wang, han] = [await who('wang'), await who('han')];
    expect((await send(wang, 'PUT', '/calls/call-now/draft', { note: 'x' })).statusCode).toBe(404);
    inHand.set('call-now', 'sales');
    await send(wang, 'PUT', '/calls/call-now/draft', {
      note: '请回 13900139000',
      disposition: 'deal',
      resolved: true,
    });
    const kept = await send(wang, 'PUT', '/calls/call-now/draft', {
      handOver: '客户已等三天',
      disposition: null,
    });
    expect(kept.json()).toMatchObject({
      ...{ note: '请回 13900139000', disposition: null, resolved: true, handOver: '客户已等三天' },
    });
    await send(han, 'PUT', '/calls/call-now/draft', { note: '已处理' });
    const shown = (await get(han, '/calls/call-now/screen')).json();
    expect(shown.draft).toMatchObject({ note: '已处理', handOver: '' });
    expect(shown.others).toMatchObject([
      { agent: '8001', note: '请回 139****9000', handOver: '客户已等三天' },
    ]);
    expect((await send(wang, 'PUT', '/calls/call-now/draft', {})).statusCode).toBe(400);
  });
});

describe('a call in hand', () => {
  it('tells its number for a reason, which the audit trail has, before it has ended', async () => {
    const [wang, han] = [await who('wang'), await who('han')];
    const reveal = (headers: SignedIn) =>
      send(headers, 'POST', '/calls/call-now/reveal', { reason: '客户要求短信确认' });
    expect((await reveal(han)).statusCode).toBe(404);
    inHand.set('call-now', 'sales');
    expect((await reveal(wang)).json()).toMatchObject({ caller: CALLER, called: '4001234567' });
    const [note] = await store.audit.newest(1, Scope.of('demo'));
    expect(note).toMatchObject({ action: 'reveal', by: 'wang@demo', details: { call: 'call-now' } });
  });

  it('is promised a call back by another queue', async () => {
    const wang = await who('wang');
    const promise = () => send(wang, 'POST', '/calls/call-now/callback', { queue: 'service' });
    expect((await promise()).statusCode).toBe(404);
    inHand.set('call-now', 'sales');
    expect((await promise()).json()).toEqual({ id: 'p1', queue: 'service' });
    expect(promised).toEqual([
      ['demo', { queue: 'service', number: CALLER, at: undefined, by: 'wang@demo' }],
    ]);
  });
});

describe('a task', () => {
  it('is made of a call, whose customer it calls with one request, and is done when its agent says so', async () => {
    const [wang, han] = [await who('wang'), await who('han')];
    inHand.set('call-now', 'sales');
    const made = await send(wang, 'POST', '/tasks', {
      ...{ kind: 'call-back', text: '确认抬头', callId: 'call-now', dueAt: '2026-10-12T15:00:00+08:00' },
    });
    expect(made.json()).toMatchObject({
      agent: '8001',
      number: '138****8000',
      callId: 'call-now',
      createdBy: 'wang@demo',
    });
    const { id } = made.json();
    expect((await get(han, '/tasks')).json().items).toEqual([]);
    expect((await send(han, 'POST', `/tasks/${id}/call`)).statusCode).toBe(404);
    const called = await send(wang, 'POST', `/tasks/${id}/call`);
    expect([called.statusCode, called.json()]).toEqual([201, { callId: 'c9' }]);
    expect(dialled).toEqual([[{ tenant: 'demo', agent: '8001' }, 'dial', { to: { number: CALLER } }]]);
    const [open] = (await get(wang, '/tasks')).json().items;
    expect(open).toMatchObject({ id, called: { callId: 'c9' }, done: null, revision: 2 });
    const change = (revision: number) =>
      send(wang, 'PATCH', `/tasks/${id}`, { done: true }, { 'if-match': `"${revision}"` });
    expect((await change(1)).json().code).toBe('changed-meanwhile');
    expect((await change(2)).json()).toMatchObject({ done: { by: 'wang@demo' }, revision: 3 });
    expect((await get(wang, '/tasks')).json().items).toEqual([]);
    expect((await get(wang, '/tasks?state=done')).json().items).toHaveLength(1);
  });

  it('is made of no call in which its maker had no part', async () => {
    const of = async (person: SignedIn, callId: string) =>
      (await send(person, 'POST', '/tasks', { agent: '8001', kind: 'call-back', text: '', callId })).json();
    const wang = await who('wang');
    expect(await of(wang, 'call-now')).toMatchObject({ code: 'not-found' });
    expect(await of(wang, 'taken')).toMatchObject({ callId: 'taken', number: '139****9000' });
    inHand.set('call-now', 'sales');
    expect(await of(wang, 'call-now')).toMatchObject({ callId: 'call-now' });
  });

  it('is left for a colleague who is away, and refused for who is none', async () => {
    const [wang, han] = [await who('wang'), await who('han')];
    const left = (agent: string, callId?: string) =>
      send(wang, 'POST', '/tasks', { agent, kind: 'message', text: '客户找您', ...(callId && { callId }) });
    expect((await left('9999')).json().code).toBe('no-such-agent');
    expect((await left('8002', 'none')).json().code).toBe('not-found');
    expect((await left('8002')).statusCode).toBe(201);
    const [task] = (await get(han, '/tasks')).json().items;
    expect(task).toMatchObject({ kind: 'message', text: '客户找您', createdBy: 'wang@demo', number: '' });
    expect((await send(han, 'POST', `/tasks/${task.id}/call`)).json().code).toBe('wrong-state');
  });
});

it('agents are told what the company has recorded, by name, and nothing of others', async () => {
  const { items } = (await get(await who('wang'), '/directory/playable')).json();
  expect(items).toEqual([
    { name: 'prices', text: '收费标准' },
    { name: 'route', text: null },
  ]);
});

it('the directory has colleagues, queues, phones without agents and contacts of the company, whose numbers are whole', async () => {
  const { items } = (await get(await who('wang'), '/directory')).json();
  expect(
    items.map(({ kind, id, title, number }: Record<string, string>) => [kind, id, title, number]),
  ).toEqual([
    ['queue', 'sales', '销售', null],
    ['agent', '8001', '王芳', '8001'],
    ['agent', '8002', '李雷', '8002'],
    ['extension', '8010', '前台', '8010'],
    ['contact', 'fire', '消防救援', '119'],
    ['contact', 'depot', '仓库', '02161234567'],
  ]);
});
