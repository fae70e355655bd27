import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actingDesk, callBoard } from '../../../src/call-board.ts';
import { deskBoard } from '../../../src/desk-board.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { answering, atDesk, over } from '../../support/desk.ts';
import { AS_OPERATOR, authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';
import type { TalkScenario } from '../../support/talk.ts';

const IN_DEMO = { ...AS_OPERATOR, 'pbx-tenant': 'demo' };

let s: TalkScenario;
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let wang: SignedIn;

beforeEach(async () => {
  s = await atDesk();
  store = new MemoryStore();
  const auth = authOf(store, { companies: new Set(['demo']) });
  app = httpOn(store, {
    auth,
    desk: actingDesk(s.pbx),
    desks: deskBoard({
      pbx: s.pbx,
      provisioning: s.provisioning,
      cdrs: store.cdrs,
      drafts: (tenant, callId) => store.workspace.drafts(tenant, callId),
      clock: s.clock,
    }),
    callbacks: s.pbx.callbacks,
    calls: callBoard({
      pbx: s.pbx,
      clock: s.clock,
      mayBegin: () => {},
      audit: store.audit,
      logger: silentLogger,
    }),
  });
  await person(store, 'wang', { tenantId: 'demo', roles: ['agent'], agent: '8001' });
  wang = await signIn(app, 'wang', 'demo');
});
afterEach(async () => {
  await app.close();
  await over(s);
});

/** As virtual time runs on until it is answered. */
async function post(url: string, payload: object | undefined, headers: object = IN_DEMO) {
  const answer = app.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { ...headers },
    ...(payload && { payload }),
  });
  let isOver = false;
  void answer.then(() => {
    isOver = true;
  });
  // Answers cross turns of the loop that virtual time knows nothing of.
  while (!isOver) {
    await s.clock.advance(100);
    await new Promise((done) => setImmediate(done));
  }
  return await answer;
}
const get = async (url: string, headers: object = IN_DEMO) =>
  await app.inject({ url: `/api/v1${url}`, headers: { ...headers } });

describe('an agent', () => {
  it('holds and transfers from his own screen, in the call or in whatever he talks', async () => {
    const { id } = s.talk.call;
    expect((await post(`/calls/${id}/hold`, undefined, wang)).statusCode).toBe(204);
    expect(s.talk.state).toBe('held');
    const again = await post('/agents/me/swap', undefined, wang);
    expect([again.statusCode, again.json()]).toMatchObject([409, { code: 'wrong-state', state: 'hold' }]);
    expect((await post('/agents/8001/resume', undefined, wang)).statusCode).toBe(204);
    answering(s, '8002');
    const draft = {
      tenantId: 'demo',
      callId: id,
      at: 1,
      note: '',
      disposition: undefined,
      resolved: undefined,
    };
    await store.workspace.keepDraft({ ...draft, agent: '8001', handOver: '已等三天，请回 13800138000' });
    // Of somebody who never had the call.
    await store.workspace.keepDraft({ ...draft, at: 2, agent: '8003', handOver: 'no' });
    const moved = await post(`/calls/${id}/transfer`, { to: { agent: '8002' } }, wang);
    expect([moved.statusCode, moved.json()]).toEqual([200, { reached: true, status: 200 }]);
    expect(s.talk.places.partner?.who.name).toBe('8002');
    const taken = (await get('/agents/8002/desk', IN_DEMO)).json();
    expect(taken.calls).toMatchObject([
      { callId: id, handOver: { agent: '8001', text: '已等三天，请回 13800138000' } },
    ]);
  });

  it('sees his desk: who he talks with, how, for how long, and what he will be', async () => {
    const { id } = s.talk.call;
    const desk = async () => (await get('/agents/me/desk', wang)).json();
    await post('/agents/me/state', { state: 'break', reason: 'lunch' }, wang);
    expect(await desk()).toMatchObject({
      agent: '8001',
      state: 'talking',
      wish: { state: 'break', reason: 'lunch' },
      seat: { kind: 'extension', number: '8001', isReachable: true },
      queues: [{ name: 'sales', title: 'sales' }],
      calls: [
        {
          callId: id,
          sipCallId: s.bob.sipCallId,
          phase: 'talking',
          direction: 'inbound',
          queue: { name: 'sales' },
          isMuted: false,
          third: null,
          history: { calls24h: 1, lastAgent: null },
          handOver: null,
        },
      ],
    });
    const [call] = (await desk()).calls;
    expect(call.number).toMatch(/^\d{3}\*{4}\d{4}$/);
    expect(Date.parse(call.talkSince) - Date.parse(call.waitingSince)).toBe(call.waitMs);
    await post('/agents/me/mute', undefined, wang);
    await post('/agents/me/hold', undefined, wang);
    expect((await desk()).calls).toMatchObject([{ phase: 'held', isMuted: true }]);
    await post('/agents/me/resume', undefined, wang);
    answering(s, '8002');
    await post('/agents/me/consult', { to: { agent: '8002' } }, wang);
    expect((await desk()).calls).toMatchObject([
      { phase: 'consulting', third: { name: '8002', isThere: true } },
    ]);
    expect((await get('/agents/8002/desk')).json().calls).toMatchObject([{ callId: id, phase: 'asked' }]);
    await post('/agents/me/complete', undefined, wang);
    await s.clock.advance(100);
    expect(await desk()).toMatchObject({
      state: 'wrap-up',
      calls: [],
      wrapUp: { callId: id, queue: 'sales', needsDisposition: false },
    });
    expect((await get('/agents/8002/desk', wang)).statusCode).toBe(404);
  });

  it('has a talk back that his phone has lost: the caller hears music, and his phone answers by itself', async () => {
    const before = s.bob.sipCallId;
    s.edge.phone('8001', { does: 'answer', afterMs: 500 });
    expect((await post('/agents/me/reconnect', undefined, wang)).statusCode).toBe(204);
    expect(s.bob.state).toBe('ended');
    expect((await get('/agents/me/desk', wang)).json()).toMatchObject({
      state: 'reconnecting',
      calls: [{ callId: s.talk.call.id, phase: 'reconnecting' }],
    });
    await s.clock.advance(1000);
    const { state, calls } = (await get('/agents/me/desk', wang)).json();
    expect([state, calls[0].phase, calls.length]).toEqual(['talking', 'talking', 1]);
    expect(calls[0].sipCallId).not.toBe(before);
    const again = await post('/agents/8002/reconnect', undefined);
    expect(again.json()).toMatchObject({ code: 'no-talk' });
  });

  it('has himself in a state, which in a call is kept for its end', async () => {
    const asked = await post('/agents/me/state', { state: 'break', reason: 'lunch' }, wang);
    expect([asked.statusCode, asked.json()]).toEqual([200, { state: 'talking', isKept: true }]);
    const unknown = await post('/agents/me/state', { state: 'asleep' }, wang);
    expect(unknown.statusCode).toBe(400);
    const odd = await post('/agents/me/state', { state: 'ready', reason: 'x' }, wang);
    expect(odd.statusCode).toBe(400);
  });

  it('is himself alone: colleagues, their calls and supervision are not his', async () => {
    expect((await post('/agents/8002/state', { state: 'busy' }, wang)).statusCode).toBe(404);
    expect((await post('/calls/none/hold', undefined, wang)).statusCode).toBe(404);
    expect((await post('/supervision/force', { agent: '8002', state: 'busy' }, wang)).statusCode).toBe(403);
    expect((await get('/calls?state=running', wang)).json().items).toMatchObject([{ id: s.talk.call.id }]);
    expect((await post(`/calls/${s.talk.call.id}/hang-up`, undefined, wang)).statusCode).toBe(403);
  });
});

