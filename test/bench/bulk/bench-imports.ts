/**
 * What tables of many entities cost who speaks: `npm run bench:imports -- [--rows 10000] [--only extensions,agents] [--profile DIR]`.
 *
 * The whole engine in a process of its own takes a table of so many extensions, then of agents at them, changes the agents, and takes that back. Of each
 * step it is told how long its main thread was busy at one go, in processor time, beside the same thread while nothing is asked. Prints one JSON line a step.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { COMPANY, Subject } from '../api/subject.ts';
import type { Probed } from '../api/turn-probe.ts';
import { TOKEN } from '../signalling/bench-config.ts';
import { percentile } from '../signalling/sipp-run.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    profile: { type: 'string' },
  },
});
const rows = Number(values.rows);
const IDLE_MS = 3_000;
const LOOK_MS = 20;
/** Names of the configuration end before. */
const FIRST = 100_001;
/** Turns that are counted apart. */
const LONG_MS = 10;

const subject = await Subject.start(0, values.profile);

async function ask<Answer>(method: string, path: string, body?: string): Promise<Answer> {
  const response = await fetch(`${subject.http}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'pbx-tenant': COMPANY,
      ...(body !== undefined && { 'content-type': body.startsWith('{') ? 'application/json' : 'text/csv' }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Answer;
}

interface Begun {
  readonly job: { readonly id: string };
}
interface JobSeen {
  readonly state: string;
  readonly result: { readonly change?: string; readonly isRunnable?: boolean } & object;
}

/** The job that was begun, when it is over. */
async function over({ job }: Begun): Promise<JobSeen & { readonly id: string }> {
  for (;;) {
    const seen = await ask<JobSeen>('GET', `/jobs/${job.id}`);
    if (seen.state === 'done') return { ...seen, id: job.id };
    if (seen.state !== 'waiting' && seen.state !== 'running') throw new Error(JSON.stringify(seen));
    await delay(LOOK_MS);
  }
}

const round = (value: number) => Number(value.toFixed(2));

/** Does a step and prints what it cost. */
async function measured<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  let result: Result | undefined;
  const begun = performance.now();
  const probed: Probed = await subject.probe(async () => {
    result = await work();
  });
  const { turnsMs, mainMs } = probed;
  const at = (part: number) => round(percentile(turnsMs, part));
  const line = {
    step,
    seconds: round((performance.now() - begun) / 1000),
    mainMs: Math.round(mainMs),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
    longestMs: turnsMs.slice(-5).map(round),
    [`over${LONG_MS}Ms`]: turnsMs.filter((ms) => ms > LONG_MS).length,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return result!;
}

/** Looks a table through and takes it. Resolves with the change. */
async function imported(kind: string, what: string, table: string): Promise<string> {
  const preview = await measured(`${what}: preview`, async () =>
    over(await ask<Begun>('POST', `/imports?kind=${kind}&mode=preview`, table)),
  );
  if (!preview.result.isRunnable) throw new Error(JSON.stringify(preview));
  const { result } = await measured(`${what}: run`, async () =>
    over(await ask<Begun>('POST', `/imports/${preview.id}/run`)),
  );
  return result.change!;
}

const tableOf = (title: string, line: (name: number) => string) =>
  `${title}\n${Array.from({ length: rows }, (_, index) => line(FIRST + index)).join('\n')}\n`;

try {
  await measured('idle', () => delay(IDLE_MS));
  await imported(
    'extension',
    'new extensions',
    tableOf('number,name', (name) => `${name},座席${name}`),
  );
  await imported(
    'agent',
    'new agents',
    tableOf('id,extension,name', (name) => `${name},${name},王${name}`),
  );
  const named = tableOf('id,name', (name) => `${name},李${name}`);
  const change = await imported('agent', 'agents with another name', named);
  await measured('undo', async () => over(await ask<Begun>('POST', `/changes/${change}/undo`, '{}')));
  await measured('used by', () => ask('GET', `/extensions/${FIRST}/used-by`));
} finally {
  await subject.stop();
}
