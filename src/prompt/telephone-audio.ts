import { rm, stat } from 'node:fs/promises';
import { wavDurationMs } from '../media/wav-duration.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { NOT_FOUND, type ProgramEnd, runProgram } from '../shared/run-program.ts';
import { Turns } from '../shared/turns.ts';

/** Longer audio is refused. */
export const MAX_PROMPT_MS = 30 * 60_000;

/** Loudness of a prompt (EBU R 128). */
export const LOUDNESS_LUFS = -23;
/** Peaks above are bent, so that none is cut off. */
const PEAK_DB = -1;
/** What is quieter at both ends is cut; so much of it stays. */
const SILENCE_DB = -50;
const SILENCE_KEPT_SECONDS = 0.04;
/** A block of the loudness is 400 ms long: what is shorter than some of them is measured in a loop. */
const MEASURED_SECONDS = 3;

/**
 * Containers of audio. None of those that name other files (playlists such as HLS, DASH, concat; SDP): they would read what the PBX
 * can read.
 */
const FORMATS = [
  ...[
    'wav',
    'w64',
    'mp3',
    'ogg',
    'flac',
    'aac',
    'mov',
    'matroska',
    'asf',
    'amr',
    'amrnb',
    'amrwb',
    'aiff',
    'au',
  ],
  ...[
    'caf',
    'ac3',
    'eac3',
    'wv',
    'ape',
    'tta',
    'mpc',
    'mpc8',
    'dsf',
    'voc',
    'gsm',
    '3gp',
    'mp4',
    'm4a',
    'webm',
    'avi',
  ],
  ...['mpegts', 'mpeg', 'flv', 'sox', 'ircam', 'nistsphere', 'rm', 'g722', 'g726', 'shn', 'tak'],
].join();

const LIMITS = {
  limitMs: 180_000,
  cpuSeconds: 120,
  memoryBytes: 1024 ** 3,
  // Half an hour of 8 kHz in 32 bits, and a little.
  fileBytes: 64 * 1024 ** 2,
};

const SAMPLE_RATE = 8000;
const RAW = ['-f', 'f32le', '-ar', String(SAMPLE_RATE), '-ac', '1'];
const readRaw = (file: string) => [...RAW, '-protocol_whitelist', 'file', '-i', `file:${file}`];

/** What ffmpeg's meter says at its end. */
const SUMMARY = /Summary:[\s\S]*I:\s+(-?[\d.]+) LUFS[\s\S]*Peak:\s+(-?[\d.]+|-inf) dBFS/;
/** Quieter is nothing (ITU-R BS.1770: the absolute gate). */
const GATE_LUFS = -70;

/** Loudness in LUFS, and the highest peak in dB (dBFS). */
export interface Level {
  readonly loudness: number;
  readonly peak: number;
}

/** What of a file is taken, ms from its beginning. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MadeAudio {
  readonly durationMs: number;
  /** Of the original, in LUFS. */
  readonly loudness: number;
}

/** Makes prompts of whatever audio people have, by ffmpeg: 8 kHz mono WAV of PCM16, silence cut at both ends, one loudness for all. */
export class TelephoneAudio {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #command: string;
  /** One after the other: calls come first. */
  readonly #turns = new Turns();

  constructor({
    clock,
    command = 'ffmpeg',
  }: { readonly clock: Pick<Clock, 'after'>; readonly command?: string }) {
    this.#clock = clock;
    this.#command = command;
  }

