/**
 * What deleting old calls costs, and the calls beside it: `npm run bench:store-months [records] [sqlite|postgres]`, 300,000 records of
 * one month unless said otherwise. First a nightly run that finds nothing to delete looks at all of them, then one removes the month;
 * meanwhile a call begins every 50 ms and waits until it is kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import { RetentionJob } from '../../src/keeping/retention-job.ts';
import { Snapshot } from '../../src/provisioning/snapshot.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { Scope } from '../../src/shared/scope.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store, StoreLocation } from '../../src/store/store.ts';
import { CallScript } from '../support/call-events.ts';
import { company } from '../support/companies.ts';
import { COMPANIES, FIRST_AT, makeRoom, manyCalls } from '../support/many-calls.ts';
import { PostgresCluster } from '../support/postgres-cluster.ts';

const records = Number(process.argv[2] ?? 300_000);
const engines = process.argv[3] ? [process.argv[3]] : ['sqlite', 'postgres'];
const RANGE = { from: 1, to: records, stepMs: Math.floor((30 * 86_400_000) / records) };
/** Rows that each call has beside its record. */
const CHILDREN = [
  `insert into call_target (started_at, call_id, no, tenant_id, target, outcome, ring_ms)
    select started_at, call_id, 0, tenant_id, '8001', 'answered', 1 from cdr`,
  `insert into call_ask (started_at, call_id, no, tenant_id, queue, priority, start_ms, wait_ms, outcome)
    select started_at, call_id, 0, tenant_id, queue, 0, 0, wait_ms, 'answered' from cdr`,
  `insert into missed_call (started_at, call_id, tenant_id, caller, called, outcome, wait_ms, ended_at)
    select started_at, call_id, tenant_id, caller, called, 'abandoned', wait_ms, ended_at from cdr where outcome = 'abandoned'`,
];

/** Runs the job of a night so many years after the calls, for companies that keep records one year. */
async function night(store: Store, years: number): Promise<void> {
  const clock: Clock = { ...clockParts(), now: () => FIRST_AT + years * 366 * 86_400_000 };
  const tenants = Array.from({ length: COMPANIES }, (_, n) => {
    return company(`t${n}`, { retention: { recordYears: 1, recordingDays: 1 } });
  });
  const job = new RetentionJob({
    store,
    upkeep: store.upkeep!,
    provisioning: { snapshot: new Snapshot(1, tenants), events: new TypedEvents() } as never,
    nodeId: 'n1',
    deleteFile: async () => true,
    ids: systemIds,
    clock,
    log: silentLogger,
  });
  await job.run();
  await job.close();
}

const clockParts = () => ({
  monotonic: () => systemClock.monotonic(),
  after: systemClock.after.bind(systemClock),
  every: systemClock.every.bind(systemClock),
});

/** What `work` takes, and how long calls beside it wait at worst until they are kept. */
async function beside(store: Store, what: string, work: () => Promise<unknown>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const waits: number[] = [];
  let number = 0;
  const timer = setInterval(() => {
    const began = performance.now();
    const { events } = new CallScript(`beside-${what}-${++number}`, { tenantId: 'x', at: Date.now() })
      .arrive()
      .end();
    let place = 0;
    for (const event of events) place = store.journal.append(event);
    void store.journal.durable(place)?.then(() => waits.push(performance.now() - began));
  }, 50);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  await store.journal.flush();
  waits.sort((one, other) => one - other);
  const at = (part: number) => Math.round(waits[Math.floor(part * (waits.length - 1))] ?? 0);
  const turnP99Ms = Number((delay.percentile(99) / 1e6).toFixed(1));
  return {
    what,
    seconds: Number(seconds.toFixed(2)),
    waitP50Ms: at(0.5),
    waitP99Ms: at(0.99),
    waitMaxMs: at(1),
    turnP99Ms,
  };
}

/** Milliseconds until the month's records are gone. */
async function goneAfter(url: string): Promise<number> {
  const client = new Client(url);
  await client.connect();
  const began = performance.now();
  for (;;) {
    const { rows } = await client.query(`select to_regclass('cdr_2026_01') is null as gone`);
    if (rows[0].gone) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await client.end();
  return Math.round(performance.now() - began);
}

async function measure(location: StoreLocation, run: (statement: string) => Promise<unknown>): Promise<void> {
  const { engine } = location;
  const store = await openStore(location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });
  if (engine === 'postgres') await makeRoom(location.url, RANGE);
  // Recordings go long before the records do.
  const without = `replace(cast(record as text), '"recordings":', '"deleted":')`;
  const gone = `update cdr set recordings = 0, record = ${engine === 'sqlite' ? without : `${without}::json`}`;
  for (const statement of [manyCalls(engine, RANGE), gone, ...CHILDREN]) await run(statement);
  if (engine === 'postgres') await run('vacuum analyze');
  const table = [
    await beside(store, 'a night without work', () => night(store, 0)),
    await beside(store, 'a night that looks at all', () => night(store, 0.2)),
  ];
  const last = FIRST_AT + 2 * 366 * 86_400_000;
  if (engine === 'sqlite') table.push(await beside(store, 'the month in bites', () => night(store, 3)));
  else {
    const goneMs = goneAfter(location.url);
    table.push(
      await beside(store, 'the month at once', () => store.upkeep!.months!.removeCalls(() => true, last)),
    );
    console.log(`the month's partitions were gone after ${await goneMs} ms; rows of missed calls followed`);
  }
  const left = await store.cdrs.totals({ tenantId: 't1' }, Scope.all);
  await store.close();
  console.table(table);
  console.log(JSON.stringify({ engine, records, left: left.calls, table }));
}

if (engines.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
  try {
    const file = join(folder, 'bench.db');
    await measure({ engine: 'sqlite', file }, async (statement) => {
      const db = new Database(file);
      db.pragma('busy_timeout = 60000');
      db.exec(statement);
      db.close();
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (engines.includes('postgres')) {
  const cluster = await PostgresCluster.start();
  try {
    const url = `${cluster.url}/postgres`;
    await measure({ engine: 'postgres', url }, async (statement) => {
      const client = new Client(url);
      await client.connect();
      await client.query(statement);
      await client.end();
    });
  } finally {
    await cluster.stop();
  }
}
