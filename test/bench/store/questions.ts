/** What people's questions cost among many records, which the database makes itself; each is asked 21 times, each time for other values. */
import type { CdrQuery } from '../../../src/cdr/cdr-query.ts';
import type { CounterReader, CounterStep } from '../../../src/metric/counter-query.ts';
import { BUCKET_MS, HOTLINE_CUBE } from '../../../src/metric/cubes.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { GRAMS } from '../../../src/store/cdr-grams.ts';
import { CdrRepository } from '../../../src/store/cdr-repository.ts';
import { CounterRepository } from '../../../src/store/counter-repository.ts';
import { openDatabase } from '../../../src/store/open-store.ts';
import { directly } from '../../../src/store/tenant-reads.ts';
import { FIRST_AT, makeRoom, manyCalls, manyCounters } from '../../support/many-calls.ts';
import type { BenchDatabase } from './bench-database.ts';

const TIMES = 21;
/** Rows made by one statement. */
const STEP = 200_000;
const YEAR_MS = 365 * 86_400_000;
const MONTH_MS = 31 * 86_400_000;

interface Asked {
  readonly cdrs: CdrRepository;
  readonly counters: CounterReader;
  /** The last 31 days. */
  readonly month: { readonly from: number; readonly to: number };
}

interface Question {
  readonly what: string;
  readonly goalMs: number;
  readonly ask: (asked: Asked, time: number) => Promise<unknown>;
}

export interface Answer {
  readonly what: string;
  readonly medianMs: number;
  readonly worstMs: number;
  readonly goalMs: number;
}

const LIST_MS = 100;
const SUM_MS = 1000;
const SEARCH_MS = 300;

const agentOf = (time: number) => `8${String(time * 13).padStart(3, '0')}`;
const tenantOf = (time: number) => `t${time % 10}`;

const list = (what: string, goalMs: number, query: (time: number) => CdrQuery): Question => ({
  what,
  goalMs,
  ask: ({ cdrs }, time) => cdrs.queryText({ tenantId: tenantOf(time), ...query(time) }, Scope.all),
});
const ofAll = (query: CdrQuery): CdrQuery => ({ tenantId: undefined, ...query }) as CdrQuery;
const sorted = (what: string, query: CdrQuery): Question => ({
  what: `31 days by ${what}`,
  goalMs: SUM_MS,
  ask: ({ cdrs, month }, time) => cdrs.queryText({ tenantId: tenantOf(time), ...month, ...query }, Scope.all),
});

/** What a report of queues adds up. */
const REPORTED = [
  ...['asks', 'ask_answered', 'ask_abandoned_queue', 'ask_abandoned_ring', 'ask_overflow_timeout'],
  ...['wait_ms', 'answered_wait_ms', 'abandoned_wait_ms', 'talk_ms', 'hold_ms'],
] as const;

const report = (what: string, by: readonly ('hotline' | 'queue')[], step: CounterStep): Question => ({
  what: `report of 31 days by ${what}`,
  goalMs: SUM_MS,
  ask: ({ counters, month }, time) => {
    const tenantId = tenantOf(time);
    const query = { tenantId, ...month, cube: HOTLINE_CUBE, counters: REPORTED, by, step };
    return counters.report({ ...query, zone: 'Asia/Shanghai' });
  },
});