  /**
   * Writes it to `to`, or `span` of it. `step` is told how much of `steps` is done. Throws PbxError `no-audio`, `too-long`, `ffmpeg-missing`, `ffmpeg`;
   * the signal's reason. What it threw for leaves no file.
   */
  make(
    from: string,
    to: string,
    signal?: AbortSignal,
    step: (done: number, steps: number) => void = () => {},
    span?: Span,
  ) {
    return this.#turns.take(async (): Promise<MadeAudio> => {
      const [decoded, trimmed] = [`${to}.decoded`, `${to}.trimmed`];
      try {
        await this.#decode(from, decoded, signal, span);
        await proveLength(decoded);
        step(1, 3);
        await this.#trim(decoded, trimmed, signal);
        const level = await this.#measure(trimmed, signal);
        step(2, 3);
        await this.#level(trimmed, to, level, signal);
        step(3, 3);
        return { durationMs: wavDurationMs(to), loudness: level.loudness };
      } catch (error) {
        await rm(to, { force: true });
        throw error;
      } finally {
        for (const each of [decoded, trimmed]) await rm(each, { force: true });
      }
    });
  }

  /** How loud a file is, as it is; `scratch`: a name for its samples, which are gone afterwards. Throws as {@link make}. */
  levelOf(file: string, scratch: string, signal?: AbortSignal): Promise<Level> {
    return this.#turns.take(async () => {
      signal?.throwIfAborted();
      try {
        await this.#decode(file, scratch, signal);
        return await this.#measure(scratch, signal);
      } finally {
        await rm(scratch, { force: true });
      }
    });
  }

  /** Raw samples at 8 kHz in 32 bits: nothing is cut off before the loudness is known. */
  async #decode(from: string, to: string, signal: AbortSignal | undefined, span?: Span): Promise<void> {
    const cut = span ? [`atrim=start=${span.fromMs / 1000}:end=${span.toMs / 1000}`] : [];
    const filters = [...cut, 'aresample=8000', 'aformat=channel_layouts=mono'].join();
    const { status, said } = await this.#run(
      [
        ...['-protocol_whitelist', 'file', '-format_whitelist', FORMATS, '-i', `file:${from}`],
        ...['-map', '0:a:0', '-t', String(MAX_PROMPT_MS / 1000 + 1)],
        ...['-af', filters, ...RAW, '-y', `file:${to}`],
      ],
      signal,
    );
    if (status === undefined)
      throw new PbxError('no-audio', 'the file takes too long to read, or too much memory');
    if (status !== 0) throw new PbxError('no-audio', `the file cannot be read as audio: ${reasonOf(said)}`);
  }

  async #trim(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
    // silenceremove of ffmpeg 5 takes reversed audio without any silence at its start for nothing else: a little is put there.
    const atStart = `adelay=50:all=1,silenceremove=start_periods=1:start_threshold=${SILENCE_DB}dB:start_silence=${SILENCE_KEPT_SECONDS}`;
    const filters = [atStart, 'areverse', atStart, 'areverse'].join();
    const args = [...readRaw(from), '-af', filters, ...RAW, '-y', `file:${to}`];
    const { status, said } = await this.#run(args, signal);
    if (status !== 0) throw failed(status, said);
  }

  /** As it is, in LUFS and dB. Throws PbxError where nothing is to be heard. */
  async #measure(file: string, signal: AbortSignal | undefined): Promise<Level> {
    const seconds = await secondsOf(file);
    if (seconds === 0) throw silent();
    const loop = seconds < MEASURED_SECONDS ? 'aloop=loop=-1:size=2e9,' : '';
    const length = ['-t', String(Math.max(seconds, MEASURED_SECONDS))];
    const meter = `${loop}ebur128=peak=sample:framelog=verbose`;
    const args = [...readRaw(file), ...length, '-af', meter, '-f', 'null', '-'];
    const { status, said } = await this.#run(args, signal);
    const [, loudness, peak] = SUMMARY.exec(said) ?? [];
    if (status !== 0 || loudness === undefined) throw failed(status, said);
    const level = { loudness: Number(loudness), peak: Number(peak) };
    if (!(level.loudness > GATE_LUFS)) throw silent();
    return level;
  }

  async #level(from: string, to: string, { loudness, peak }: Level, signal: AbortSignal | undefined) {
    const gain = LOUDNESS_LUFS - loudness;
    const limit = (10 ** (PEAK_DB / 20)).toFixed(4);
    const limiter = peak + gain > PEAK_DB ? [`alimiter=limit=${limit}:level=disabled`] : [];
    const filters = [`volume=${gain.toFixed(2)}dB`, ...limiter].join();
    const wav = ['-bitexact', '-c:a', 'pcm_s16le', '-f', 'wav', '-y', `file:${to}`];
    const { status, said } = await this.#run([...readRaw(from), '-af', filters, ...wav], signal);
    if (status !== 0) throw failed(status, said);
  }

  async #run(args: readonly string[], signal: AbortSignal | undefined): Promise<ProgramEnd> {
    const quiet = ['-nostdin', '-hide_banner', '-nostats', '-threads', '1', '-filter_threads', '1'];
    const run = { command: this.#command, args: [...quiet, ...args], ...LIMITS, signal };
    const end = await runProgram(run, this.#clock);
    if (end.status === NOT_FOUND)
      throw new PbxError('ffmpeg-missing', `${this.#command} is not installed; prompts are made with it`);
    return end;
  }
}

/** Of raw samples. */
const secondsOf = async (file: string): Promise<number> => (await stat(file)).size / 4 / SAMPLE_RATE;

async function proveLength(file: string): Promise<void> {
  if ((await secondsOf(file)) * 1000 <= MAX_PROMPT_MS) return;
  throw new PbxError('too-long', `the audio is longer than ${MAX_PROMPT_MS / 60_000} minutes`);
}

const silent = () => new PbxError('no-audio', 'there is nothing but silence in the file');

function failed(status: number | undefined, said: string): PbxError {
  return new PbxError('ffmpeg', `ffmpeg ended with ${status ?? 'a signal'}: ${reasonOf(said)}`);
}

/** The last thing that ffmpeg said, without where the file is. */
function reasonOf(said: string): string {
  const last = said.trim().split('\n').at(-1) ?? '';
  return last.replaceAll(/file:\S+: /g, '').slice(0, 200);
}
