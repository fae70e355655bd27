import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { Job } from '../../../src/job/job-store.ts';
import type { Jobs } from '../../../src/job/jobs.ts';
import { NumberLists } from '../../../src/numbering/number-list.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { wholeNumber } from '../../../src/shared/masked-number.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { ReplaySums } from '../../../src/tester/replay-sums.ts';
import { PART_LIMIT_MS, Replays, type ReplayWish } from '../../../src/tester/replays.ts';
import type { Part } from '../../../src/tester/tester-link.ts';
import { openTester } from '../../../src/tester-board.ts';
import { VirtualCaller } from '../../../src/testing/virtual-caller.ts';
import { VirtualPbx } from '../../../src/testing/virtual-pbx.ts';
import { SAMPLE, SAMPLE_COMPANIES } from '../../support/companies.ts';
import { AS_OPERATOR, httpOn, jobsOn, versionsOn } from '../../support/http.ts';

const N = '4001234567';
/** A Monday. */
const AT = Date.parse('2026-10-12T10:00:00+08:00');

/** Calls to the sample hotline, each with the key that its caller presses at the menu. */
async function callsOf(keys: readonly string[]) {
  const pbx = new VirtualPbx({ config: SAMPLE, companies: SAMPLE_COMPANIES, at: AT });
  await pbx.dialplans.load();
  await pbx.open();
  for (const [index, key] of keys.entries()) {
    const from = `1380013800${index}`;
    const { leg, callId } = pbx.arrive(from, N);
    const caller = new VirtualCaller(pbx, from, leg, callId!);
    await caller.hears('main-menu');
    await caller.presses(key);
    await caller.ends();
    await pbx.clock.advance(60_000);
  }
  await pbx.close();
  return pbx.events;
}

describe('replays by HTTP', () => {
  let dir: string;
  let jobs: Jobs;
  let close: () => Promise<void>;
  let app: ReturnType<typeof buildHttp>;
  let board: ReturnType<typeof openTester>['board'];
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'pbx400-replays-'));
    const file = join(dir, 'pbx400.db');
    const kept = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
    for (const event of await callsOf(['1', '2', '2'])) kept.journal.append(event);
    await kept.close();
    const store = new MemoryStore();
    jobs = jobsOn(store, { clock: systemClock, folder: join(dir, 'jobs') });
    const tester = openTester(
      { ...SAMPLE, dataDir: dir, store: { engine: 'sqlite', file } },
      {
        provisioning: { snapshot: SAMPLE_COMPANIES },
        hotlines: {
          revision: 1,
          route: (number: string) => (number === N ? ({ tenant: 'demo', number } as never) : undefined),
        },
        versions: versionsOn(store),
        lists: new NumberLists(),
        jobs,
        clock: systemClock,
      },
    );
    close = tester.close;
    board = tester.board;
    app = httpOn(store, { jobs, replays: tester.board, simulations: tester.board });
  });
  afterAll(async () => {
    await app.close();
    await jobs.close();
    await close();
    rmSync(dir, { recursive: true, force: true });
  });

  const headers = { ...AS_OPERATOR, 'pbx-tenant': 'demo' };
  const post = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/replays', headers, payload });
  async function over(payload: object): Promise<Job> {
    const response = await post(payload);
    expect(response.statusCode, response.body).toBe(202);
    const { id } = response.json().job;
    return await new Promise((resolve) => {
      jobs.events.on('changed', (job) => job.id === id && job.endedAt !== undefined && resolve(job));
      void jobs.get(Scope.of('demo'), id).then((job) => job.endedAt !== undefined && resolve(job));
    });
  }
  const fileOf = async ({ id }: Job) =>
    (await app.inject({ url: `/api/v1/jobs/${id}/file`, headers })).json();

  it('take the calls of the past through what holds, and find nothing', async () => {
    const job = await over({ hotline: N });
    expect(job).toMatchObject({
      state: 'done',
      kind: 'replay',
      done: 3,
      total: 3,
      result: { calls: 3, same: 3, otherwise: 0, unknown: 0, failed: 0, changes: [] },
    });
    const { items, edges } = await fileOf(job);
    expect(items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['same', 'same', 'same']);
    expect(edges.every((edge: { before: number; after: number }) => edge.before === edge.after)).toBe(true);
  }, 30_000);

  it('have the ways that calls took counted, beside', async () => {
    const { calls, ways, others, isCut } = await board.ways('demo', N, AT - 1000);
    expect([calls, others, isCut]).toEqual([3, 0, false]);
    expect(ways.map((way) => [way.calls, way.steps.find((step) => step.startsWith('menu → '))])).toEqual([
      [2, 'menu → 2'],
      [1, 'menu → 1'],
    ]);
    expect((await app.inject({ url: '/api/v1/flows/4009999999/ways', headers })).json()).toMatchObject({
      code: 'not-found',
    });
  }, 30_000);

  it('tell which branch becomes which, with sums per edge and the way of each call', async () => {
    const job = await over({
      hotline: N,
      last: 2,
      draft: {
        entities: [{ kind: 'list', name: 'nuisance', value: { numbers: ['13800138002'], prefixes: [] } }],
      },
    });
    const change = { before: 'blacklist → passed', after: 'blacklist', calls: 1 };
    expect(job.result).toMatchObject({ calls: 2, same: 1, otherwise: 1 });
    const { changes, edges, items } = await fileOf(job);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ after: change.after, calls: 1 });
    const last = items[1];
    expect(last).toMatchObject({ caller: '13800138002', outcome: 'otherwise', error: null });
    expect(last.after.at(-1)).toMatchObject({ step: 'blacklist', why: 'on list nuisance' });
    expect(edges[0].before).not.toBe(edges[0].after);
    const sum = (name: 'before' | 'after') =>
      edges
        .filter(({ from }: { from: string }) => from === '(arrival)')
        .reduce((total: number, edge: { before: number; after: number }) => total + edge[name], 0);
    expect([sum('before'), sum('after')]).toEqual([2, 2]);
    expect(JSON.stringify(job.result)).not.toContain('13800138002');
  }, 30_000);

  it('fail with what is wrong with the draft, and take no more than 1,000 calls', async () => {
    const value = { survey: 'nobody' };
    const { state, error } = await over({
      hotline: N,
      draft: { entities: [{ kind: 'queue', name: 'sales', value }] },
    });
    expect([state, error]).toEqual(['failed', expect.stringContaining('/draft/entities/0/value')]);
    expect((await post({ hotline: N, last: 1001 })).statusCode).toBe(400);
    expect((await post({ hotline: N, version: 3 })).json()).toMatchObject({ code: 'not-found' });
  }, 30_000);
});

