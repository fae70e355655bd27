import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlConnection } from '../../src/media/freeswitch/control-connection.ts';
import { canRefuseStrangers } from '../../src/media/freeswitch/strict-sources.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { freeSipPort, freeTcpPort } from './free-port.ts';
import { until } from './until.ts';

const BINARY = process.env['FREESWITCH_BIN'] ?? '';
const START = new URL('../../media/freeswitch/start', import.meta.url).pathname;

/** A start may take so long on a busy machine: for the time limits of hooks and tests. */
export const FREESWITCH_START_MS = 40_000;

/** RTP ports of FreeSWITCHes: below those of the PBX, of rtpengine and of `free-port.ts`; 50 endpoints each. */
const RTP_FIRST = 10_000;
const RTP_RANGES = 100;
const RTP_RANGE = 100;

/** Why FreeSWITCH cannot run here, undefined when it can. */
export const freeswitchMissing = existsSync(BINARY)
  ? undefined
  : BINARY === ''
    ? 'FREESWITCH_BIN is not set'
    : `FREESWITCH_BIN=${BINARY} does not exist`;

/** Whether the FreeSWITCH that runs here can keep strangers out. */
export function freeswitchRefusesStrangers(): boolean {
  if (freeswitchMissing) return false;
  const [, version = ''] =
    /version: (\S+)/.exec(execFileSync(BINARY, ['-version'], { encoding: 'utf8' })) ?? [];
  return canRefuseStrangers(version);
}

/** A FreeSWITCH of its own for a test, by media/freeswitch/start: loopback, free ports, files in a temporary folder. */
export class FreeswitchProcess {
  readonly host: string = '127.0.0.1';
  readonly port: number;
  readonly sip: string;
  readonly state: string;
  readonly #rtp: Server;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(port: number, sip: string, state: string, rtp: Server, child: ChildProcess) {
    this.port = port;
    this.sip = sip;
    this.state = state;
    this.#rtp = rtp;
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  /** @param like takes over address and files of one that ended */
  static async start(like?: FreeswitchProcess): Promise<FreeswitchProcess> {
    const port = like?.port ?? (await freeTcpPort());
    const sip = like?.sip ?? `127.0.0.1:${await freeSipPort()}`;
    const state = like?.state ?? mkdtempSync(join(tmpdir(), 'pbx400-freeswitch-'));
    const rtp = like ? like.#rtp : await reserveRtp();
    const low = (rtp.address() as AddressInfo).port;
    const log = openSync(join(state, 'console'), 'a');
    const child = spawn(START, [state], {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        FREESWITCH_ESL_PORT: String(port),
        FREESWITCH_SIP_PORT: sip.split(':')[1],
        FREESWITCH_RTP_MIN: String(low),
        FREESWITCH_RTP_MAX: String(low + RTP_RANGE - 1),
      },
    });
    const server = new FreeswitchProcess(port, sip, state, rtp, child);
    try {
      await until('FreeSWITCH listens', () => server.#listens(), {
        limitMs: FREESWITCH_START_MS,
        show: () => server.log(),
      });
      // the event socket is open before the profile is
      await until('the profile runs', async () => (await server.api('sofia status')).includes('RUNNING'));
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get secret(): string {
    return readFileSync(join(this.state, 'event-socket-secret'), 'utf8').trim();
  }

  log(): string {
    return readFileSync(join(this.state, 'console'), 'utf8');
  }

  /** Runs a command behind the engine's back. */
  async api(command: string): Promise<string> {
    const connection = await ControlConnection.open(this, systemClock, 2000);
    try {
      return await connection.api(command);
    } finally {
      connection.close();
    }
  }

  /** Stops answering, without closing anything; `resume` takes it up again. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#rtp.close();
    rmSync(this.state, { recursive: true, force: true });
  }

  #listens(): Promise<boolean> {
    if (this.#child.exitCode !== null) return Promise.reject(new Error(`FreeSWITCH ended:\n${this.log()}`));
    return new Promise((resolve) => {
      const socket = connect(this.port, this.host);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

/** A range of RTP ports that no FreeSWITCH of another test has: who listens on its first port over TCP owns it. */
async function reserveRtp(): Promise<Server> {
  const start = Math.floor(Math.random() * RTP_RANGES);
  for (let tries = 0; tries < RTP_RANGES; tries++) {
    const port = RTP_FIRST + ((start + tries) % RTP_RANGES) * RTP_RANGE;
    const server = createServer().unref();
    const owned = await new Promise<boolean>((done) => {
      server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
    });
    if (owned) return server;
  }
  throw new Error('no range of RTP ports is free');
}