describe('who has the right to a company', () => {
  it('supervises: forces, takes part by a phone that he names, ends calls; each is in the audit trail', async () => {
    const forced = await post('/supervision/force', { agent: '8002', state: 'busy', reason: 'paper' });
    expect([forced.statusCode, forced.json()]).toEqual([200, { agent: '8002', callId: null }]);
    expect(s.pbx.acd.agent('demo', '8002')).toMatchObject({ state: 'busy', by: 'operator token' });
    expect((await post('/supervision/monitor', { agent: '8001' })).json()).toMatchObject({
      code: 'wrong-state',
    });
    answering(s, '8009');
    const heard = await post('/supervision/monitor?as=8009', { agent: '8001', mode: 'whisper' });
    expect([heard.statusCode, heard.json()]).toEqual([200, { agent: '8001', callId: s.talk.call.id }]);
    expect(s.audited.map(({ by, act }) => `${by} ${act}`)).toEqual([
      'operator token force',
      'operator token monitor',
    ]);
    expect((await post('/supervision/leave?as=8009', undefined)).statusCode).toBe(200);
  });

  it('sees the call as it runs, and ends it for everybody', async () => {
    const { id } = s.talk.call;
    const { items } = (await get('/calls?state=running')).json();
    expect(items).toMatchObject([
      {
        id,
        state: 'running',
        endedAt: null,
        outcome: null,
        agents: [{ agent: '8001', state: 'talking' }],
        segment: { kind: 'talk', owner: '8001', queue: 'sales' },
      },
    ]);
    expect((await get(`/calls/${id}`)).json()).toMatchObject({ id, targets: [{ target: '8001' }] });
    expect((await post(`/calls/${id}/hang-up`, undefined)).statusCode).toBe(204);
    expect([s.alice.state, (await get('/calls?state=running')).json().items]).toEqual(['ended', []]);
    expect((await get('/audit')).json().items[0]).toMatchObject({
      by: 'operator token',
      details: { act: 'hang-up', callId: id },
    });
    expect((await post(`/calls/${id}/hang-up`, undefined)).statusCode).toBe(404);
  });

  it('has somebody called back, at a time, and takes it back', async () => {
    const at = new Date(s.clock.now() + 3_600_000).toISOString();
    const made = await post('/callbacks', { queue: 'sales', number: '13900139000', at });
    expect([made.statusCode, made.json()]).toMatchObject([
      201,
      { queue: 'sales', number: '13900139000', state: 'waiting', nextAt: at, callId: null },
    ]);
    const { id } = made.json();
    expect((await get('/callbacks?state=open')).json()).toMatchObject({ items: [{ id }], next: null });
    expect((await post('/callbacks', { queue: 'none', number: '13900139000' })).statusCode).toBe(404);
    expect((await post('/callbacks', { queue: 'sales', number: '0086' })).statusCode).toBe(400);
    expect((await post(`/callbacks/${id}/call-now`, undefined)).statusCode).toBe(204);
    expect(s.pbx.acd.line('demo', 'sales')).toMatchObject([{ standsIn: true }]);
    const url = `/api/v1/callbacks/${id}`;
    expect((await app.inject({ method: 'DELETE', url, headers: IN_DEMO })).statusCode).toBe(204);
    expect((await get('/callbacks')).json().items).toMatchObject([
      { id, state: 'withdrawn', result: 'taken back by operator token', nextAt: null },
    ]);
    expect((await app.inject({ method: 'DELETE', url, headers: IN_DEMO })).statusCode).toBe(404);
  });
});
