/**
 * How many calls a second go through, and what one costs:
 * `npm run bench:signalling -- [--part equal|highest] [--rate 1000] [--seconds 20] [--rounds 3]`.
 *
 * SIPp calls the server, the server bridges to a line that SIPp plays. Part `equal`: the bare forwarder (the bound of
 * what Node can do here) and the engine take turns at the same rate, so that noise of the machine meets both; their
 * calls per CPU second make the ratio. Part `highest`: the highest rate of each with no call failed and under 0.1 % of
 * the messages retransmitted, found by doubling and halving, and the delay at half of it.
 *
 * `--against DIR` lets the engine of another checkout take its turns, too; `--target HOST:PORT --line PORT` measures a
 * server that somebody else has started and that bridges to that line.
 */
import { parseArgs } from 'node:util';
import { cpuOf, type Load, load, show } from './load.ts';
import { percentile } from './sipp-run.ts';
import { bareForwarder, pbx400, type Target } from './targets.ts';

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    against: { type: 'string' },
    target: { type: 'string' },
    line: { type: 'string', default: '5070' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
/** Where the search for the highest rate begins. */
const FIRST_RATE = 500;
/** Twice what SIPp itself was seen to keep up with; beyond that it hangs. */
const LAST_RATE = 4000;
/** The search ends when the bounds are this close. */
const PRECISION = 1.12;

/** Servers are measured warm: what a just-in-time compiler does in its first seconds is no one's daily rate. */
const WARM_UP = { rate: 300, seconds: 10 };

/** What calls cost when all servers have the same to do. */
interface Cost {
  readonly rate: number;
  readonly calls: number;
  readonly failed: number;
  readonly retransmitted: number;
  readonly dropped: number;
  /**
   * Processor time a call that went through, with all that comes after it: timers, records, garbage. Means little when
   * calls failed.
   */
  readonly cpuMicros: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly stallMs: number | undefined;
}

/** All targets in turn at one rate. Each one's CPU counts from its first call to the end of all, between turns too. */
async function equalRates(targets: readonly Target[], rate: number, rounds: number): Promise<Cost[]> {
  for (const target of targets) {
    await load(target, WARM_UP.rate, WARM_UP.seconds);
    show(`${target.name} warming up`, await load(target, rate, seconds));
  }
  const before = targets.map(cpuOf);
  const loads = targets.map((): Load[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, target] of targets.entries()) {
      const one = await load(target, rate, seconds);
      show(target.name, one);
      loads[index]!.push(one);
    }
  }
  return targets.map((target, index) => costOf(target, loads[index]!, cpuOf(target) - before[index]!));
}

function costOf(target: Target, loads: readonly Load[], cpuSeconds: number): Cost {
  const sum = (of: (load: Load) => number) => loads.reduce((total, each) => total + of(each), 0);
  const delaysMs = loads.flatMap((each) => each.delaysMs).sort((a, b) => a - b);
  const calls = sum((each) => each.calls);
  const stalls = loads.flatMap(({ stallMs }) => (stallMs === undefined ? [] : [stallMs]));
  return {
    rate: loads[0]!.rate,
    calls,
    failed: sum((each) => each.failed),
    retransmitted: sum((each) => each.retransmitted),
    dropped: sum((each) => each.dropped ?? 0),
    cpuMicros: target.pid === undefined ? undefined : (cpuSeconds / sum((each) => each.reached)) * 1e6,
    p50Ms: percentile(delaysMs, 0.5),
    p99Ms: percentile(delaysMs, 0.99),
    stallMs: stalls.length === 0 ? undefined : Math.max(...stalls),
  };
}

/** The search for a target's highest rate. */
async function highestRate(target: Target): Promise<{ best: Load | undefined; half: Load | undefined }> {
  await load(target, WARM_UP.rate, WARM_UP.seconds);
  let best: Load | undefined;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let rate = FIRST_RATE;
  while (rate <= LAST_RATE && high / Math.max(low, 1) > PRECISION) {
    const run = await load(target, rate, seconds);
    show(target.name, run);
    if (run.passed) {
      best = run;
      low = rate;
    } else high = rate;
    rate = Math.round(high === Number.POSITIVE_INFINITY ? low * 2 : (low + high) / 2);
    if (low === 0 && rate < 20) break;
  }
  const half = best && (await load(target, Math.max(1, Math.round(best.rate / 2)), seconds));
  if (half) show(`${target.name} at half`, half);
  return { best, half };
}

function given(target: string): Target {
  const [host = '127.0.0.1', port] = target.split(':');
  const linePort = Number(values.line);
  return { name: target, host, port: Number(port), linePort, pid: undefined, stop: async () => {} };
}

async function started(): Promise<Target[]> {
  if (values.target !== undefined) return [given(values.target)];
  const starts: [string, () => Promise<Target>][] = [
    ['bare-forwarder', bareForwarder],
    ['pbx400', () => pbx400()],
  ];
  const { against, only } = values;
  if (against !== undefined) starts.push(['against', () => pbx400({ root: against, name: 'against' })]);
  const targets: Target[] = [];
  for (const [name, start] of starts) {
    if (only === undefined || only.split(',').includes(name)) targets.push(await start());
  }
  return targets;
}

function showCost(name: string, cost: Cost, bound: Cost | undefined): void {
  const ratio =
    cost.cpuMicros && bound?.cpuMicros && bound !== cost ? bound.cpuMicros / cost.cpuMicros : undefined;
  process.stdout.write(
    `${name.padEnd(24)} ${cost.cpuMicros?.toFixed(0) ?? '-'} us of CPU a call  ` +
      `ratio ${ratio?.toFixed(2) ?? '-'}  failed ${cost.failed} of ${cost.calls}  retransmitted ${cost.retransmitted}  ` +
      `dropped ${cost.dropped}  pdd p50 ${cost.p50Ms} ms p99 ${cost.p99Ms} ms  ` +
      `longest stall ${cost.stallMs?.toFixed(1) ?? '-'} ms\n`,
  );
}

const named = <Value>(targets: readonly Target[], list: readonly Value[]) =>
  Object.fromEntries(targets.map(({ name }, index) => [name, list[index]]));
const withoutDelays = (run: Load | undefined) => run && { ...run, delaysMs: undefined };

const targets = await started();
try {
  if (values.part !== 'highest') {
    const costs = await equalRates(targets, Number(values.rate), Number(values.rounds));
    const bound = costs[targets.findIndex(({ name }) => name === 'bare-forwarder')];
    for (const [index, cost] of costs.entries()) showCost(targets[index]!.name, cost, bound);
    process.stdout.write(`${JSON.stringify({ part: 'equal', seconds, costs: named(targets, costs) })}\n`);
  }
  if (values.part !== 'equal') {
    const found = [];
    for (const target of targets) {
      const { best, half } = await highestRate(target);
      found.push({ best: withoutDelays(best), half: withoutDelays(half) });
    }
    process.stdout.write(`${JSON.stringify({ part: 'highest', seconds, rates: named(targets, found) })}\n`);
  }
} finally {
  for (const target of targets) await target.stop();
}
