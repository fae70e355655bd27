/** `pbx400 edge`: the SIP edge as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { freeSipPort, freeTcpPort } from './free-port.ts';
import type { ConfigDocument } from './pbx.ts';
import { until } from './until.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface EdgeProcessOptions {
  /** Changes the configuration: `dialplans/pbx400.yaml` with an admin port and a secret of its own. */
  readonly configure?: (config: ConfigDocument) => void;
  readonly env?: Readonly<Record<string, string>>;
}

export class EdgeProcess {
  readonly adminPort: number;
  readonly sipPort: number;
  readonly secret: string = 'a-secret-of-the-test';
  readonly #options: EdgeProcessOptions;
  readonly #folder: string;
  readonly #file: string;
  #child!: ChildProcess;
  #exited!: Promise<number | NodeJS.Signals>;
  #output = '';

  private constructor(options: EdgeProcessOptions, adminPort: number, sipPort: number) {
    this.adminPort = adminPort;
    this.sipPort = sipPort;
    this.#folder = mkdtempSync(join(tmpdir(), 'pbx400-edge-'));
    const config = parse(readFileSync(join(ROOT, 'dialplans/pbx400.yaml'), 'utf8'));
    const { secret } = this;
    Object.assign(config, { data: join(this.#folder, 'data'), edge: { port: adminPort, secret } });
    options.configure?.(config);
    this.#options = options;
    this.#file = join(this.#folder, 'pbx400.yaml');
    writeFileSync(this.#file, stringify(config));
    this.#launch();
  }

  /** Starts it and waits until it is ready; throws with what it wrote when it ends. */
  static async start(options: EdgeProcessOptions = {}): Promise<EdgeProcess> {
    const edge = await EdgeProcess.spawn(options);
    await edge.#ready();
    return edge;
  }

  /** Starts it and does not wait. */
  static async spawn(options: EdgeProcessOptions = {}): Promise<EdgeProcess> {
    return new EdgeProcess(options, await freeTcpPort(), await freeSipPort());
  }

  /** `host:port` of SIP, UDP and TCP. */
  get sip(): string {
    return `127.0.0.1:${this.sipPort}`;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it wrote to standard output and standard error. */
  get output(): string {
    return this.#output;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Exit code, or the signal that ended it. */
  get exited(): Promise<number | NodeJS.Signals> {
    return this.#exited;
  }

  /** Kills it: what a crash looks like. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** Starts it again after {@link stop}, and waits until it is ready. */
  async run(): Promise<void> {
    this.#output = '';
    this.#launch();
    await this.#ready();
  }

  /** Ends it however it is and removes its files. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #launch(): void {
    const child = spawn(
      join(ROOT, 'node_modules/.bin/node'),
      [join(ROOT, 'src/cli/launch.js'), 'edge', '--config', this.#file, '--sip', this.sip],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.#options.env } },
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#child = child;
    this.#exited = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal!)));
  }

  /** Throws with what it wrote when it ends. */
  async #ready(): Promise<void> {
    let over: unknown;
    void this.exited.then((how) => {
      over = how;
    });
    await until('the edge is ready', () => over !== undefined || /^ready/m.test(this.output), {
      limitMs: 45_000,
      show: () => this.output,
    });
    if (over !== undefined) throw new Error(`the edge ended with ${over}\n${this.output}`);
  }
}
