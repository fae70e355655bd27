import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freeUdpPort } from '../../support/free-port.ts';

/** A server under load that bridges calls to 4001234567 to the line. */
export interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Undefined for a server that somebody else started: its CPU is not known. */
  readonly pid: number | undefined;
  /** Where calls must arrive. */
  readonly linePort: number;
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
  /** `http://127.0.0.1:PORT` */
  readonly http: string;
  readonly database: string;
}

export const TOKEN = 'token-of-the-benchmarks';

/**
 * The whole engine in one process: embedded edge, null media, dialplan, records on. Calls out go to `trunkPort`, by
 * default straight to the line.
 */
export async function pbx400(trunkPort?: number): Promise<PbxTarget> {
  const [port, linePort, httpPort] = [await freeUdpPort(), await freeUdpPort(), await freeUdpPort()];
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
  const config = join(folder, 'pbx400.yaml');
  writeFileSync(
    config,
    `dialplans: ${join(import.meta.dirname, 'dialplans')}
logLevel: warn
media: { engine: 'null' }
http: { token: ${TOKEN} }
tenants: { bench: {} }
trunks:
  carrier:
    tenant: bench
    addresses: [127.0.0.1]
    uri: sip:127.0.0.1:${trunkPort ?? linePort}
    channels: 100000
    callsPerSecond: { in: 100000, out: 100000 }
    probe: 0s
lists:
  nuisance: { tenant: bench, numbers: ['02088886666'], prefixes: ['0898'] }
`,
  );
  const args = ['--config', config, '--sip', `127.0.0.1:${port}`, '--http', `127.0.0.1:${httpPort}`];
  const child = spawn(join(ROOT, 'scripts/start'), [...args, '--data', join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await untilReady(child, 'pbx400');
  const stop = stopper(child, () => rmSync(folder, { recursive: true, force: true }));
  return {
    name: 'pbx400',
    host: '127.0.0.1',
    port,
    linePort,
    pid: child.pid,
    stop,
    http: `http://127.0.0.1:${httpPort}`,
    database: join(folder, 'data', 'pbx400.db'),
  };
}
