import { setTimeout as sleep } from 'node:timers/promises';
import { readUdpDrops } from '../../../src/sip/transport/udp-drops.ts';
import { cpuSeconds, residentMb } from './process-load.ts';
import { percentile, SippRun } from './sipp-run.ts';
import { readMetrics, type Target } from './targets.ts';

/** What one stretch of calls at one rate showed. */
export interface Load {
  readonly rate: number;
  readonly calls: number;
  readonly failed: number;
  /** Calls that came through to the line. */
  readonly reached: number;
  readonly retransmitted: number;
  /** Datagrams that found the server's buffer full. */
  readonly dropped: number | undefined;
  readonly passed: boolean;
  /** Processor time of the server, all threads, over wall time; undefined for a server of somebody else. */
  readonly cpuPart: number | undefined;
  readonly rssMb: number | undefined;
  /** INVITE out of SIPp to 180 into SIPp: through the server twice and through the line once. */
  readonly delaysMs: readonly number[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Longest stall of the event loop that reads SIP. */
  readonly stallMs: number | undefined;
}

const MESSAGES_PER_CALL = 6;
const TALK_MS = 500;

/** Places `rate` calls a second for so long and waits until the last one has ended. */
export async function load(target: Target, rate: number, seconds: number): Promise<Load> {
  const calls = Math.round(rate * seconds);
  const port = String(target.linePort);
  const line = new SippRun('line', ['-i', target.host, '-p', port, '-key', 'contact_port', port]);
  await sleep(300);
  const cpuBefore = cpuOf(target);
  const droppedBefore = readUdpDrops(target.port) ?? 0;
  await stallMs(target);
  const startedAt = performance.now();
  const callers = new SippRun('caller', [
    `${target.host}:${target.port}`,
    ...['-i', target.host, '-r', String(rate), '-m', String(calls), '-d', String(TALK_MS)],
    ...['-l', String(rate * 20), '-timeout', String(seconds + 10)],
  ]);
  // Calls that were lost for good keep SIPp waiting for ever.
  const stuck = setTimeout(() => callers.kill(), (seconds + 20) * 1_000);
  await callers.exited;
  clearTimeout(stuck);
  const elapsed = (performance.now() - startedAt) / 1000;
  const cpu = cpuOf(target) - cpuBefore;
  const stall = await stallMs(target);
  const dropped = readUdpDrops(target.port);
  const placed = await callers.finish();
  const called = await line.finish(placed.created);
  const retransmitted = placed.retransmitted + called.retransmitted;
  // A call counts when it went through to the line, not when somebody answered it.
  const failed = calls - Math.min(placed.successful, called.created);
  const isFewRepeated = retransmitted < 0.001 * calls * MESSAGES_PER_CALL;
  return {
    rate,
    calls,
    failed,
    reached: called.created,
    retransmitted,
    dropped: dropped === undefined ? undefined : Math.max(0, dropped - droppedBefore),
    // SIPp that falls behind its own rate proves nothing.
    passed: failed === 0 && isFewRepeated && elapsed < seconds * 1.1 + 2,
    cpuPart: target.pid === undefined ? undefined : cpu / elapsed,
    rssMb: target.pid === undefined ? undefined : residentMb(target.pid),
    delaysMs: placed.delaysMs,
    p50Ms: percentile(placed.delaysMs, 0.5),
    p99Ms: percentile(placed.delaysMs, 0.99),
    stallMs: stall,
  };
}

/** Processor seconds that the server has used so far; 0 for one that somebody else started. */
export function cpuOf({ pid }: Target): number {
  return pid === undefined ? 0 : cpuSeconds(pid);
}

/** One line of the table. */
export function show(name: string, load: Load): void {
  const parts = [
    `${name.padEnd(24)} ${String(load.rate).padStart(5)} calls/s  ${load.passed ? 'ok    ' : 'failed'}`,
    `failed ${load.failed}  reached ${load.reached} of ${load.calls}`,
    `retransmitted ${load.retransmitted}  dropped ${load.dropped ?? '-'}`,
    `cpu ${load.cpuPart === undefined ? '-' : (load.cpuPart * 100).toFixed(0)} %  rss ${load.rssMb?.toFixed(0) ?? '-'} MB`,
    `pdd p50 ${load.p50Ms} ms p99 ${load.p99Ms} ms  stall ${load.stallMs?.toFixed(1) ?? '-'} ms`,
  ];
  process.stdout.write(`${parts.join('  ')}\n`);
}

/** Longest stall since the last reading. */
async function stallMs(target: Target): Promise<number | undefined> {
  if (target.http === undefined) return undefined;
  const seconds = (await readMetrics(target.http)).get('pbx400_loop_delay_max_seconds');
  return seconds === undefined ? undefined : seconds * 1_000;
}
