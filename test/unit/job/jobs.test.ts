import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../src/job/job-store.ts';
import {
  type JobAtWork,
  type Jobs,
  KEPT_MS,
  MAX_OPEN_OF_COMPANY,
  MAX_RUNNING_OF_COMPANY,
} from '../../../src/job/jobs.ts';
import { PbxError } from '../../../src/shared/errors.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { jobsOn } from '../../support/http.ts';

const A = Scope.of('a');
const ORDER = { tenantId: 'a', kind: 'import', by: 'li@a' };
let store: MemoryStore;
let clock: ManualClock;
let folder: string;
let jobs: Jobs;
beforeEach(() => {
  store = new MemoryStore();
  clock = new ManualClock(1_000_000);
  folder = mkdtempSync(join(tmpdir(), 'pbx400-jobs-'));
  jobs = jobsOn(store, { clock, folder });
});
afterEach(async () => {
  await jobs.close();
  expect(clock.pending, 'nothing left open').toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

/** Work that goes on until it is told, or aborted. */
function held() {
  let at: JobAtWork | undefined;
  let finish: (result: unknown) => void = () => {};
  const work = (job: JobAtWork) => {
    at = job;
    return new Promise<unknown>((done, fail) => {
      finish = done;
      job.signal.addEventListener('abort', () => fail(new Error('aborted')));
    });
  };
  return { work, job: () => at, finish: (result: unknown = {}) => finish(result) };
}

/** What the company's stream was told. */
const told = async () =>
  (await store.events.read('a', 0, 100)).flatMap((event) =>
    event.type === 'job' ? [[event.did, event.done]] : [],
  );

describe('a job', () => {
  it('is there at once, is followed, and leaves its result', async () => {
    const heard: Job[] = [];
    jobs.events.on('changed', (job) => heard.push(job));
    const { work, job, finish } = held();
    const { id } = await jobs.start(ORDER, work);
    expect(await jobs.get(A, id)).toMatchObject({ ...ORDER, state: 'running', startedAt: 1_000_000 });
    for (let done = 1; done <= 500; done++) job()!.progress(done, 1000);
    await clock.advance(1000);
    job()!.progress(501);
    expect(await jobs.get(A, id)).toMatchObject({ done: 501, total: 1000 });
    finish({ taken: 1000 });
    await clock.settle();
    const over = { state: 'done', result: { taken: 1000 }, endedAt: 1_001_000 };
    expect(await jobs.get(A, id)).toMatchObject(over);
    expect(heard.map(({ state, done }) => [state, done])).toEqual([
      ['waiting', 0],
      ['running', 0],
      ['running', 501],
      ['done', 501],
    ]);
    expect(await told()).toEqual([
      ['begin', 0],
      ['progress', 0],
      ['progress', 501],
      ['end', 501],
    ]);
  });

  it('is nothing to another company, and is cancelled by none', async () => {
    const { work } = held();
    const { id } = await jobs.start(ORDER, work);
    await expect(jobs.get(Scope.of('b'), id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(jobs.cancel(Scope.of('b'), id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await jobs.list(Scope.of('b'), { limit: 10 })).toEqual([]);
    expect(await jobs.list(A, { limit: 10, state: 'running' })).toHaveLength(1);
  });

  it('ends when it is cancelled, once', async () => {
    const { work } = held();
    const { id } = await jobs.start(ORDER, work);
    await jobs.cancel(A, id);
    await clock.settle();
    expect(await jobs.get(A, id)).toMatchObject({ state: 'cancelled' });
    await expect(jobs.cancel(A, id)).rejects.toMatchObject({ code: 'not-running' });
  });

  it('says why it failed: our own errors in their words, of others nothing', async () => {
    const failing = async (error: Error) => {
      const { id } = await jobs.start(ORDER, () => Promise.reject(error));
      await clock.settle();
      return await jobs.get(A, id);
    };
    const own = await failing(new PbxError('input', 'line 3 is no row'));
    expect(own).toMatchObject({ state: 'failed', error: 'line 3 is no row' });
    const other = await failing(new Error('EACCES /secret/place'));
    expect(other).toMatchObject({ state: 'failed', error: expect.not.stringContaining('secret') });
  });

  it('waits while its company has enough under way; others do not wait for it', async () => {
    const works = Array.from({ length: MAX_RUNNING_OF_COMPANY + 2 }, held);
    const started: Job[] = [];
    for (const { work } of works) started.push(await jobs.start(ORDER, work));
    const states = async () => Promise.all(started.map(async ({ id }) => (await jobs.get(A, id)).state));
    expect(await states()).toEqual(['running', 'running', 'waiting', 'waiting']);
    const other = await jobs.start({ ...ORDER, tenantId: 'b' }, held().work);
    expect(other.state).toBe('running');
    await jobs.cancel(A, started[2]!.id);
    works[0]!.finish();
    await clock.settle();
    expect(await states()).toEqual(['done', 'running', 'cancelled', 'running']);
    expect(works[2]!.job(), 'what was cancelled while it waited never began').toBeUndefined();
  });

  it('is refused where the company has too many', async () => {
    for (let count = 0; count < MAX_OPEN_OF_COMPANY; count++) await jobs.start(ORDER, held().work);
    await expect(jobs.start(ORDER, held().work)).rejects.toMatchObject({ code: 'too-many-jobs' });
    await jobs.start({ ...ORDER, tenantId: 'b' }, held().work);
  });

  it('is interrupted when the PBX ends, and none begins', async () => {
    const works = Array.from({ length: 3 }, held);
    for (const { work } of works) await jobs.start(ORDER, work);
    await jobs.close();
    const states = (await store.jobs.list(A, { limit: 10 })).map(({ state }) => state);
    expect(states).toEqual(['interrupted', 'interrupted', 'interrupted']);
    await expect(jobs.start(ORDER, held().work)).rejects.toMatchObject({ code: 'closed' });
  });

  it('is interrupted by a crash: the next start says so', async () => {
    const { id } = await jobs.start(ORDER, held().work);
    const next = jobsOn(store, { clock, folder });
    await next.takeOver();
    expect(await next.get(A, id)).toMatchObject({ state: 'interrupted', endedAt: 1_000_000 });
    await next.close();
  });

  it('is told to be over as soon as the store takes it', async () => {
    const { work, finish } = held();
    const { id } = await jobs.start(ORDER, work);
    await clock.settle();
    const put = store.jobs.put.bind(store.jobs);
    let isAway = true;
    store.jobs.put = async (...change) => {
      if (isAway) throw new Error('away');
      await put(...change);
    };
    finish();
    await clock.settle();
    expect(await store.jobs.find(A, id)).toMatchObject({ state: 'running' });
    isAway = false;
    await clock.advance(5000);
    expect(await store.jobs.find(A, id)).toMatchObject({ state: 'done' });
  });
});

describe('the file of a job', () => {
  it('is for its owner only, and goes with the job', async () => {
    await jobs.takeOver();
    const written = jobs.start(ORDER, async (job) => {
      await job.writeFile('wrong.csv', 'text/csv', 'row,why\n');
      await job.keep(
        'undo',
        (async function* () {
          yield '1\n';
          yield '2\n';
        })(),
      );
      return {};
    });
    const { id } = await written;
    let job = await jobs.get(A, id);
    while (job.state !== 'done') {
      await new Promise((done) => setImmediate(done));
      job = await jobs.get(A, id);
    }
    expect(job.file).toEqual({ name: 'wrong.csv', type: 'text/csv', bytes: 8 });
    expect(await text((await jobs.file(job))!)).toBe('row,why\n');
    expect(await text((await jobs.kept(id, 'undo'))!)).toBe('1\n2\n');
    expect(await jobs.kept(id, 'none')).toBeUndefined();
    expect(statSync(join(folder, id)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o077).toBe(0o700 & 0o077);
    for (const name of [id, `${id}.undo`]) utimesSync(join(folder, name), 900, 900);
    await clock.advance(KEPT_MS + 86_400_000);
    await expect(jobs.get(A, id)).rejects.toMatchObject({ code: 'not-found' });
    while (readdirSync(folder).length > 0) await new Promise((done) => setImmediate(done));
    expect(await jobs.file(job)).toBeUndefined();
  });
});
