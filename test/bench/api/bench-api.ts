/**
 * What the API costs the PBX: `npm run bench:api -- [--only lists|stream] [--rows 100000] [--rate 1000] [--clients 2000] [--events 200]
 * [--calls 200] [--seconds 10] [--rounds 2] [--profile DIR] [--json FILE]`.
 *
 * `lists`: so many requests a second for `GET /calls?limit=50` and `GET /queues`, half each, among so many calls in the store.
 * `stream`: so many events a second, each for one client in twenty, while calls are signalled; with the clients, and without. Clients are processes of
 * their own. Turns and costs are processor time of the PBX, which holds on a machine that is busy with other work; times of answers do not: the load is told.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Load, load as signal } from '../signalling/load.ts';
import { percentile } from '../signalling/sipp-run.ts';
import type { HttpLoad, HttpOutcome } from './http-clients.ts';
import type { StreamCount } from './stream-clients.ts';
import { AGENTS, Subject } from './subject.ts';
import type { Probed } from './turn-probe.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rows: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '2000' },
    events: { type: 'string', default: '200' },
    calls: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '2' },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const does = (part: string) => values.only === undefined || values.only === part;
const WARM_UP_SECONDS = 5;

function started(name: string): ChildProcess {
  return fork(join(import.meta.dirname, `${name}.ts`));
}
async function said<T>(child: ChildProcess, word: object | string): Promise<T> {
  child.send(word);
  const [answer] = await once(child, 'message');
  return answer as T;
}
const round = (value: number, digits = 2) => Number(value.toFixed(digits));
function turnsOf({ turnsMs }: Probed) {
  const at = (part: number) => round(percentile(turnsMs, part));
  return { p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999), maxMs: at(1) };
}

/** Requests for lists, and what each costs the PBX. */
async function lists(subject: Subject) {
  const clients = started('http-clients');
  const asks = ['/calls?limit=50', '/queues'].map((path) => ({ method: 'GET' as const, path }));
  const ask = (some: HttpLoad['asks'], duration: number) =>
    said<HttpOutcome>(clients, {
      http: subject.http,
      rate: Number(values.rate),
      seconds: duration,
      asks: some,
    });
  await ask(asks, WARM_UP_SECONDS);
  const rows: object[] = [];
  for (const some of [...asks.map((one) => [one]), asks]) {
    let outcome: HttpOutcome | undefined;
    const probed = await subject.probe(async () => {
      outcome = await ask(some, seconds);
    });
    const { asked } = outcome!;
    rows.push({
      asks: some.map(({ path }) => path).join(' '),
      ...outcome!,
      mainUs: Math.round((probed.mainMs * 1000) / asked),
      allUs: Math.round((probed.allMs * 1000) / asked),
      ...Object.fromEntries(Object.entries(turnsOf(probed)).map(([name, ms]) => [`turn ${name}`, ms])),
    });
  }
  clients.disconnect();
  return rows;
}

/** Agents change their state in turn: an event each, for those who hear of that agent. */
function agentsAt(http: string, rate: number): HttpLoad {
  const words = [{ state: 'busy', reason: 'bench' }, { state: 'ready' }];
  const asks = words.flatMap((body) =>
    AGENTS.map((agent) => ({ method: 'POST' as const, path: `/agents/${agent}/state`, body })),
  );
  return { http, rate, seconds, asks };
}

