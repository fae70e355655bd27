import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freeUdpPort } from '../../support/free-port.ts';
import { TOKEN, writeBenchConfig } from './bench-config.ts';

/** A server under load that bridges calls to 4001234567 to the line. */
export interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Undefined for a server that somebody else started: its CPU is not known. */
  readonly pid: number | undefined;
  /** Where calls must arrive. */
  readonly linePort: number;
  /** `http://127.0.0.1:PORT` of a server whose metrics can be read. */
  readonly http?: string;
  stop(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '../../..');
const NODE = join(ROOT, 'node_modules/.bin/node');

async function untilReady(child: ChildProcess, name: string): Promise<void> {
  let output = '';
  child.stderr?.on('data', (bytes) => {
    output += bytes;
  });
  await new Promise<void>((done, fail) => {
    child.stdout?.on('data', (bytes) => {
      output += bytes;
      if (/^ready/m.test(output)) done();
    });
    child.once('exit', (code) => fail(new Error(`${name} ended with ${code}:\n${output}`)));
  });
}

function stopper(child: ChildProcess, cleanUp: () => void): () => Promise<void> {
  return async () => {
    const exited = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(limit);
    cleanUp();
  };
}

/** The stateless rewrite: the upper bound. */
export async function bareForwarder(): Promise<Target> {
  const [port, linePort] = [await freeUdpPort(), await freeUdpPort()];
  const script = join(import.meta.dirname, 'bare-forwarder.ts');
  const child = spawn(NODE, [script, String(port), String(linePort)], { stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(child, 'bare-forwarder');
  const stop = stopper(child, () => {});
  return { name: 'bare-forwarder', host: '127.0.0.1', port, linePort, pid: child.pid, stop };
}

/** The engine under load, with the ways to look into it. */
export interface PbxTarget extends Target {
  readonly http: string;
  readonly database: string;
}

/** The metrics of a PBX by name, labels included. */
export async function readMetrics(http: string): Promise<Map<string, number>> {
  const response = await fetch(`${http}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const rows = (await response.text()).split('\n').filter((row) => row && !row.startsWith('#'));
  return new Map(
    rows.map((row) => [row.slice(0, row.lastIndexOf(' ')), Number(row.slice(row.lastIndexOf(' ')))]),
  );
}

export interface PbxOptions {
  /** Where calls out go; by default straight to the line. */
  readonly trunkPort?: number;
  /** Checkout to start; this one by default. */
  readonly root?: string;
  readonly name?: string;
}

/** The whole engine in one process: embedded edge, null media, dialplan, records on. */
export async function pbx400({
  trunkPort,
  root = ROOT,
  name = 'pbx400',
}: PbxOptions = {}): Promise<PbxTarget> {
  const [port, linePort, httpPort] = [await freeUdpPort(), await freeUdpPort(), await freeUdpPort()];
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
  const dialplans = resolve(root, 'test/bench/signalling/dialplans');
  const config = writeBenchConfig(folder, dialplans, trunkPort ?? linePort);
  const args = ['--config', config, '--sip', `127.0.0.1:${port}`, '--http', `127.0.0.1:${httpPort}`];
  const child = spawn(resolve(root, 'scripts/start'), [...args, '--data', join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await untilReady(child, name);
  const stop = stopper(child, () => rmSync(folder, { recursive: true, force: true }));
  return {
    name,
    host: '127.0.0.1',
    port,
    linePort,
    pid: child.pid,
    stop,
    http: `http://127.0.0.1:${httpPort}`,
    database: join(folder, 'data', 'pbx400.db'),
  };
}
