import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { promisify } from 'node:util';
import type { Clock } from '../shared/clock.ts';
import { asError, ClosedError, PbxError } from '../shared/errors.ts';

/** What recordings can be compressed to. */
export type Compression = 'opus' | 'mp3';

/**
 * Both keep caller and agent in channels of their own: 24 kbit/s a channel for speech in Opus (without the trick that
 * takes one channel's phase for both), 8 kHz MPEG-2.5 with plain stereo in MP3.
 */
const FORMATS: Readonly<Record<Compression, { encoder: string; container: string; options: string[] }>> = {
  opus: {
    encoder: 'libopus',
    container: 'ogg',
    options: ['-b:a', '48k', '-application', 'voip', '-apply_phase_inv', '0'],
  },
  mp3: { encoder: 'libmp3lame', container: 'mp3', options: ['-b:a', '32k', '-joint_stereo', '0'] },
};

/** A talk of hours takes a minute; longer means that it hangs. */
const LIMIT_MS = 15 * 60_000;
const STDERR_BYTES = 2000;

/**
 * ffmpeg, run for one file after the other with low priority: calls come first. Not with the lowest: on a machine that is
 * busy all day it would hardly ever run, and what waits would never be done.
 */
export class Ffmpeg {
  readonly #clock: Clock;
  readonly #command: string;
  readonly #compression: Compression;
  #child: ChildProcess | undefined;
  #closed = false;

  private constructor(clock: Clock, command: string, compression: Compression) {
    this.#clock = clock;
    this.#command = command;
    this.#compression = compression;
  }

  /** Throws PbxError `ffmpeg-missing` when it is not installed or cannot encode this. */
  static async find(clock: Clock, compression: Compression, command = 'ffmpeg'): Promise<Ffmpeg> {
    const { encoder } = FORMATS[compression];
    let encoders: string;
    try {
      ({ stdout: encoders } = await promisify(execFile)(command, ['-hide_banner', '-encoders']));
    } catch (error) {
      throw new PbxError('ffmpeg-missing', `${command} cannot be run: ${asError(error).message}`, {
        cause: error,
      });
    }
    if (!encoders.includes(` ${encoder} `)) {
      throw new PbxError('ffmpeg-missing', `${command} was built without ${encoder}`);
    }
    return new Ffmpeg(clock, command, compression);
  }

  /** Name of the compressed file of a WAV file. */
  nameFor(wav: string): string {
    return `${wav.slice(0, -'.wav'.length)}.${this.#compression}`;
  }

  /** Writes the compressed audio of `wav` into `file`, which exists. Throws PbxError `ffmpeg`, ClosedError. */
  async compress(wav: string, file: string): Promise<void> {
    if (this.#closed) throw new ClosedError('ffmpeg');
    const { encoder, container, options } = FORMATS[this.#compression];
    const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'];
    const output = ['-map', '0:a', '-c:a', encoder, ...options, '-f', container, '-y', `file:${file}`];
    await this.#run([...quiet, '-i', `file:${wav}`, ...output]);
  }

  /** Ends what runs. */
  close(): void {
    this.#closed = true;
    this.#child?.kill('SIGKILL');
  }

  #run(argumentList: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#command, argumentList, { stdio: ['ignore', 'ignore', 'pipe'] });
      this.#child = child;
      if (child.pid !== undefined) lowerPriority(child.pid);
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-STDERR_BYTES);
      });
      const timer = this.#clock.after(LIMIT_MS, () => child.kill('SIGKILL'));
      const done = (error?: Error) => {
        timer.cancel();
        this.#child = undefined;
        if (error) reject(error);
        else resolve();
      };
      child.on('error', (error) => done(new PbxError('ffmpeg', error.message, { cause: error })));
      child.on('close', (code, signal) => {
        if (code === 0) done();
        else if (this.#closed) done(new ClosedError('ffmpeg'));
        else done(new PbxError('ffmpeg', `ffmpeg ended with ${code ?? signal}: ${said.trim()}`));
      });
    });
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already.
  }
}