describe('sums of a replay', () => {
  const call = {
    at: AT,
    caller: '13800138000',
    called: N,
    trunk: 'carrier',
    keys: [],
    route: [],
    served: true,
    hungUpAfterMs: undefined,
  };
  const path = (...steps: string[]) => steps.map((step) => ({ step, why: 'so', at: AT }));

  it('count lines of a dial as one, and who could not be simulated apart', () => {
    const sums = new ReplaySums(wholeNumber);
    const steps = ['menu → 1', 'dial 13900000001'];
    const past = { ...call, steps };
    sums.add(past, { call: past, route: [], same: true, path: path('menu → 1', 'dial 13900000002') });
    sums.add(past, { call: past, route: [], same: false, path: path('menu → 1', 'queue sales') });
    sums.add({ ...call, steps: undefined }, { call, route: [], same: undefined, path: path('menu → 1') });
    sums.add(past, new Error('no trunk'));
    const { result, sums: json } = sums.answer();
    expect(result).toEqual({
      calls: 4,
      same: 1,
      otherwise: 1,
      unknown: 1,
      failed: 1,
      changes: [{ at: 'menu → 1', before: 'dial', after: 'queue sales', calls: 1 }],
    });
    expect(JSON.parse(json).edges).toContainEqual({ from: 'menu → 1', to: 'dial', before: 2, after: 1 });
  });
});

describe('a replay', () => {
  const wish = { plans: {}, number: N } as unknown as ReplayWish;

  it('is cancelled while it waits, and while it runs; a thread that hangs is ended', async () => {
    const clock = new ManualClock();
    let closed = 0;
    let tell: ((part: Part) => void) | undefined;
    const replays = new Replays({
      config: SAMPLE,
      clock,
      stamp: () => ({ companies: 1, files: 1 }),
      link: () => {
        let end = () => {};
        return {
          ask: (_, onPart) =>
            new Promise((_, reject) => {
              tell = onPart;
              end = () => reject(new Error('ended'));
            }),
          close: async () => {
            closed++;
            end();
          },
        };
      },
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const parts: Part[] = [];
    const running = replays.run(wish, first.signal, (part) => parts.push(part)).catch((error) => error.code);
    const waiting = replays.run(wish, second.signal, () => {}).catch((error) => error.code);
    await clock.settle();
    second.abort();
    expect(await waiting).toBe('closed');
    await clock.advance(PART_LIMIT_MS - 1);
    tell!({ tell: 'part', calls: ['{}'], done: 1, total: 2 });
    await clock.advance(PART_LIMIT_MS - 1);
    expect(parts).toHaveLength(1);
    first.abort();
    expect(await running).toBe('closed');
    const hanging = replays.run(wish, new AbortController().signal, () => {}).catch((error) => error.code);
    await clock.settle();
    await clock.advance(PART_LIMIT_MS);
    expect(await hanging).toBe('deadline');
    expect(closed).toBeGreaterThanOrEqual(2);
    expect(clock.pending).toBe(0);
  });
});