const QUESTIONS: readonly Question[] = [
  list('newest', LIST_MS, () => ({})),
  list('newest of all companies', LIST_MS, () => ofAll({})),
  list('by agent', LIST_MS, (time) => ({ agent: agentOf(time) })),
  list('by queue', LIST_MS, (time) => ({ queue: `queue${time % 20}` })),
  list('by hotline', LIST_MS, (time) => ({ hotline: `400000000${time % 5}` })),
  list('by area', LIST_MS, (time) => ({ area: `area${time * 11}` })),
  list('by trunk', LIST_MS, () => ({ trunk: 'carrier' })),
  list('by outcome', LIST_MS, () => ({ outcome: 'abandoned' })),
  list('by cause, rare', LIST_MS, () => ({ cause: 'busy' })),
  list('by a cause that nobody had', LIST_MS, () => ({ cause: 'emergency' }) as unknown as CdrQuery),
  list('by caller', LIST_MS, (time) => ({ caller: `13${String(time * 7_919).padStart(9, '0')}` })),
  list('outbound', LIST_MS, () => ({ direction: 'outbound' })),
  list('internal, of which there is none', LIST_MS, () => ({ direction: 'internal' })),
  list('by agent and cause', LIST_MS, (time) => ({ agent: agentOf(time), cause: 'normal' })),
  list('by agent and a queue', LIST_MS, (time) => ({ agent: agentOf(time), queue: `queue${time % 20}` })),
  list('by area and an outcome', LIST_MS, (time) => ({ area: `area${time * 11}`, outcome: 'abandoned' })),
  list('score <= 1', LIST_MS, () => ({ maxScore: 1 })),
  list('score <= 0, of which there is none', LIST_MS, () => ({ maxScore: 0 })),
  list('talk >= 290 s', LIST_MS, () => ({ minTalkMs: 290_000 })),
  list('talk >= 3 hours, of which there is none', LIST_MS, () => ({ minTalkMs: 10_800_000 })),
  list('without a recording', LIST_MS, () => ({ recorded: false })),
  sorted('talk', { sort: 'talk' }),
  sorted('agent', { sort: 'agent', order: 'asc' }),
  sorted('wait, of a queue', { sort: 'wait', queue: 'queue3' }),
  {
    what: 'totals of 31 days',
    goalMs: SUM_MS,
    ask: ({ cdrs, month }, time) => cdrs.totals({ tenantId: tenantOf(time), ...month }, Scope.all),
  },
  {
    what: 'totals of 31 days of an agent',
    goalMs: SUM_MS,
    ask: ({ cdrs, month }, time) =>
      cdrs.totals({ tenantId: tenantOf(time), ...month, agent: agentOf(time) }, Scope.all),
  },
  report('queue and 15 minutes', ['queue'], 'quarter'),
  report('hotline, queue and hour', ['hotline', 'queue'], 'hour'),
  report('queue and day', ['queue'], 'day'),
  list('4 digits', SEARCH_MS, (time) => ({ search: String(1237 + time * 391) })),
  list('5 digits', SEARCH_MS, (time) => ({ search: String(12_371 + time * 3917) })),
  list('8 digits', SEARCH_MS, (time) => ({ search: String(12_371_237 + time * 391_799) })),
  list('4 digits that all have', SEARCH_MS, () => ({ search: '4000' })),
  list('4 digits, all companies', SEARCH_MS, (time) => ofAll({ search: String(1237 + time * 391) })),
  list('4 digits of an agent', SEARCH_MS, (time) => ({
    agent: agentOf(time),
    search: String(1237 + time * 391),
  })),
];

/** `rows` records of a year are made first. */
export async function askQuestions(place: BenchDatabase, rows: number): Promise<readonly Answer[]> {
  const { location } = place;
  const stepMs = Math.floor(YEAR_MS / rows);
  const last = FIRST_AT + rows * stepMs;
  const to = last + BUCKET_MS - (last % BUCKET_MS);
  const month = { from: to - MONTH_MS, to };
  await (await openDatabase(location)).close();
  if (location.engine === 'postgres') await makeRoom(location.url, { from: 1, to: rows, stepMs });
  const statements: string[] = [];
  for (let from = 1; from <= rows; from += STEP) {
    statements.push(manyCalls(location.engine, { from, to: Math.min(rows, from + STEP - 1), stepMs }));
  }
  statements.push(manyCounters(location.engine, month));
  const began = performance.now();
  await place.fill(statements);
  console.error(
    `${location.engine}: ${rows} records made in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  const database = await openDatabase(location, { readMs: 60_000 });
  try {
    const cdrs = new CdrRepository(database.longReads, GRAMS[location.engine], database.reads);
    const counters = new CounterRepository(location.engine, database.reads ?? directly(database.longReads));
    // The thread or connection is there.
    await cdrs.totals({ tenantId: 'nobody' }, Scope.all);
    const answers: Answer[] = [];
    for (const question of QUESTIONS) answers.push(await answerTo(question, { cdrs, counters, month }));
    return answers;
  } finally {
    await database.close();
  }
}

async function answerTo({ what, goalMs, ask }: Question, asked: Asked): Promise<Answer> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const began = performance.now();
    await ask(asked, time);
    times.push(performance.now() - began);
  }
  times.sort((one, other) => one - other);
  const [medianMs, worstMs] = [times[(TIMES - 1) / 2]!, times.at(-1)!].map((ms) => Number(ms.toFixed(1)));
  return { what, medianMs: medianMs!, worstMs: worstMs!, goalMs };
}
