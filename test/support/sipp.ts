/**
 * Runs SIPp scenarios as child processes. Each run has a folder of its own for its traces, a
 * free port and a limit in time; when it fails, the error holds its messages.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freeSipPort, isBound } from './free-port.ts';
import { until } from './until.ts';

/** Why SIPp tests are skipped; undefined when SIPp is here. */
export const sippMissing: string | undefined =
  spawnSync('sipp', ['-v']).error === undefined ? undefined : 'SIPp is not installed (Debian: sip-tester)';

export interface SippOptions {
  /** Name of the scenario without `.xml`. */
  readonly scenario: string;
  /** Where the scenarios stand; `test/e2e/sipp` by default. */
  readonly folder?: string;
  /** `host:port` to send to; undefined for a UAS. */
  readonly to?: string;
  /** Address of SIPp; another one of 127.0.0.0/8 is another peer. */
  readonly host?: string;
  readonly port?: number;
  /** `[name]` in the scenario. */
  readonly keys?: Readonly<Record<string, string | number>>;
  /** Number called (`[service]`). */
  readonly service?: string;
  readonly calls?: number;
  /** New calls a second. */
  readonly rate?: number;
  /** Length of a `<pause/>`. */
  readonly pauseMs?: number;
  readonly transport?: 'u1' | 't1';
  readonly limitMs?: number;
  readonly more?: readonly string[];
}

export class Sipp {
  readonly port: number;
  readonly scenario: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #output = '';
  /** Exit code; 0: every call went as the scenario says. Never rejects. */
  readonly exited: Promise<number>;

  private constructor(child: ChildProcess, options: SippOptions, port: number, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
    this.scenario = options.scenario;
    child.stdout?.on('data', (bytes: Buffer) => {
      this.#output = (this.#output + bytes).slice(-4000);
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 60_000);
    this.exited = new Promise((done) => {
      child.on('exit', (code, signal) => {
        clearTimeout(limit);
        done(code ?? (signal === 'SIGKILL' ? 137 : 1));
      });
    });
  }

  static async run(options: SippOptions): Promise<Sipp> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-sipp-'));
    const host = options.host ?? '127.0.0.1';
    const port = options.port ?? (await freeSipPort(host));
    const file = resolve(`${options.folder ?? 'test/e2e/sipp'}/${options.scenario}.xml`);
    if (!existsSync(file)) throw new Error(`no scenario ${file}`);
    mkdirSync(folder, { recursive: true });
    const trace = (name: string) => join(folder, name);
    const child = spawn(
      'sipp',
      [
        ...(options.to ? [options.to] : []),
        ...['-sf', file, '-i', host, '-bind_local', '-p', `${port}`, '-m', `${options.calls ?? 1}`],
        ...['-r', `${options.rate ?? 1}`, '-t', options.transport ?? 'u1', '-nostdin'],
        ...['-d', `${options.pauseMs ?? 1000}`, '-s', options.service ?? '4001234567'],
        ...['-trace_msg', '-message_file', trace('messages'), '-trace_err', '-error_file', trace('errors')],
        ...[
          '-trace_logs',
          '-log_file',
          trace('log'),
          '-timeout',
          `${Math.ceil((options.limitMs ?? 60_000) / 1000)}s`,
        ],
        ...Object.entries(options.keys ?? {}).flatMap(([name, value]) => ['-key', name, `${value}`]),
        ...(options.more ?? []),
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const sipp = new Sipp(child, options, port, folder);
    await once(child);
    // Who is called must be there before the call.
    if (!options.to) {
      const table = options.transport === 't1' ? 'tcp' : 'udp';
      await until(`${options.scenario} listens`, () => isBound(table, port));
    }
    return sipp;
  }

  /** Lines that the scenario's `<log>` actions wrote so far. */
  get log(): readonly string[] {
    return this.#read('log').split('\n').filter(Boolean);
  }

  /** All SIP messages so far, as SIPp traced them. */
  get messages(): string {
    return this.#read('messages');
  }

  /** Waits for a line of the scenario's log that begins with `word`; resolves with the rest of it. */
  async logged(word: string, limitMs = 15_000): Promise<string> {
    return await until(
      `${this.scenario} logs "${word}"`,
      () => {
        const line = this.log.find((entry) => entry.startsWith(word));
        return line === undefined ? undefined : line.slice(word.length).trim() || ' ';
      },
      { limitMs, show: () => this.trace() },
    );
  }

  /** Waits until all calls went as the scenario says, then drops the traces; throws with them otherwise. */
  async passed(): Promise<void> {
    const code = await this.exited;
    if (code !== 0) throw new Error(`SIPp ${this.scenario} failed with ${code}\n${this.trace()}`);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** For a failing test: errors and messages. */
  trace(): string {
    const messages = this.messages;
    return `--- ${this.scenario}: errors\n${this.#read('errors')}\n--- messages\n${messages.slice(-12_000) || this.#output}`;
  }

  /** Ends it and drops the traces. */
  kill(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(name: string): string {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

/** Resolves when the process runs, rejects when it cannot be started. */
async function once(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}
