/** Starts the real PBX (`src/cli/launch.js start`) as a child process with a configuration of the test's own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import type { Cdr } from '../../src/cdr/cdr.ts';
import { freeSipPort, freeTcpPort } from './free-port.ts';
import { recordOf } from './public-record.ts';
import { until } from './until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');
const CLI = join(ROOT, 'src/cli/launch.js');
export const TOKEN = 'token-of-the-e2e-tests';
/** Callers of the trunk come from here; every other address is a stranger. */
export const TRUNK_HOST = '127.0.0.10';

/** The YAML file as an object, for a test to change. */
// biome-ignore lint/suspicious/noExplicitAny: an arbitrary YAML document
export type ConfigDocument = any;

export interface PbxOptions {
  /** Changes the configuration: that of `dialplans/`, the company in it, with the tests' trunk, hotlines and token. */
  readonly configure?: (config: ConfigDocument) => void;
  /** Data folder of an earlier run; a new one by default. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `host:port` of SIP; a free one by default. `configured`: the listeners that `configure` has set. */
  readonly sip?: string;
  /** `host:port` of HTTP, where an earlier run was; a free one by default. */
  readonly http?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: ConfigDocument;
}

export interface Exit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** Writes the configuration of a test into a new folder; `sip` and `http` are addresses that are free now. */
async function prepare(options: PbxOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-e2e-'));
  const config = parse(readFileSync(join(ROOT, 'dialplans/pbx400.yaml'), 'utf8'));
  delete config.seed;
  Object.assign(config, sampleCompany());
  config.dialplans = join(ROOT, 'test/e2e/dialplans');
  config.http.token = TOKEN;
  config.trunks.carrier.addresses = [TRUNK_HOST];
  options.configure?.(config);
  const file = join(folder, 'pbx400.yaml');
  writeFileSync(file, stringify(config));
  const sip = options.sip ?? `127.0.0.1:${await freeSipPort()}`;
  const http = options.http ?? `127.0.0.1:${await freeTcpPort()}`;
  return { folder, file, sip, http, dataDir: options.dataDir ?? join(folder, 'data') };
}

/** The sample company as sections of the configuration, the older form: tests change them there. */
function sampleCompany(): ConfigDocument {
  const { tenant, ...sections } = parse(readFileSync(join(ROOT, 'dialplans/company.yaml'), 'utf8'));
  for (const [section, entities] of Object.entries<ConfigDocument>(sections)) {
    if (section === 'tenants') continue;
    for (const name of Object.keys(entities)) entities[name] = { tenant, ...entities[name] };
  }
  return sections;
}

/** Takes the sample company out of a configuration: the test brings companies of its own. */
export function withoutCompany(config: ConfigDocument): void {
  for (const section of Object.keys(sampleCompany())) delete config[section];
}

