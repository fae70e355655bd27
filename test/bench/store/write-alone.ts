/** Finished calls into the store alone, at a rate: whether it keeps up, and what a call costs. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallEvent } from '../../../src/call/call-events.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { StoreJournal } from '../../../src/store/store.ts';
import { type BenchCall, benchCall } from './bench-calls.ts';
import type { BenchDatabase } from './bench-database.ts';

const TICK_MS = 5;
/** Between the beginning of a call and its end: both go through the journal of calls under way. */
const HOLD_MS = 500;

export interface Load {
  readonly callsPerSecond: number;
  readonly seconds: number;
}

interface Played {
  readonly calls: number;
  readonly mainUs: number;
  readonly othersUs: number;
  readonly worstBacklog: number;
  readonly finishedMs: number;
}

export interface WriteCost {
  /** Finished calls a second from the first event until the last call was in the database. */
  readonly reached: number;
  /** Processor time a call: of the engine's thread, of the database's thread with its server, in microseconds. */
  readonly engineUs: number;
  readonly databaseUs: number;
  readonly serverUs: number;
  /** Most events that waited in memory, and bytes that waited in the file, at one time. */
  readonly worstBacklog: number;
  readonly waitingBytes: number;
  /** Bytes a call, by what they are. */
  readonly bytes: {
    readonly record: number;
    readonly parts: number;
    readonly events: number;
    readonly other: number;
  };
}

const NOWHERE: Pick<StoreJournal, 'append' | 'flush' | 'stats'> = {
  append: () => 0,
  flush: async () => {},
  stats: { pendingEvents: 0 } as StoreJournal['stats'],
};

export async function writeAlone(database: BenchDatabase, load: Load): Promise<WriteCost> {
  await play(NOWHERE, 'warm', { ...load, seconds: 1 });
  const base = await play(NOWHERE, 'base', load);
  const waiting = { files: [join(database.folder, 'journal.jsonl')], maxBytes: 1e9 };
  const store = await openStore(database.location, {
    nodeId: 'n1',
    clock: systemClock,
    logger: silentLogger,
    waiting,
  });
  await play(store.journal, 'first', { ...load, seconds: 1 });
  const serverBefore = database.serverUs();
  const cost = await play(store.journal, 'calls', load);
  const serverUs = database.serverUs() - serverBefore;
  const { waiting: waited } = store.journal.stats;
  await store.close();
  const calls = cost.calls + load.callsPerSecond;
  return {
    reached: Math.round((cost.calls * 1000) / cost.finishedMs),
    engineUs: tenths((cost.mainUs - base.mainUs) / cost.calls),
    databaseUs: tenths((cost.othersUs - base.othersUs + serverUs) / cost.calls),
    serverUs: tenths(serverUs / cost.calls),
    worstBacklog: cost.worstBacklog,
    waitingBytes: waited.bytes,
    bytes: await bytesACall(database, calls),
  };
}

/** Plays the load in real time; a call's processor time is that of all threads until the last one is in the database. */
async function play(
  journal: typeof NOWHERE,
  prefix: string,
  { callsPerSecond, seconds }: Load,
): Promise<Played> {
  const all = callsPerSecond * seconds;
  const open: { readonly due: number; readonly end: readonly CallEvent[] }[] = [];
  const thread = process.threadCpuUsage();
  const whole = process.cpuUsage();
  const began = performance.now();
  let [calls, head, worstBacklog] = [0, 0, 0];
  while (head < all) {
    const now = performance.now() - began;
    for (const due = Math.min(all, Math.floor((now * callsPerSecond) / 1000)); calls < due; calls++) {
      const call: BenchCall = benchCall(prefix, calls, Date.now());
      for (const event of call.beginning) journal.append(event);
      open.push({ due: now + HOLD_MS, end: call.end });
    }
    for (; head < open.length && open[head]!.due <= now; head++) {
      for (const event of open[head]!.end) journal.append(event);
      open[head] = undefined as never;
    }
    worstBacklog = Math.max(worstBacklog, journal.stats.pendingEvents);
    await sleep(TICK_MS);
  }
  await journal.flush();
  const finishedMs = performance.now() - began - HOLD_MS;
  const used = process.threadCpuUsage(thread);
  const mainUs = used.user + used.system;
  const { user, system } = process.cpuUsage(whole);
  return { calls, mainUs, othersUs: user + system - mainUs, worstBacklog, finishedMs };
}

async function bytesACall(database: BenchDatabase, calls: number): Promise<WriteCost['bytes']> {
  const kinds = { record: 0, parts: 0, events: 0, other: 0 };
  for (const [table, bytes] of Object.entries(await database.bytes())) kinds[kindOf(table)] += bytes;
  const each = (kind: keyof typeof kinds) => Math.round(kinds[kind] / calls);
  return { record: each('record'), parts: each('parts'), events: each('events'), other: each('other') };
}

function kindOf(table: string): keyof WriteCost['bytes'] {
  if (table === 'cdr') return 'record';
  if (table.startsWith('call_') && table !== 'call_journal') return 'parts';
  return table === 'event_batch' ? 'events' : 'other';
}

const tenths = (value: number): number => Number(value.toFixed(1));
