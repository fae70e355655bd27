/** A drachtio-server that is found through DRACHTIO_BIN, started on loopback and free ports for a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPort } from './free-port.ts';
import { until } from './until.ts';

/** Why tests on a real drachtio-server are skipped; undefined when there is one. */
export const drachtioMissing: string | undefined = process.env['DRACHTIO_BIN']
  ? undefined
  : 'DRACHTIO_BIN names no drachtio-server';

/** A TCP port of 127.0.0.1 that is free now. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

/** A port that is free for UDP and for TCP. */
export async function freeSipPort(): Promise<number> {
  for (;;) {
    const port = await freeUdpPort();
    const server = createServer();
    const free = await new Promise<boolean>((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
    await new Promise((done) => server.close(done));
    if (free) return port;
  }
}

export class RealDrachtio {
  readonly adminPort: number;
  readonly sipPort: number;
  readonly secret: string;
  #child: ChildProcess | undefined;

  private constructor(adminPort: number, sipPort: number, secret: string) {
    this.secret = secret;
    this.adminPort = adminPort;
    this.sipPort = sipPort;
  }

  static async start(secret = 'a-secret-of-the-test'): Promise<RealDrachtio> {
    const server = new RealDrachtio(await freeTcpPort(), await freeSipPort(), secret);
    await server.run();
    return server;
  }

  /** Starts it, also again after {@link stop}. */
  async run(): Promise<void> {
    const file = join(mkdtempSync(join(tmpdir(), 'pbx400-drachtio-')), 'drachtio.conf.xml');
    writeFileSync(
      file,
      `<drachtio><admin port="${this.adminPort}" secret="${this.secret}">127.0.0.1</admin>
<sip><contacts><contact>sip:127.0.0.1:${this.sipPort};transport=udp,tcp</contact></contacts><udp-mtu>4096</udp-mtu></sip>
<cdrs>false</cdrs><logging><file><name>${file}.log</name></file><sofia-loglevel>1</sofia-loglevel>
<loglevel>error</loglevel></logging></drachtio>`,
    );
    this.#child = spawn(process.env['DRACHTIO_BIN']!, ['-f', file], { stdio: 'ignore' });
    await until('drachtio-server listens', () => canConnect(this.adminPort));
  }

  /** Kills it: what a crash looks like. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}