export class Pbx {
  /** `host:port` of SIP, UDP and TCP. */
  readonly sip: string;
  /** `http://host:port` of the API. */
  readonly http: string;
  readonly dataDir: string;
  readonly configFile: string;
  readonly exited: Promise<Exit>;
  readonly #place: Awaited<ReturnType<typeof prepare>>;
  readonly #env: Readonly<Record<string, string>> | undefined;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(
    child: ChildProcess,
    place: Awaited<ReturnType<typeof prepare>>,
    env: PbxOptions['env'],
  ) {
    this.#child = child;
    this.#place = place;
    this.#env = env;
    this.sip = place.sip;
    this.http = `http://${place.http}`;
    this.dataDir = place.dataDir;
    this.configFile = place.file;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.exited = new Promise((done) => {
      child.on('exit', (code, signal) => done({ code: code ?? undefined, signal: signal ?? undefined }));
    });
  }

  /** Starts it and waits for the line `ready`. Throws with its output when it ends or takes longer than 45 s: a busy machine. */
  static async start(options: PbxOptions = {}): Promise<Pbx> {
    return Pbx.#ready(await Pbx.spawn(options));
  }

  /** Once more as it was, after it has ended: with its addresses, configuration and data. Waits as {@link start} does. */
  again(): Promise<Pbx> {
    return Pbx.#ready(Pbx.#run(this.#place, this.#env));
  }

  static async #ready(pbx: Pbx): Promise<Pbx> {
    let over: Exit | undefined;
    void pbx.exited.then((exit) => {
      over = exit;
    });
    const isReady = () => over !== undefined || pbx.readyLine;
    await until('ready', isReady, { limitMs: 45_000, show: () => pbx.output }).catch(async (error) => {
      await pbx.kill();
      throw error;
    });
    if (over) throw new Error(`the PBX ended with ${JSON.stringify(over)}\n${pbx.output}`);
    return pbx;
  }

  /** Starts it and does not wait. */
  static async spawn(options: PbxOptions = {}): Promise<Pbx> {
    return Pbx.#run(await prepare(options), options.env);
  }

  static #run(place: Awaited<ReturnType<typeof prepare>>, env: PbxOptions['env']): Pbx {
    const command = [NODE, CLI, 'start', '--config', place.file, '--http', place.http];
    if (place.sip !== 'configured') command.push('--sip', place.sip);
    command.push('--data', place.dataDir);
    const child = spawn(command[0]!, command.slice(1), {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Pbx(child, place, env);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it wrote to standard output and standard error. */
  get output(): string {
    return this.#output;
  }

  /** Structured log lines, parsed. */
  get log(): readonly Record<string, unknown>[] {
    return this.#output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line));
  }

  get readyLine(): string | undefined {
    return this.#output.split('\n').find((line) => /^ready\b/.test(line));
  }

  /** GET of the HTTP API with the token; `null`: without. */
  get(path: string, token: string | null = TOKEN): Promise<HttpAnswer> {
    return this.#ask(path, token, {});
  }

  /** POST of JSON, as {@link get}; `tenant`: the company that it is about, where the body does not say it. */
  post(path: string, body: object, token: string | null = TOKEN, tenant?: string): Promise<HttpAnswer> {
    const headers = { 'content-type': 'application/json', ...(tenant && { 'pbx-tenant': tenant }) };
    return this.#ask(path, token, headers, JSON.stringify(body));
  }

  async #ask(path: string, token: string | null, headers: Record<string, string>, body?: string) {
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    const how = body === undefined ? {} : { method: 'POST', body };
    const response = await fetch(`${this.http}${path}`, { headers, ...how });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Runs `pbx400 ...args --config FILE` as an operator would. */
  async cli(...args: string[]): Promise<string> {
    const more = ['--config', this.configFile, '--data', this.dataDir];
    const run = promisify(execFile);
    return (await run(NODE, [CLI, ...args, ...more], { cwd: ROOT, maxBuffer: 1 << 24 })).stdout;
  }

  /** Records of calls that have ended, the newest first. */
  async records(query = ''): Promise<readonly Cdr[]> {
    const { body } = await this.get(`/api/v1/calls?${query}`);
    return body.items.map(recordOf);
  }

  /** The record of the call from `caller`; throws when there are several. */
  async cdrOf(caller: string): Promise<Cdr> {
    const find = async () => {
      const cdrs = await this.records('limit=100');
      const [record, ...more] = cdrs.filter((cdr) => cdr.caller === caller);
      if (more.length > 0) throw new Error(`several records of ${caller}: ${JSON.stringify(cdrs)}`);
      return record;
    };
    const show = () => this.output.slice(-4000);
    return await until(`CDR of ${caller}`, find, { limitMs: 5000, everyMs: 100, show });
  }

  /** Ctrl-C: drains and stops. */
  async stop(): Promise<Exit> {
    this.#child.kill('SIGINT');
    return await this.exited;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** For `afterAll`: ends it however it is and removes its folder (not a `dataDir` that the test gave). */
  async cleanUp(): Promise<void> {
    await this.kill();
    rmSync(this.#place.folder, { recursive: true, force: true });
  }
}
