/**
 * How many calls a second go through: `npm run bench:signalling -- [--seconds 20] [--target HOST:PORT --line PORT]`.
 *
 * SIPp calls the server, the server bridges to a line that SIPp plays. The highest rate with no call failed and
 * under 0.1 % of the messages retransmitted is found by doubling and halving; the delay is measured at half of it.
 * The bare forwarder is measured in the same run, as the bound of what Node can do here.
 */
import { parseArgs } from 'node:util';
import { cpuSeconds, residentMb } from './process-load.ts';
import { percentile, SippRun } from './sipp-run.ts';
import { bareForwarder, pbx400, type Target } from './targets.ts';

interface Run {
  readonly rate: number;
  readonly calls: number;
  readonly failed: number;
  /** Calls that came through to the line. */
  readonly reached: number;
  readonly retransmitted: number;
  readonly passed: boolean;
  readonly cpuPart: number | undefined;
  readonly rssMb: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    target: { type: 'string' },
    line: { type: 'string', default: '5070' },
    only: { type: 'string' },
    rate: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const FIRST_RATE = 500;
/** Twice what SIPp itself was seen to keep up with; beyond that it hangs. */
const LAST_RATE = 4000;
/** The search ends when the bounds are this close. */
const PRECISION = 1.12;
const MESSAGES_PER_CALL = 6;

/** Servers are measured warm: what a just-in-time compiler does in its first seconds is no one's daily rate. */
const WARM_UP = { rate: 300, seconds: 10 };

async function measure(target: Target, rate: number, seconds: number): Promise<Run> {
  const calls = rate * seconds;
  const port = String(target.linePort);
  const line = new SippRun('line', ['-i', target.host, '-p', port, '-key', 'contact_port', port]);
  await new Promise((done) => setTimeout(done, 300));
  const before = target.pid === undefined ? 0 : cpuSeconds(target.pid);
  const startedAt = performance.now();
  const callers = new SippRun('caller', [
    `${target.host}:${target.port}`,
    ...['-i', target.host, '-r', String(rate), '-m', String(calls), '-d', '500'],
    ...['-l', String(rate * 20), '-timeout', String(seconds + 10)],
  ]);
  // Calls that were lost for good keep SIPp waiting for ever.
  const stuck = setTimeout(() => callers.kill(), (seconds + 20) * 1_000);
  await callers.exited;
  clearTimeout(stuck);
  const elapsed = (performance.now() - startedAt) / 1000;
  const cpu = target.pid === undefined ? undefined : cpuSeconds(target.pid) - before;
  const rssMb = target.pid === undefined ? undefined : residentMb(target.pid);
  const placed = await callers.finish();
  const called = await line.finish(placed.created);
  const retransmitted = placed.retransmitted + called.retransmitted;
  // A call counts when it went through to the line, not when somebody answered it.
  const failed = calls - Math.min(placed.successful, called.created);
  return {
    rate,
    calls,
    failed,
    reached: called.created,
    retransmitted,
    // SIPp that falls behind its own rate proves nothing.
    passed: failed === 0 && retransmitted < 0.001 * calls * MESSAGES_PER_CALL && elapsed < seconds * 1.1 + 2,
    cpuPart: cpu === undefined ? undefined : cpu / elapsed,
    rssMb,
    p50Ms: percentile(placed.delaysMs, 0.5),
    p99Ms: percentile(placed.delaysMs, 0.99),
  };
}

async function highest(target: Target): Promise<{ best: Run | undefined; half: Run | undefined }> {
  await measure(target, WARM_UP.rate, WARM_UP.seconds);
  let best: Run | undefined;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let rate = values.rate === undefined ? FIRST_RATE : Number(values.rate);
  while (rate <= LAST_RATE && high / Math.max(low, 1) > PRECISION) {
    const run = await measure(target, rate, seconds);
    show(target.name, run);
    if (run.passed) {
      best = run;
      low = rate;
    } else high = rate;
    if (values.rate !== undefined) break;
    rate = Math.round(high === Number.POSITIVE_INFINITY ? low * 2 : (low + high) / 2);
    if (low === 0 && rate < 20) break;
  }
  const half = best && (await measure(target, Math.max(1, Math.round(best.rate / 2)), seconds));
  if (half) show(`${target.name} at half`, half);
  return { best, half };
}

function show(name: string, run: Run): void {
  const cpu = run.cpuPart === undefined ? '' : `cpu ${(run.cpuPart * 100).toFixed(0)} %`;
  process.stdout.write(
    `${name.padEnd(24)} ${String(run.rate).padStart(5)} calls/s  ${run.passed ? 'ok    ' : 'failed'}  ` +
      `failed ${run.failed}  reached ${run.reached} of ${run.calls}  retransmitted ${run.retransmitted}  ${cpu}  ` +
      `rss ${run.rssMb?.toFixed(0) ?? '-'} MB  pdd p50 ${run.p50Ms} ms p99 ${run.p99Ms} ms\n`,
  );
}

function given(target: string): Target {
  const [host = '127.0.0.1', port] = target.split(':');
  return {
    name: target,
    host,
    port: Number(port),
    linePort: Number(values.line),
    pid: undefined,
    stop: async () => {},
  };
}

const own: Record<string, () => Promise<Target>> = {
  'bare-forwarder': bareForwarder,
  pbx400: () => pbx400(),
};
const starts =
  values.target === undefined
    ? Object.entries(own).filter(([name]) => values.only === undefined || values.only === name)
    : [[values.target, async () => given(values.target!)] as const];
const results: Record<string, Awaited<ReturnType<typeof highest>>> = {};
for (const [, start] of starts) {
  const target = await start();
  try {
    results[target.name] = await highest(target);
  } finally {
    await target.stop();
  }
}
const perCpuSecond = (name: string) => {
  const run = results[name]?.best;
  return run?.cpuPart ? run.rate / run.cpuPart : undefined;
};
const [ours, bound] = [perCpuSecond('pbx400'), perCpuSecond('bare-forwarder')];
const ratio = ours && bound ? ours / bound : undefined;
if (ratio !== undefined) {
  process.stdout.write(
    `calls per CPU second: pbx400 ${ours!.toFixed(0)}, bare forwarder ${bound!.toFixed(0)}, ratio ${ratio.toFixed(2)}\n`,
  );
}
process.stdout.write(`${JSON.stringify({ seconds, results, ratio })}\n`);
