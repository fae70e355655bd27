import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { KindForm, KindRow } from '../../../src/http/routes/kinds.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn, person, signIn } from '../../support/http.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
beforeEach(() => {
  store = new MemoryStore();
  app = httpOn(store);
});
afterEach(() => app.close());

async function ask<Answer>(url: string, headers: Readonly<Record<string, string>>) {
  const response = await app.inject({ url: `/api/v1${url}`, headers });
  return { status: response.statusCode, body: response.json() as Answer };
}

interface Kinds {
  readonly items: readonly KindRow[];
}

describe('kinds of what companies set up', () => {
  it('are those that who asks may read, with what he may do to each', async () => {
    await person(store, 'li', { roles: ['supervisor'] });
    const { items } = (await ask<Kinds>('/kinds', { ...(await signIn(app, 'li')) })).body;
    expect(items.find(({ kind }) => kind === 'calendar')).toMatchObject({
      may: ['read'],
      path: '/calendars',
    });
    expect(items.map(({ kind }) => kind)).not.toContain('secret');
    expect(items.map(({ kind }) => kind)).not.toContain('segments');
    const all = (await ask<Kinds>('/kinds', AS_OPERATOR)).body.items;
    expect(all.find(({ kind }) => kind === 'segments')).toMatchObject({
      isShared: true,
      may: expect.any(Array),
    });
    expect(all.find(({ kind }) => kind === 'breakReason')).toMatchObject({
      path: '/break-reasons',
      title: { zh: '小休原因' },
      may: ['read', 'create', 'update', 'delete'],
    });
  });

  it('have fields with words, defaults, limits and what they name', async () => {
    const { fields } = (await ask<KindForm>('/kinds/queue', AS_OPERATOR)).body;
    const of = (path: string) => fields.find((each) => each.path === path);
    expect(fields[0]).toMatchObject({ path: 'title', isFirst: true });
    expect(of('ringMs')).toMatchObject({ type: 'duration', default: 15_000, label: { zh: '振铃时长' } });
    expect(of('tiers[].agents[]')).toMatchObject({ reference: 'agent', isFirst: false });
    expect(of('strategy')?.choices).toContainEqual({
      value: 'longest-idle',
      label: { en: 'Longest idle', zh: '空闲最久' },
    });
  });

  it('are not told to who may not read them', async () => {
    await person(store, 'li', { roles: ['supervisor'] });
    const li = { ...(await signIn(app, 'li')) };
    expect((await ask('/kinds/secret', li)).status).toBe(404);
    expect((await ask('/kinds/queue', li)).status).toBe(200);
    expect((await ask('/kinds/nothing', AS_OPERATOR)).status).toBe(400);
    expect((await ask('/kinds', {})).status).toBe(401);
  });
});