/** Calls are signalled or not, clients hear or not: all four, in turns. */
async function stream(subject: Subject) {
  const agents = started('http-clients');
  const clients = started('stream-clients');
  const rate = Number(values.calls);
  const driver = agentsAt(subject.http, Number(values.events));
  const runs: {
    calls: boolean;
    clients: boolean;
    mainMs: number;
    done: number;
    callsFailed: number;
    probed: Probed;
  }[] = [];
  const heard: StreamCount[] = [];
  const outcomes: HttpOutcome[] = [];
  await signal(subject, rate, WARM_UP_SECONDS);
  await said<HttpOutcome>(agents, { ...driver, seconds: 1 });
  for (let turn = 0; turn < Number(values.rounds); turn++) {
    for (const withClients of [false, true]) {
      if (withClients) await said(clients, { connect: Number(values.clients), http: subject.http });
      for (const withCalls of [false, true]) {
        await said(clients, 'count');
        let placed: Load | undefined;
        const probed = await subject.probe(async () => {
          const calls = withCalls ? signal(subject, rate, seconds) : undefined;
          outcomes.push(await said<HttpOutcome>(agents, driver));
          placed = await calls;
        });
        const { reached: done = 0, failed: callsFailed = 0 } = placed ?? {};
        const { mainMs } = probed;
        runs.push({ calls: withCalls, clients: withClients, mainMs, done, callsFailed, probed });
        if (withClients) heard.push(await said<StreamCount>(clients, 'count'));
      }
      if (withClients) await said(clients, 'leave');
    }
  }
  agents.disconnect();
  clients.disconnect();
  return { runs, heard, outcomes };
}

function streamTable({ runs, heard, outcomes }: Awaited<ReturnType<typeof stream>>) {
  const of = (calls: boolean, clients: boolean) =>
    runs.filter((each) => each.calls === calls && each.clients === clients);
  const sum = (some: typeof runs, value: (run: (typeof runs)[number]) => number) =>
    some.reduce((total, each) => total + value(each), 0);
  const rows = [false, true].flatMap((clients) =>
    [false, true].map((calls) => {
      const some = of(calls, clients);
      const turnsMs = some.flatMap(({ probed }) => probed.turnsMs).sort((one, other) => one - other);
      const duration = some.length * seconds * 1000;
      return {
        clients: clients ? Number(values.clients) : 0,
        'calls/s': calls ? Number(values.calls) : 0,
        'calls failed': sum(some, ({ callsFailed }) => callsFailed),
        'main %': round((sum(some, ({ mainMs }) => mainMs) / duration) * 100, 1),
        ...turnsOf({ turnsMs, mainMs: 0, allMs: 0 }),
      };
    }),
  );
  /** What calls add, for each. */
  const callUs = (clients: boolean) => {
    const added =
      sum(of(true, clients), ({ mainMs }) => mainMs) - sum(of(false, clients), ({ mainMs }) => mainMs);
    return (added * 1000) / sum(of(true, clients), ({ done }) => done);
  };
  const [without, withClients] = [callUs(false), callUs(true)];
  const events = heard.reduce((total, each) => total + each.heard, 0);
  const added = sum(of(false, true), ({ mainMs }) => mainMs) - sum(of(false, false), ({ mainMs }) => mainMs);
  // Calls that were refused cost less, or more: where the machine was full, their price says nothing.
  const isFull = runs.some(({ callsFailed }) => callsFailed > 0);
  const summary = {
    callUs: Math.round(without),
    callUsWithClients: Math.round(withClients),
    ratio: isFull ? 'calls failed' : round(withClients / without, 3),
    heardPerSecond: Math.round(events / (heard.length * seconds)),
    heardUs: round((added * 1000) / (events / 2), 1),
    lateP50Ms: heard.at(-1)?.p50Ms,
    lateP99Ms: heard.at(-1)?.p99Ms,
    lost: heard.reduce((total, each) => total + each.lost, 0),
    refused: outcomes.reduce((total, each) => total + each.failed, 0),
  };
  return { rows, summary };
}

const machine = { cores: cpus().length, load: loadavg().map((load) => round(load, 1)) };
console.log(`${machine.cores} cores, load ${machine.load.join(', ')}`);
const result: Record<string, unknown> = { machine };
const subject = await Subject.start(Number(values.rows), values.profile);
try {
  if (does('lists')) {
    const rows = await lists(subject);
    console.table(rows);
    result['lists'] = rows;
  }
  if (does('stream')) {
    const { rows, summary } = streamTable(await stream(subject));
    console.table(rows);
    console.table([summary]);
    result['stream'] = { rows, ...summary };
  }
} finally {
  await subject.stop();
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
