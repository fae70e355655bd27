/**
 * What a call costs the whole engine without sockets: `node test/bench/signalling/engine-loop.ts [calls] [rate] [calls to warm up]`.
 *
 * Two peers in memory send and get the 13 messages of a SIPp call; between them stand the embedded edge, a dialplan,
 * null media and the SQLite journal in its thread, on a clock that is moved: `rate` calls a second that talk for half a
 * second and leave transactions behind for half a minute. Prints, a call: processor time of all threads, bytes
 * allocated, and bytes that the scavenger copied because they were still in use; and how long collections paused it.
 * Then, in turns, what it costs that the beginning of a call is in the database before its INVITE goes out.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GCProfiler, type GCProfilerResult } from 'node:v8';
import type { CallJournal } from '../../../src/call/call-events.ts';
import { loadDialplans } from '../../../src/dialplan/dialplans.ts';
import { Switches } from '../../../src/dialplan/plan/switches.ts';
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { NullMediaEngine } from '../../../src/media/null/null-engine.ts';
import { UNKNOWN_AREA } from '../../../src/numbering/area.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { Pbx } from '../../../src/pbx.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../../src/provisioning/file/first-start.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import type { PhonesEvents } from '../../../src/routing/phones.ts';
import { TypedEvents } from '../../../src/shared/events.ts';
import { systemIds as ids } from '../../../src/shared/ids.ts';
import { silentLogger as logger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';

import { writeBenchConfig } from './bench-config.ts';
import { MemoryPeers, type OpenCall } from './memory-peers.ts';
import { percentile } from './sipp-run.ts';

const CALLS = Number(process.argv[2] ?? 40_000);
const RATE = Number(process.argv[3] ?? 1_000);
const WARM_UP_CALLS = Number(process.argv[4] ?? 30_000);
const TICK_MS = 20;
const TALK_MS = 500;
/** Turns of calls that wait for the journal, and as many of calls that do not. */
const TURNS = 6;

const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
const file = writeBenchConfig(folder, resolve(import.meta.dirname, 'dialplans'), 6002);
const config = loadMachine({ file });
const provisioning = new Provisioning(firstSnapshot(config));
const clock = new ManualClock(Date.now());
const peers = new MemoryPeers();
const prompts = new PromptCatalogue(config.promptDirs, config.language);
const hotlines = await loadDialplans({
  dir: config.dialplanDir,
  provisioning,
  timeZone: config.timeZone,
  prompts: prompts.names,
  promptMs: (name) => prompts.durationMs(name),
  areas: loadAreaTable(),
  switches: new Switches(clock),
  logger,
  clock,
  ids,
});
const store = await openSqliteStore({ file: join(folder, 'pbx400.db'), clock, logger });
let keeps = true;
/** What the last call waits for. */
let kept: Promise<void> | undefined;
const journal: CallJournal = {
  append: (event) => store.journal.append(event),
  durable: (place) => {
    kept = keeps ? store.journal.durable(place) : undefined;
    return kept;
  },
};
const edge = new EmbeddedEdge({
  clock,
  ids,
  logger,
  transports: peers.transports,
  resolver: { resolve: () => [] },
  answerChallenge: () => undefined,
  busyShare: () => 0,
});
const media = new NullMediaEngine({ clock, ids });
const phones = {
  events: new TypedEvents<PhonesEvents>(),
  handle: () => ({ status: 501 }),
  identify: () => undefined,
  routes: () => [],
};
const parts = {
  config,
  provisioning,
  clock,
  ids,
  log: logger,
  edge,
  media,
  journal,
  agentJournal: store.journal,
  prompts,
  hotlines,
  phones,
  areas: { areaOf: () => UNKNOWN_AREA },
};
const pbx = new Pbx(parts);
await pbx.start();

/** Calls that talk, by the ticks that are left to them. */
const talking: OpenCall[][] = Array.from({ length: TALK_MS / TICK_MS }, () => []);
let next = 0;

/** One tick of the clock: so many calls come in, and those whose time has come hang up. */
async function tick(calls: number): Promise<void> {
  const fresh = Array.from({ length: calls }, () => peers.invite(next++));
  await clock.settle();
  while (peers.ringing < calls) {
    await kept;
    await clock.settle();
  }
  peers.answerInvites();
  await clock.settle();
  for (const call of fresh) peers.ack(call);
  await clock.settle();
  for (const call of talking.shift()!) peers.bye(call);
  talking.push(fresh);
  await clock.settle();
  peers.answerByes();
  await clock.advance(TICK_MS);
}

async function run(calls: number): Promise<void> {
  const perTick = (RATE * TICK_MS) / 1_000;
  for (let done = 0; done < calls; done += perTick) await tick(perTick);
}

/** Processor time a call, of all threads and of the engine's, while calls wait for the journal or not. */
async function costOf(calls: number, waits: boolean) {
  keeps = waits;
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
    failed: next - peers.answered,
    rssMb: process.memoryUsage.rss() >> 20,
    keeping: await costOfKeeping(),
  }),
);
await pbx.close();
await store.close();
hotlines.close();
rmSync(folder, { recursive: true, force: true });
