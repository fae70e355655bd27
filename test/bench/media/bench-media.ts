/**
 * `npm run bench:media`: what the embedded media engine costs beside a bare UDP relay in Node, and how even it is.
 * Generator, subject and this run in processes of their own. Prints a table, then JSON.
 *
 *   --seconds N   length of each measurement (5)
 *   --scale X     share of the loads named in issue 4 that is really put on (0.3); several: 0.3,0.6,1
 *   --only LOAD   relay, bridge, record, play or mix
 *   --generator X python or node; default python where it is found: lighter, and exact (see generator.py)
 *   --gc          garbage: relay and bridge with 300 calls for a minute, unless told otherwise, by V8's --trace-gc
 */
import { type ChildProcess, fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { type GcFigures, GcTrace } from './gc-trace.ts';
import { bestGenerator, type GeneratorKind, GeneratorProcess } from './generator-process.ts';
import type { Load, SubjectFigures, SubjectOptions, SubjectReady } from './messages.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    scale: { type: 'string' },
    only: { type: 'string' },
    generator: { type: 'string', default: bestGenerator() },
    gc: { type: 'boolean', default: false },
  },
});
/** Issue 4: `--trace-gc` over one minute at 300 calls. */
const GC_RUN = { seconds: '60', scale: String(300 / 800), only: 'relay,bridge' };
const usual = values.gc ? GC_RUN : { seconds: '5', scale: '0.3', only: 'relay,bridge,record,play,mix' };
const seconds = Number(values.seconds ?? usual.seconds);
const scales = (values.scale ?? usual.scale).split(',').map(Number);
const only = (values.only ?? usual.only).split(',');
const kind = values.generator as GeneratorKind;

/** Loads of issue 4: how many a core must carry, and how many packets a second the subject sends for one. */
const LOADS: Record<Load, { target: number; packetsASecond: number }> = {
  // the bound of bridged calls, under the same load
  relay: { target: 800, packetsASecond: 100 },
  bridge: { target: 800, packetsASecond: 100 },
  record: { target: 400, packetsASecond: 100 },
  play: { target: 1500, packetsASecond: 50 },
  mix: { target: 300, packetsASecond: 150 },
};

interface Row {
  readonly load: Load;
  readonly count: number;
  readonly target: number;
  readonly usAPacket: number;
  readonly kernelShare: number;
  readonly coreShare: number;
  readonly generatorShare: number;
  readonly perCore: number;
  /** Came into the subject and did not go out. */
  readonly lostInside: number;
  /** On the way: sockets' buffers that overflow when a process is not given time. */
  readonly lostOutside: number;
  readonly delayMs: readonly number[];
  readonly spacingOffMs: readonly number[];
  readonly kbALeg: number;
  /** Of the thread that makes most garbage; only with --gc. */
  readonly garbage: (GcFigures & { readonly bytesAPacket: number }) | undefined;
}

function answer<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      child.off('exit', reject);
      resolve(message as Message);
    });
    child.once('exit', reject);
  });
}

function startSubject(): ChildProcess {
  const [execArgv, output] = values.gc ? [['--trace-gc'], 'pipe' as const] : [[], 2];
  return fork(new URL('./subject.ts', import.meta.url), { execArgv, stdio: ['ignore', output, 2, 'ipc'] });
}

async function measure(load: Load, scale: number): Promise<Row> {
  const { target, packetsASecond } = LOADS[load];
  const count = Math.max(1, Math.round(target * scale));
  const generator = new GeneratorProcess(kind);
  const subject = startSubject();
  const trace = subject.stdout ? new GcTrace(subject.stdout) : undefined;
  subject.send({ load, count, ports: await generator.open() } satisfies SubjectOptions);
  const { legs, bytesALeg } = await answer<SubjectReady>(subject);
  const send = load !== 'play';
  const forwarded = load === 'relay' || load === 'bridge' || load === 'record';
  const figures = await generator.run({ legs, send, seconds, forwarded }, () => {
    trace?.reset();
    subject.send('begin');
  });
  subject.send('end');
  const cost = await answer<SubjectFigures>(subject);
  generator.close();
  subject.disconnect();
  const packets = load === 'relay' ? cost.packetsIn : cost.packetsOut;
  const lostInside = forwarded ? cost.packetsIn - cost.packetsOut : 0;
  const usAPacket = cost.cpuUs / packets;
  return {
    load,
    count,
    target,
    usAPacket,
    kernelShare: cost.systemUs / cost.cpuUs,
    coreShare: cost.cpuUs / 1000 / cost.wallMs,
    generatorShare: figures.cpuMs / 1000 / seconds,
    perCore: Math.floor(1e6 / (usAPacket * packetsASecond)),
    lostInside,
    lostOutside: forwarded ? figures.sent - figures.received - lostInside : 0,
    delayMs: forwarded ? figures.delayMs : [],
    spacingOffMs: figures.spacingOffMs,
    kbALeg: bytesALeg / 1024,
    garbage: trace && { ...trace.busiest, bytesAPacket: trace.busiest.bytes / packets },
  };
}

/** What a bridge adds to the relay's delay under the same load: 50th and 99th percentile. */
function addedMs(row: Row): string {
  const relay = rows.find(({ load, count }) => load === 'relay' && count === row.count);
  if (row.load !== 'bridge' || !relay) return '';
  const [median, late] = [0, 1].map((index) => (row.delayMs[index]! - relay.delayMs[index]!).toFixed(2));
  return `${median} / ${late}`;
}

const rows: Row[] = [];
for (const scale of scales) {
  for (const load of Object.keys(LOADS) as Load[]) {
    if (only.includes(load)) rows.push(await measure(load, scale));
  }
}
console.table(
  rows.map((row) => ({
    load: row.load,
    count: row.count,
    'us/packet': row.usAPacket.toFixed(2),
    'in kernel': `${Math.round(row.kernelShare * 100)} %`,
    'core used': `${Math.round(row.coreShare * 100)} %`,
    generator: `${Math.round(row.generatorShare * 100)} %`,
    'fits a core': row.perCore,
    target: row.target,
    'lost inside/outside': `${row.lostInside} / ${row.lostOutside}`,
    'delay p50/p99/max ms': row.delayMs.join(' / '),
    'over relay p50/p99': addedMs(row),
    '|gap-20| p50/p99/max ms': row.spacingOffMs.join(' / '),
    'kB/leg': row.kbALeg.toFixed(0),
    ...(row.garbage && {
      'garbage bytes/packet': row.garbage.bytesAPacket.toFixed(0),
      'collections, longest ms': `${row.garbage.collections}, ${row.garbage.longestMs}`,
    }),
  })),
);
console.log(JSON.stringify({ seconds, generator: kind, rows }));
