/** A drachtio-server that is found through DRACHTIO_BIN, started on loopback and free ports for a test. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeSipPort, freeTcpPort } from './free-port.ts';
import { until } from './until.ts';

/** Why tests on a real drachtio-server are skipped; undefined when there is one. */
export const drachtioMissing: string | undefined = process.env['DRACHTIO_BIN']
  ? undefined
  : 'DRACHTIO_BIN names no drachtio-server';

/** Whether the server is older than 0.9, the first that came with drachtio-srf 5. */
export const drachtioIsOld: boolean = !drachtioMissing && minorVersion(process.env['DRACHTIO_BIN']!) < 9;

function minorVersion(program: string): number {
  const { stdout } = spawnSync(program, ['-v'], { encoding: 'utf8' });
  const minor = /^v0\.(\d+)\./.exec(stdout)?.[1];
  if (minor === undefined) throw new Error(`${program} -v says no version: ${stdout}`);
  return Number(minor);
}

export interface RealDrachtioOptions {
  readonly secret?: string;
  /** Asked over HTTP where these requests go; all by default go to whoever has routed them. */
  readonly handler?: { readonly method: string; readonly url: string };
  /** Tells clients that want it what becomes of calls. */
  readonly cdrs?: boolean;
  /** PEM files; the admin port then speaks TLS as well, see {@link RealDrachtio.tlsPort}. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly dhParams: string };
}

export class RealDrachtio {
  readonly adminPort: number;
  readonly tlsPort: number;
  readonly sipPort: number;
  readonly secret: string;
  readonly #options: RealDrachtioOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'pbx400-drachtio-'));
  #child: ChildProcess | undefined;
  /** Not even a test that fails leaves a server or a folder behind. */
  readonly #onExit = () => {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  private constructor(adminPort: number, tlsPort: number, sipPort: number, options: RealDrachtioOptions) {
    this.#options = options;
    this.secret = options.secret ?? 'a-secret-of-the-test';
    this.adminPort = adminPort;
    this.tlsPort = tlsPort;
    this.sipPort = sipPort;
    process.once('exit', this.#onExit);
  }

  static async start(options: RealDrachtioOptions = {}): Promise<RealDrachtio> {
    const tlsPort = options.tls ? await freeTcpPort() : 0;
    const server = new RealDrachtio(await freeTcpPort(), tlsPort, await freeSipPort(), options);
    await server.run();
    return server;
  }

  /** `host:port` of SIP. */
  get sip(): string {
    return `127.0.0.1:${this.sipPort}`;
  }

  /** What it wrote to its log. */
  get log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8');
  }

  /** Starts it, also again after {@link stop}. Resolves when it takes applications and SIP. */
  async run(): Promise<void> {
    const file = join(this.#folder, 'drachtio.conf.xml');
    writeFileSync(file, this.#configuration());
    const child = spawn(process.env['DRACHTIO_BIN']!, ['-f', file], { stdio: 'ignore' });
    this.#child = child;
    await until(
      'drachtio-server listens',
      async () => {
        if (child.exitCode !== null) throw new Error(`drachtio-server ended with ${child.exitCode}`);
        return (await canConnect(this.adminPort)) && (await canConnect(this.sipPort));
      },
      { show: () => this.log },
    );
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

  /** Ends it for good and removes its files. */
  async close(): Promise<void> {
    await this.stop();
    process.off('exit', this.#onExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configuration(): string {
    const { handler, cdrs = false, tls } = this.#options;
    const tlsPort = tls ? ` tls-port="${this.tlsPort}"` : '';
    const tlsFiles = tls
      ? `<tls><key-file>${tls.key}</key-file><cert-file>${tls.cert}</cert-file><chain-file>${tls.cert}</chain-file><dh-param>${tls.dhParams}</dh-param></tls>`
      : '';
    const handlers = handler
      ? `<request-handlers><request-handler sip-method="${handler.method}">${handler.url}</request-handler></request-handlers>`
      : '';
    return `<drachtio><admin port="${this.adminPort}"${tlsPort} secret="${this.secret}">127.0.0.1</admin>${handlers}
<sip>${tlsFiles}<contacts><contact>sip:${this.sip};transport=udp,tcp</contact></contacts><udp-mtu>4096</udp-mtu></sip>
<cdrs>${cdrs}</cdrs><logging><file><name>${join(this.#folder, 'log')}</name></file><sofia-loglevel>1</sofia-loglevel>
<loglevel>error</loglevel></logging></drachtio>`;
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
