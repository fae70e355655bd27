import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPort } from './free-port.ts';
import { until } from './until.ts';

const BINARY = '/usr/bin/rtpengine';

/** Why rtpengine cannot run here, undefined when it can. */
export const rtpengineMissing = existsSync(BINARY)
  ? undefined
  : `${BINARY} is not installed (rtpengine-daemon)`;

/** A daemon of its own for a test: userspace, loopback, free ports, all files in a temporary folder. */
export class RtpengineDaemon {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly recordingFolder: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.recordingFolder = join(folder, 'recordings');
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  /** @param dtmfPort where it logs digits */
  static async start(dtmfPort: number, port?: number): Promise<RtpengineDaemon> {
    const ngPort = port ?? (await freeUdpPort());
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-rtpengine-'));
    // 40 calls of four ports each; the system decides where a free range may begin
    const low = 20_000 + (ngPort % 300) * 100;
    const log = openSync(join(folder, 'log'), 'w');
    const options = [
      '--config-file=none',
      '--table=-1',
      '--foreground',
      '--log-stderr',
      '--log-level=6',
      '--interface=127.0.0.1',
      `--listen-ng=127.0.0.1:${ngPort}`,
      `--dtmf-log-dest=127.0.0.1:${dtmfPort}`,
      `--port-min=${low}`,
      `--port-max=${low + 399}`,
      `--recording-dir=${join(folder, 'recordings')}`,
      '--recording-method=pcap',
      '--recording-format=raw',
      '--num-threads=2',
      '--delete-delay=0',
    ];
    const child = spawn(BINARY, options, { stdio: ['ignore', log, log] });
    const daemon = new RtpengineDaemon(ngPort, folder, child);
    await until('rtpengine has started', () => daemon.log().includes('Startup complete'), {
      limitMs: 8000,
      show: () => daemon.log(),
    }).catch(async (error: unknown) => {
      await daemon.stop();
      throw error;
    });
    return daemon;
  }

  log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8');
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
