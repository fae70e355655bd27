import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { Jobs, JobWork } from '../../../src/job/jobs.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { httpOn, jobsOn, person, type SignedIn, signIn } from '../../support/http.ts';

let folder: string;
let jobs: Jobs;
let app: ReturnType<typeof buildHttp>;
let li: SignedIn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-jobs-'));
  const store = new MemoryStore();
  jobs = jobsOn(store, { folder, clock: systemClock });
  app = httpOn(store, { jobs });
  for (const login of ['li', 'wang']) await person(store, login);
  li = await signIn(app, 'li');
});
afterEach(async () => {
  await jobs.close();
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: SignedIn = li) =>
  app.inject({ url: `/api/v1/jobs${path}`, headers: { ...headers } });

/** Begins one and waits for its end. */
async function over(work: JobWork): Promise<string> {
  const ended = new Promise((done) => jobs.events.on('changed', (job) => job.endedAt && done(job)));
  const { id } = await jobs.start({ tenantId: 'a', kind: 'import', by: 'li@a' }, work);
  await ended;
  return id;
}

it('lists jobs page by page, by state and kind', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) ids.unshift(await over(async () => ({ taken: count })));
  const page = (await get('?limit=2&kind=import')).json();
  expect(page.items).toHaveLength(2);
  const rest = (await get(`?limit=2&kind=import&after=${page.next}`)).json();
  const all = [...page.items, ...rest.items];
  expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(all.map(({ result }) => result.taken).toSorted()).toEqual([0, 1, 2]);
  expect(rest.next).toBeNull();
  expect((await get('?state=failed')).json().items).toEqual([]);
  expect(all[0]).toMatchObject({ tenant: 'a', state: 'done', error: null, file: null, total: null });
});

it('gives the file to who began it, and to nobody else', async () => {
  const id = await over((job) => job.writeFile('错误.csv', 'text/csv; charset=utf-8', '工号\n'));
  expect((await get(`/${id}`)).json().file).toMatchObject({ name: '错误.csv', bytes: 7 });
  const file = await get(`/${id}/file`);
  expect(file.body).toBe('工号\n');
  expect(file.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('错误.csv')}`,
  });
  expect((await get(`/${id}/file`, await signIn(app, 'wang'))).statusCode).toBe(404);
});

it('cancels a job that runs, once', async () => {
  const held: JobWork = ({ signal }) =>
    new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error('cancelled'))));
  const { id } = await jobs.start({ tenantId: 'a', kind: 'replay', by: 'li@a' }, held);
  const cancel = () => app.inject({ method: 'POST', url: `/api/v1/jobs/${id}/cancel`, headers: { ...li } });
  const ended = new Promise((done) => jobs.events.on('changed', (job) => job.endedAt && done(job)));
  expect((await cancel()).statusCode).toBe(200);
  await ended;
  expect((await get(`/${id}`)).json()).toMatchObject({ state: 'cancelled' });
  expect((await cancel()).json()).toMatchObject({ status: 409, code: 'not-running' });
});
