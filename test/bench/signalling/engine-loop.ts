/**
 * What a call costs the whole engine without sockets: `node test/bench/signalling/engine-loop.ts [calls] [rate] [calls to warm up]`.
 *
 * Two peers in memory send and get the 13 messages of a SIPp call; between them stand the embedded edge, a dialplan,
 * null media and the SQLite journal in its thread, on a clock that is moved: `rate` calls a second that talk for half a
 * second and leave transactions behind for half a minute. Prints, a call: processor time of all threads, bytes
 * allocated, and bytes that the scavenger copied because they were still in use; and how long collections paused it.
 * Then, in turns, what it costs that the beginning of a call is in the database before its INVITE goes out.
 */
import { join } from 'node:path';
import { GCProfiler, type GCProfilerResult } from 'node:v8';
import { silentLogger as logger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { MemoryEngine, TICK_MS } from './memory-engine.ts';
import { percentile } from './sipp-run.ts';

const CALLS = Number(process.argv[2] ?? 40_000);
const RATE = Number(process.argv[3] ?? 1_000);
const WARM_UP_CALLS = Number(process.argv[4] ?? 30_000);
/** Turns of calls that wait for the journal, and as many of calls that do not. */
const TURNS = 6;

const engine = await MemoryEngine.start((folder, clock) =>
  openSqliteStore({ file: join(folder, 'pbx400.db'), clock, logger }),
);

async function run(calls: number): Promise<void> {
  const perTick = (RATE * TICK_MS) / 1_000;
  for (let done = 0; done < calls; done += perTick) await engine.tick(perTick);
}

/** Processor time a call, of all threads and of the engine's, while calls wait for the journal or not. */
async function costOf(calls: number, waits: boolean) {
  engine.keeps = waits;
  const before = process.cpuUsage();
  const threadBefore = process.threadCpuUsage();
  await run(calls);
  const { user, system } = process.cpuUsage(before);
  const thread = process.threadCpuUsage(threadBefore);
  return { cpuUs: (user + system) / calls, mainThreadUs: (thread.user + thread.system) / calls };
}

async function costOfKeeping() {
  const waiting: Awaited<ReturnType<typeof costOf>>[] = [];
  const going: typeof waiting = [];
  for (let turn = 0; turn < TURNS; turn++) {
    waiting.push(await costOf(CALLS / 8, true));
    going.push(await costOf(CALLS / 8, false));
  }
  const middle = (costs: typeof waiting, key: 'cpuUs' | 'mainThreadUs') =>
    percentile(
      costs.map((cost) => cost[key]).sort((a, b) => a - b),
      0.5,
    );
  return {
    cpuUs: Math.round(middle(waiting, 'cpuUs') - middle(going, 'cpuUs')),
    mainThreadUs: Math.round(middle(waiting, 'mainThreadUs') - middle(going, 'mainThreadUs')),
    ratio: +(middle(waiting, 'mainThreadUs') / middle(going, 'mainThreadUs')).toFixed(3),
  };
}

/** Bytes that were made between the collections, and bytes that minor ones kept. */
function garbage({ statistics }: GCProfilerResult) {
  let allocated = 0;
  let copied = 0;
  const pausesMs = statistics.map(({ cost }) => cost / 1_000).sort((a, b) => a - b);
  let last: number | undefined;
  for (const { gcType, beforeGC, afterGC } of statistics) {
    const newSpace = (at: typeof beforeGC) =>
      at.heapSpaceStatistics.find(({ spaceName }) => spaceName === 'new_space')!.spaceUsedSize;
    if (last !== undefined) allocated += beforeGC.heapStatistics.usedHeapSize - last;
    last = afterGC.heapStatistics.usedHeapSize;
    if (gcType !== 'Scavenge') continue;
    copied += newSpace(beforeGC) - (beforeGC.heapStatistics.usedHeapSize - last);
  }
  return { allocated, copied, pausesMs };
}

await run(WARM_UP_CALLS);
const profiler = new GCProfiler();
profiler.start();
const before = process.cpuUsage();
const threadBefore = process.threadCpuUsage();
await run(CALLS);
const { user, system } = process.cpuUsage(before);
const thread = process.threadCpuUsage(threadBefore);
const { allocated, copied, pausesMs } = garbage(profiler.stop()!);
console.log(
  JSON.stringify({
    calls: CALLS,
    cpuUs: Math.round((user + system) / CALLS),
    mainThreadUs: Math.round((thread.user + thread.system) / CALLS),
    allocatedKb: +(allocated / CALLS / 1024).toFixed(1),
    copiedKb: +(copied / CALLS / 1024).toFixed(1),
    collections: pausesMs.length,
    pauseP10Ms: +percentile(pausesMs, 0.1).toFixed(1),
    pauseP50Ms: +percentile(pausesMs, 0.5).toFixed(1),
    pauseMaxMs: +percentile(pausesMs, 1).toFixed(1),
    failed: engine.failed,
    rssMb: process.memoryUsage.rss() >> 20,
    keeping: await costOfKeeping(),
  }),
);
await engine.close();
