/**
 * What people's questions cost among many records: `npm run bench:store-queries [rows] [sqlite|postgres]`, 10,000,000 of each unless said
 * otherwise, one database at a time, in a temporary folder (5 kB a call). Each question is asked 21 times, each time for other values.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import type { CdrQuery } from '../../src/cdr/cdr-query.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store, StoreLocation } from '../../src/store/store.ts';
import { FIRST_AT, makeRoom, manyCalls } from '../support/many-calls.ts';
import { PostgresCluster } from '../support/postgres-cluster.ts';

const rows = Number(process.argv[2] ?? 10_000_000);
const engines = process.argv[3] ? [process.argv[3]] : ['sqlite', 'postgres'];
const TIMES = 21;
/** Rows made by one statement. */
const STEP = 200_000;
const STEP_MS = Math.floor((365 * 86_400_000) / rows);
const LAST_AT = FIRST_AT + rows * STEP_MS;
const MONTH = { from: LAST_AT - 31 * 86_400_000, to: LAST_AT };

interface Question {
  readonly what: string;
  readonly goalMs: number;
  readonly ask: (store: Store, time: number) => Promise<unknown>;
}

const list = (what: string, goalMs: number, query: (time: number) => CdrQuery): Question => ({
  what,
  goalMs,
  ask: (store, time) => store.cdrs.queryText({ tenantId: `t${time % 10}`, ...query(time) }),
});

const QUESTIONS: readonly Question[] = [
  list('newest', 100, () => ({})),
  list('newest of all companies', 100, () => ({ tenantId: undefined }) as unknown as CdrQuery),
  list('by agent', 100, (time) => ({ agent: `8${String(time * 13).padStart(3, '0')}` })),
  list('by queue', 100, (time) => ({ queue: `queue${time % 20}` })),
  list('by area', 100, (time) => ({ area: `area${time * 11}` })),
  list('by cause, rare', 100, () => ({ cause: 'busy' })),
  list('by a cause that nobody had', 100, () => ({ cause: 'emergency' }) as unknown as CdrQuery),
  list('by caller', 100, (time) => ({ caller: `13${String(time * 7_919).padStart(9, '0')}` })),
  list('by agent and cause', 100, (time) => ({
    agent: `8${String(time * 13).padStart(3, '0')}`,
    cause: 'normal',
  })),
  list('score <= 1', 100, () => ({ maxScore: 1 })),
  list('talk >= 290 s', 100, () => ({ minTalkMs: 290_000 })),
  list('31 days by talk', 1000, () => ({ ...MONTH, sort: 'talk' })),
  list('31 days by agent', 1000, () => ({ ...MONTH, sort: 'agent', order: 'asc' })),
  {
    what: 'totals of 31 days',
    goalMs: 1000,
    ask: (store, time) => store.cdrs.totals({ tenantId: `t${time % 10}`, ...MONTH }),
  },
  {
    what: 'totals of 31 days of an agent',
    goalMs: 1000,
    ask: (store, time) => store.cdrs.totals({ tenantId: `t${time % 10}`, ...MONTH, agent: `8${100 + time}` }),
  },
  list('4 digits', 300, (time) => ({ search: String(1237 + time * 391) })),
  list('5 digits', 300, (time) => ({ search: String(12_371 + time * 3917) })),
  list('8 digits', 300, (time) => ({ search: String(12_371_237 + time * 391_799) })),
  list('4 digits that all have', 300, () => ({ search: '4000' })),
  list(
    '4 digits, all companies',
    300,
    (time) => ({ tenantId: undefined, search: String(1237 + time * 391) }) as unknown as CdrQuery,
  ),
];

async function measure(
  engine: string,
  location: StoreLocation,
  run: (statement: string) => Promise<number>,
): Promise<void> {
  const options = { nodeId: 'n1', clock: systemClock, logger: silentLogger, readMs: 60_000 };
  let store = await openStore(location, options);
  if (location.engine === 'postgres') await makeRoom(location.url, { from: 1, to: rows, stepMs: STEP_MS });
  const began = performance.now();
  for (let from = 1; from <= rows; from += STEP) {
    await run(manyCalls(location.engine, { from, to: Math.min(rows, from + STEP - 1), stepMs: STEP_MS }));
  }
  const bytes = await run('');
  console.error(`${engine}: ${rows} records made in ${Math.round((performance.now() - began) / 1000)} s`);
  await store.close();
  store = await openStore(location, options);
  // The thread or connection is there.
  await store.cdrs.totals({ tenantId: 'nobody' });
  const table = [];
  for (const { what, goalMs, ask } of QUESTIONS) {
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const asked = performance.now();
      await ask(store, time);
      times.push(performance.now() - asked);
    }
    times.sort((one, other) => one - other);
    const [medianMs, worstMs] = [times[10]!, times.at(-1)!].map((ms) => Number(ms.toFixed(1)));
    table.push({ engine, rows, what, medianMs, worstMs, goalMs });
  }
  await store.close();
  console.table(table);
  console.log(JSON.stringify({ engine, rows, bytesPerCall: Math.round(bytes / rows), questions: table }));
}

if (engines.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
  try {
    const file = join(folder, 'bench.db');
    await measure('sqlite', { engine: 'sqlite', file }, async (statement) => {
      const db = new Database(file);
      db.pragma('synchronous = OFF');
      db.pragma('cache_size = -256000');
      if (statement === '') db.pragma('wal_checkpoint(truncate)');
      else db.exec(statement);
      db.close();
      return statSync(file).size;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (engines.includes('postgres')) {
  const cluster = await PostgresCluster.start();
  try {
    const url = `${cluster.url}/postgres`;
    await measure('postgres', { engine: 'postgres', url }, async (statement) => {
      const client = new Client(url);
      await client.connect();
      await client.query(statement === '' ? 'vacuum analyze cdr' : statement);
      const { rows: sizes } = await client.query(
        `select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('cdr')`,
      );
      await client.end();
      return Number(sizes[0].bytes);
    });
  } finally {
    await cluster.stop();
  }
}
