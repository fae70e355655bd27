/**
 * What a call costs the store: `node test/bench/store.ts [callsPerSecond] [seconds]`. Calls of 13 events last two
 * seconds, so that all go through the journal. Each figure is the difference to the same load without a store.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CallEvent, CallJournal } from '../../src/call/call-events.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { createLogger, silentLogger } from '../../src/shared/logger.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { CallScript } from '../support/call-events.ts';

const rate = Number(process.argv[2] ?? 2000);
const seconds = Number(process.argv[3] ?? 5);
const TICK_MS = 5;
const HOLD_MS = 2000;

function benchCall(callId: string, at: number, number: number): readonly CallEvent[] {
  return new CallScript(callId, { at })
    .arrive({ caller: `138${String(number % 100_000_000).padStart(8, '0')}` })
    .emit('located', { area: '广东深圳', carrier: '中国移动' })
    .emit('step', { step: 'block', why: 'not on list nuisance' })
    .emit('step', { step: 'schedule', why: 'open: Mon 09:00-18:00' })
    .emit('step', { step: 'dial', why: 'lines' })
    .emit('segment', { kind: 'ring', owner: 'lines' })
    .after(100)
    .rung('8001', 'answered', 100, { kind: 'line', reason: 'dial', trunk: 'carrier' })
    .emit('answered', {})
    .emit('connected', { target: '8001', kind: 'line' })
    .emit('segment', { kind: 'talk', owner: '8001' })
    .after(HOLD_MS - 100)
    .emit('disconnected', { target: '8001', by: 'caller' })
    .emit('quality', { leg: 'caller', codec: 'PCMA', mos: 4.4, lost: 0, received: 100, jitterMs: 0.4 })
    .end().events;
}

interface Cost {
  readonly calls: number;
  readonly mainUs: number;
  readonly processUs: number;
  readonly stallP99Ms: number;
  readonly stallMaxMs: number;
}

/** Plays the load into `journal` in real time and measures the processor time of this thread and of all. */
async function play(journal: CallJournal, prefix: string): Promise<Cost> {
  const perTick = (rate * TICK_MS) / 1000;
  const ending: { due: number; events: readonly CallEvent[] }[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const thread = process.threadCpuUsage();
  const whole = process.cpuUsage();
  const began = performance.now();
  let calls = 0;
  let head = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now() - began;
      const due = Math.min(Math.floor((now / TICK_MS) * perTick), rate * seconds);
      for (; calls < due; calls++) {
        const events = benchCall(`${prefix}${calls}`, Date.now(), calls);
        for (let index = 0; index < 10; index++) journal.append(events[index]!);
        ending.push({ due: now + HOLD_MS, events });
      }
      for (; head < ending.length && ending[head]!.due <= now; head++) {
        const { events } = ending[head]!;
        for (let index = 10; index < events.length; index++) journal.append(events[index]!);
        ending[head] = undefined as never;
      }
      if (calls >= rate * seconds && head >= ending.length) {
        clearInterval(timer);
        resolve();
      }
    }, TICK_MS);
  });
  const used = process.threadCpuUsage(thread);
  const all = process.cpuUsage(whole);
  delay.disable();
  return {
    calls,
    mainUs: (used.user + used.system) / calls,
    processUs: (all.user + all.system) / calls,
    stallP99Ms: delay.percentile(99) / 1e6 - 1,
    stallMaxMs: delay.max / 1e6 - 1,
  };
}

const dir = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
const file = join(dir, 'bench.db');
const logger = process.env['BENCH_LOG'] ? createLogger('warn') : silentLogger;
try {
  const nowhere: CallJournal = { append: () => 0, durable: () => undefined };
  await play(nowhere, 'warm-');
  const base = await play(nowhere, 'base-');
  const store = await openSqliteStore({ file, clock: systemClock, logger });
  await play(store.journal, 'first-');
  const cost = await play(store.journal, 'second-');
  await store.journal.flush();
  const { stats } = store.journal;
  await store.close();
  const main = cost.mainUs - base.mainUs;
  const others = cost.processUs - cost.mainUs - (base.processUs - base.mainUs);
  const result = {
    rate,
    calls: cost.calls,
    mainUsPerCall: Number(main.toFixed(1)),
    otherThreadsUsPerCall: Number(others.toFixed(1)),
    stallP99Ms: Number(cost.stallP99Ms.toFixed(2)),
    stallMaxMs: Number(cost.stallMaxMs.toFixed(2)),
    baseStallMaxMs: Number(base.stallMaxMs.toFixed(2)),
    bytesPerCall: Math.round(statSync(file).size / (2 * cost.calls)),
    ...stats,
  };
  console.table([result]);
  console.log(JSON.stringify(result));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
