/** The PBX that is measured: the whole engine in a process of its own, with ten companies, and 20 queues and agents in the first one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { freeTcpPort, freeUdpPort } from '../../support/free-port.ts';
import { type CallRange, COMPANIES } from '../../support/many-calls.ts';
import { storeCalls } from '../../support/stored-calls.ts';
import { TOKEN } from '../signalling/bench-config.ts';
import type { Target } from '../signalling/targets.ts';
import type { Probed } from './turn-probe.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** The company whose lists are read and whose events are heard. */
export const COMPANY = 't0';
/** Agents, and queues, of it: an event is about one of them. */
export const AGENTS = Array.from({ length: 20 }, (_, index) => `${8001 + index}`);
/** Between two calls in the store, so that they fill a year. */
const STEP_MS = 300_000;

function configuration(linePort: number): object {
  const names = Array.from({ length: COMPANIES }, (_, index) => [`t${index}`, {}] as const);
  const ofFirst = (fields: (agent: string) => object) =>
    Object.fromEntries(AGENTS.map((agent) => [agent, { tenant: COMPANY, ...fields(agent) }]));
  return {
    dialplans: join(ROOT, 'test/bench/signalling/dialplans'),
    logLevel: 'warn',
    media: { engine: 'null' },
    http: { token: TOKEN },
    tenants: { bench: {}, ...Object.fromEntries(names) },
    trunks: {
      carrier: {
        tenant: 'bench',
        addresses: ['127.0.0.1'],
        uri: `sip:127.0.0.1:${linePort}`,
        channels: 100_000,
        callsPerSecond: { in: 100_000, out: 100_000 },
        probe: '0s',
      },
    },
    lists: { nuisance: { tenant: 'bench', numbers: ['02088886666'], prefixes: ['0898'] } },
    extensions: ofFirst(() => ({})),
    agents: ofFirst((agent) => ({ extension: agent })),
    queues: Object.fromEntries(
      AGENTS.map((agent, index) => [`queue${index}`, { tenant: COMPANY, agents: [agent] }]),
    ),
  };
}

export class Subject implements Target {
  readonly name = 'pbx400';
  readonly host = '127.0.0.1';
  readonly http: string;
  readonly port: number;
  readonly linePort: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, port: number, linePort: number, http: string) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
    this.linePort = linePort;
    this.http = http;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** `profiles`: a folder for a profile of its processor time. `range`: other calls than those of ten companies in a year. */
  static async start(
    calls: number,
    profiles: string | undefined,
    range: Partial<CallRange> = {},
  ): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
    const [port, linePort, http] = [await freeUdpPort(), await freeUdpPort(), await freeTcpPort()];
    const config = join(folder, 'pbx400.yaml');
    writeFileSync(config, stringify(configuration(linePort)));
    await storeCalls(join(folder, 'data'), { from: 1, to: calls, stepMs: STEP_MS, ...range });
    const flags = ['--max-semi-space-size=64', '--import', join(import.meta.dirname, 'turn-probe.ts')];
    if (profiles) flags.push('--cpu-prof', '--cpu-prof-dir', resolve(profiles));
    const args = ['start', '--config', config, '--data', join(folder, 'data')];
    args.push('--sip', `127.0.0.1:${port}`, '--http', `127.0.0.1:${http}`);
    const child = spawn(
      join(ROOT, 'node_modules/.bin/node'),
      [...flags, join(ROOT, 'src/cli/launch.js'), ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    );
    const subject = new Subject(child, folder, port, linePort, `http://127.0.0.1:${http}`);
    await subject.#ready();
    return subject;
  }

  /** What the PBX did while `work` went on. */
  async probe(work: () => Promise<unknown>): Promise<Probed> {
    this.#child.send('begin');
    try {
      await work();
    } finally {
      this.#child.send('end');
    }
    const [probed] = (await once(this.#child, 'message')) as [Probed];
    return probed;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    let output = '';
    await new Promise<void>((done, fail) => {
      this.#child.stdout!.on('data', (bytes) => {
        output += bytes;
        if (/^ready/m.test(output)) done();
      });
      this.#child.once('exit', (code) => fail(new Error(`the PBX ended with ${code}:\n${output}`)));
    });
  }
}
