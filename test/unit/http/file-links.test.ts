import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { type Jobs, KEPT_MS } from '../../../src/job/jobs.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, httpOn, jobsOn, person, type SignedIn, signIn } from '../../support/http.ts';

const HOUR_MS = 3_600_000;

let folder: string;
let store: MemoryStore;
let clock: ManualClock;
let jobs: Jobs;
let app: ReturnType<typeof buildHttp>;
let li: SignedIn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-links-'));
  store = new MemoryStore();
  clock = new ManualClock(Date.parse('2026-10-10T10:00:00+08:00'));
  jobs = jobsOn(store, { folder, clock });
  app = httpOn(store, { auth: authOf(store, { clock }), jobs, clock });
  for (const login of ['li', 'wang']) await person(store, login, { roles: ['company-admin'] });
  await person(store, 'li', { tenantId: 'b', roles: ['company-admin'] });
  li = await signIn(app, 'li');
});
afterEach(async () => {
  await jobs.close();
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (
  method: 'GET' | 'POST' | 'DELETE' | 'HEAD',
  url: string,
  headers: object = li,
  payload?: object,
) => app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });

/** An export that is over, of li. */
async function exported(kind = 'export'): Promise<string> {
  const ended = new Promise((done) => jobs.events.on('changed', (job) => job.endedAt && done(job)));
  const { id } = await jobs.start({ tenantId: 'a', kind, by: 'li@a' }, (job) =>
    job.writeFile('通话.csv', 'text/csv; charset=utf-8', '工号\n'),
  );
  await ended;
  return `/api/v1/jobs/${id}/links`;
}

it('lead who has no account to the file until they end; uses are in the audit trail', async () => {
  const links = await exported();
  const made = (await ask('POST', links, li, { lastsMs: HOUR_MS })).json();
  expect(Date.parse(made.link.endsAt) - clock.now()).toBe(HOUR_MS);
  const file = await ask('GET', made.url, {});
  expect([file.statusCode, file.body]).toEqual([200, '工号\n']);
  expect(file.headers['content-disposition']).toContain(encodeURIComponent('通话.csv'));
  await ask('GET', made.url, {});
  const listed = (await ask('GET', links)).json().items;
  expect(listed).toEqual([made.link]);
  await clock.advance(HOUR_MS);
  expect((await ask('GET', made.url, {})).statusCode).toBe(404);
  const trail = (await store.audit.newest(10, Scope.of('a'))).filter(({ action }) => /share/.test(action));
  expect(trail.map(({ action, by, details }) => [action, by, details['file'], details['address']])).toEqual([
    ['use-share', `link ${made.link.id}`, '通话.csv', '127.0.0.1'],
    ['share', 'li@a', '通话.csv', '127.0.0.1'],
  ]);
  expect(JSON.stringify(trail)).not.toContain(made.url.split('.').at(-1));
});

it('are ended by who made them, and never outlast the file', async () => {
  const links = await exported();
  await clock.advance(HOUR_MS / 6);
  const made = (await ask('POST', links, li, { lastsMs: KEPT_MS })).json();
  expect(Date.parse(made.link.endsAt) - clock.now()).toBe(KEPT_MS - HOUR_MS / 6);
  const other = (await ask('POST', links, li, {})).json();
  expect((await ask('DELETE', `${links}/${made.link.id}`)).statusCode).toBe(204);
  expect((await ask('GET', made.url, {})).statusCode).toBe(404);
  expect((await ask('GET', other.url, {})).statusCode).toBe(200);
  expect((await ask('DELETE', `${links}/${made.link.id}`)).statusCode).toBe(404);
  const listed = (await ask('GET', links)).json().items;
  expect(
    listed.map(({ id, revokedAt }: { id: string; revokedAt: string | null }) => [id, revokedAt]),
  ).toEqual([
    [other.link.id, null],
    [made.link.id, new Date(clock.now()).toISOString()],
  ]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
});

it('are made and seen by who began the export alone, and of exports alone', async () => {
  const links = await exported();
  const made = (await ask('POST', links, li, {})).json();
  for (const other of [await signIn(app, 'wang'), await signIn(app, 'li', 'b')]) {
    expect((await ask('GET', links, other)).statusCode).toBe(404);
    expect((await ask('POST', links, other, {})).statusCode).toBe(404);
    expect((await ask('DELETE', `${links}/${made.link.id}`, other)).statusCode).toBe(404);
  }
  expect((await ask('POST', await exported('import'), li, {})).statusCode).toBe(404);
});

it('that nobody made lead nowhere, whatever they look like', async () => {
  const links = await exported();
  const { url } = (await ask('POST', links, li, {})).json();
  const [base, secret] = [url.slice(0, url.lastIndexOf('.')), url.slice(url.lastIndexOf('.') + 1)];
  const wrong = [
    `${base}.${'x'.repeat(secret.length)}`,
    base,
    `/api/v1/exported-files/${encodeURIComponent(`../jobs.${secret}`)}`,
    `/api/v1/exported-files/none.${secret}`,
    `/api/v1/exported-files/x`,
  ];
  for (const each of wrong) expect((await ask('GET', each, {})).statusCode, each).toBe(404);
});
