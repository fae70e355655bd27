import { beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { FigureWish } from '../../../src/wallboard/figures.ts';
import { MONDAY_10 } from '../../support/call-events.ts';
import { companiesIn } from '../../support/companies.ts';
import { authOf, httpOn, person, type SignedIn, signIn, wallboardsOn } from '../../support/http.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let asked: [tenant: string, wishes: readonly FigureWish[]][];
let li: SignedIn;

const company = (tenant: string) => `
tenant: ${tenant}
tenants: { ${tenant}: {} }
queues: { sales: { title: 销售 } }
wallboards:
  hall:
    title: 客服大厅
    tiles:
      - { metric: waiting, queues: [sales], w: 6, h: 3, amber: 3, red: 8 }
      - { metric: service-level, title: 今日服务水平, x: 6, w: 6, h: 3, amber: 0.85, red: 0.8 }
`;

beforeEach(async () => {
  store = new MemoryStore();
  asked = [];
  const clock = new ManualClock(MONDAY_10);
  app = httpOn(store, {
    auth: authOf(store, { clock }),
    wallboards: wallboardsOn(store, {
      provisioning: new Provisioning([...companiesIn(`${company('a')}---${company('b')}`)]),
      figures: {
        of: async (tenant, wishes) => {
          asked.push([tenant, wishes]);
          return wishes.map(({ metric }) => (metric === 'waiting' ? 5 : 0.7));
        },
      },
      clock,
      ids: seededIds(),
    }),
  });
  for (const tenantId of ['a', 'b']) await person(store, 'li', { tenantId, roles: ['company-admin'] });
  await person(store, 'agent', { roles: ['agent'] });
  await person(store, 'reader', { roles: ['report-reader'] });
  li = await signIn(app, 'li');
});

const post = (path: string, payload: object, headers: SignedIn = li) =>
  app.inject({ method: 'POST', url: `/api/v1${path}`, payload, headers: { ...headers } });
const get = (path: string, headers: Partial<SignedIn> = li) =>
  app.inject({ url: `/api/v1${path}`, headers: { ...headers } });
const revoke = (id: string, headers: SignedIn = li) =>
  app.inject({ method: 'DELETE', url: `/api/v1/wallboards/hall/links/${id}`, headers: { ...headers } });
async function made() {
  const answer = await post('/wallboards/hall/links', { title: '三楼大厅' });
  expect(answer.statusCode, answer.body).toBe(201);
  const { link, url } = answer.json();
  return { link, token: url.replace('/wall/', '') };
}

describe('a link to a wallboard', () => {
  it('shows its tiles with figures and levels to who has no account', async () => {
    const { token } = await made();
    const wall = await get(`/walls/${token}`, {});
    expect(wall.statusCode, wall.body).toBe(200);
    expect(wall.headers['cache-control']).toBe('no-store');
    expect(wall.json()).toEqual({
      title: '客服大厅',
      at: new Date(MONDAY_10).toISOString(),
      zone: 'Asia/Shanghai',
      tiles: [
        {
          ...{ title: null, metric: 'waiting', unit: 'count', scope: ['销售'], window: null },
          ...{ x: 0, y: 0, w: 6, h: 3, value: 5, level: 'amber' },
        },
        {
          ...{ title: '今日服务水平', metric: 'service-level', unit: 'share', scope: [], window: 'today' },
          ...{ x: 6, y: 0, w: 6, h: 3, value: 0.7, level: 'red' },
        },
      ],
    });
    expect(asked.map(([tenant]) => tenant)).toEqual(['a']);
  });

  it('is stored as a hash, listed without its token, and in the audit trail', async () => {
    const { link, token } = await made();
    const stored = await store.wallboardLinks.of(Scope.all, 'hall');
    expect(JSON.stringify(stored)).not.toContain(token);
    const listed = await get('/wallboards/hall/links');
    expect(listed.json()).toEqual({ items: [link] });
    expect(listed.body).not.toContain(token);
    const trail = await store.audit.newest(9, Scope.of('a'));
    expect(trail.find(({ action }) => action === 'share')).toMatchObject({
      by: 'li@a',
      details: { wallboard: 'hall', link: link.id, title: '三楼大厅' },
    });
    expect(JSON.stringify(trail)).not.toContain(token);
  });

  it('leads nowhere once it is revoked, as one that never was', async () => {
    const { link, token } = await made();
    expect((await revoke(link.id)).statusCode).toBe(204);
    const answers = [await get(`/walls/${token}`, {}), await get('/walls/never-there', {})];
    expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual([
      [404, 'not-found'],
      [404, 'not-found'],
    ]);
    expect(answers[0]!.json().detail).toBe(answers[1]!.json().detail);
    expect((await revoke(link.id)).statusCode, 'again').toBe(404);
    expect((await get('/wallboards/hall/links')).json().items[0].revokedAt).not.toBeNull();
    expect((await store.audit.newest(9, Scope.of('a'))).map(({ action }) => action)).toContain('unshare');
  });

  it('leads nowhere once its wallboard is gone', async () => {
    const link = { id: 'l', tenantId: 'a', wallboard: 'gone', title: 'x', createdAt: 0, createdBy: 'x' };
    const { hashOf } = await import('../../../src/auth/tokens.ts');
    await store.wallboardLinks.add({ ...link, tokenHash: hashOf('t'), revokedAt: undefined });
    expect((await get('/walls/t', {})).statusCode).toBe(404);
  });

  it('is made, seen and revoked in its own company, by right', async () => {
    const { link } = await made();
    const other = await signIn(app, 'li', 'b');
    expect((await get('/wallboards/hall/links', other)).json().items).toEqual([]);
    expect((await revoke(link.id, other)).statusCode).toBe(404);
    for (const login of ['agent', 'reader']) {
      const who = await signIn(app, login);
      expect((await post('/wallboards/hall/links', { title: 'x' }, who)).statusCode).toBe(403);
      expect((await get('/wallboards/hall/links', who)).statusCode).toBe(403);
    }
    expect((await post('/wallboards/none/links', { title: 'x' })).statusCode).toBe(404);
  });

  it('is one of fifty at most', async () => {
    for (let count = 0; count < 50; count++) await made();
    const refused = await post('/wallboards/hall/links', { title: 'x' });
    expect([refused.statusCode, refused.json().code]).toEqual([422, 'too-many-links']);
    const [{ id }] = (await get('/wallboards/hall/links')).json().items;
    await revoke(id);
    await made();
  });
});

describe('figures of tiles that are being made', () => {
  it('are told in their order to who may see wallboards', async () => {
    const tiles = [
      { metric: 'waiting', queues: ['sales'] },
      { metric: 'service-level', window: 'hour' },
    ];
    const answer = await post('/wallboard-figures', { tiles });
    expect(answer.json()).toEqual({ at: new Date(MONDAY_10).toISOString(), values: [5, 0.7] });
    expect(asked[0]![1]).toEqual([
      { metric: 'waiting', queues: ['sales'], window: 'today' },
      { metric: 'service-level', queues: [], window: 'hour' },
    ]);
  });

  it('are refused for what there is not', async () => {
    const of = async (tile: object) => (await post('/wallboard-figures', { tiles: [tile] })).statusCode;
    expect(await of({ metric: 'waiting', queues: ['none'] })).toBe(404);
    expect(await of({ metric: 'password' })).toBe(400);
    const agent = await signIn(app, 'agent');
    expect((await post('/wallboard-figures', { tiles: [] }, agent)).statusCode).toBe(403);
  });
});
