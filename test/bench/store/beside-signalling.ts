/** Calls through the whole engine in real time: how long its thread is busy at one go, with a store and without. */
import { join } from 'node:path';
import { silentLogger as logger } from '../../../src/shared/logger.ts';
import type { ManualClock } from '../../../src/shared/manual-clock.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { MemoryEngine, TICK_MS } from '../signalling/memory-engine.ts';
import { percentile } from '../signalling/sipp-run.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { Load } from './write-alone.ts';

const WARM_UP_SECONDS = 3;

export interface Turns {
  /** Processor time of the engine's thread a call, in microseconds. */
  readonly engineUs: number;
  /** Its processor time between two looks at the timers, in milliseconds: what a packet waits for at most. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** Calls that were not answered. */
  readonly failed: number;
}

/** `database`: undefined: events go nowhere. */
export async function besideSignalling(database: BenchDatabase | undefined, load: Load): Promise<Turns> {
  const openIn =
    database &&
    ((_: string, clock: ManualClock) => {
      const waiting = { files: [join(database.folder, 'waiting.jsonl')], maxBytes: 1e9 };
      return openStore(database.location, { nodeId: 'n2', clock, logger, waiting });
    });
  const engine = await MemoryEngine.start(openIn);
  try {
    await run(engine, { ...load, seconds: WARM_UP_SECONDS });
    const before = engine.calls;
    const turns = new TurnTimes();
    await run(engine, load);
    return { ...turns.end(engine.calls - before), failed: engine.failed };
  } finally {
    await engine.close();
  }
}

async function run(engine: MemoryEngine, { callsPerSecond, seconds }: Load): Promise<void> {
  const began = performance.now();
  const perTick = Math.round((callsPerSecond * TICK_MS) / 1000);
  for (let tick = 1; tick <= (seconds * 1000) / TICK_MS; tick++) {
    await engine.tick(perTick);
    const early = tick * TICK_MS - (performance.now() - began);
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
}

/** A timer of a millisecond that asks each time how much processor time the thread has used since the last time. */
class TurnTimes {
  readonly #turnsMs: number[] = [];
  readonly #begin = process.threadCpuUsage();
  readonly #timer: NodeJS.Timeout;
  #last = this.#begin;

  constructor() {
    this.#timer = setInterval(() => {
      const now = process.threadCpuUsage();
      this.#turnsMs.push((now.user + now.system - this.#last.user - this.#last.system) / 1000);
      this.#last = now;
    }, 1);
  }

  end(calls: number): Omit<Turns, 'failed'> {
    clearInterval(this.#timer);
    const { user, system } = process.threadCpuUsage(this.#begin);
    const sorted = this.#turnsMs.sort((one, other) => one - other);
    const ms = (part: number) => Number(percentile(sorted, part).toFixed(2));
    return {
      engineUs: Math.round((user + system) / calls),
      p50Ms: ms(0.5),
      p99Ms: ms(0.99),
      p999Ms: ms(0.999),
      maxMs: ms(1),
    };
  }
}
