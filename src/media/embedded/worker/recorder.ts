import { WAV_HEADER_BYTES } from '../../../rtp/wav.ts';
import type { RecordingResult, RecordLayout } from '../../media.ts';
import { failureOf } from '../failure.ts';
import type { Handle, RecordingEndMessage, StartRecording } from '../protocol.ts';
import { FRAME_MS, FRAME_SAMPLES } from './frame-clock.ts';
import { WavFile } from './wav-file.ts';

/** Half a second: a crash costs less than a second, also when the disk was just about to be given a chunk. */
const CHUNK_FRAMES = 25;
const SAMPLE_BYTES = 2;
/** Below about -45 dBm0 nobody is talking: mean square of a frame. */
const SILENCE_POWER = 90 ** 2;

/** Writes what a party says and hears, frame by frame. */
export class Recorder {
  readonly recording: Handle;
  readonly layout: RecordLayout;
  readonly #options: StartRecording;
  readonly #onEnd: (recorder: Recorder, end: RecordingEndMessage) => void;
  readonly #file: WavFile;
  readonly #channels: 1 | 2;
  #chunk: Buffer;
  #filled = 0;
  #frames = 0;
  #silentFrames = 0;
  #state: 'recording' | 'paused' | 'ending' = 'recording';
  #ending: Promise<void> | undefined;

  /** @param onEnd called once, when the file is complete on disk or failed */
  constructor(options: StartRecording, onEnd: (recorder: Recorder, end: RecordingEndMessage) => void) {
    this.recording = options.recording;
    this.layout = options.layout;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#channels = options.layout === 'stereo' ? 2 : 1;
    this.#chunk = this.#newChunk();
    this.#file = new WavFile(options.file, this.#channels, () => void this.end('failed'));
  }

  /** Whether it needs what the party hears. */
  get wantsHeard(): boolean {
    return this.layout !== 'received';
  }

  pause(): void {
    if (this.#state === 'recording') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state === 'paused') this.#state = 'recording';
  }

  /** A digit was pressed: ends the recording when it is one of those that do. */
  onDigit(digit: string): void {
    if (this.#options.stopDigits.includes(digit)) void this.end('digit');
  }

  /** One frame of both directions. */
  add(said: Int16Array, heard: Int16Array): void {
    if (this.#state !== 'recording') return;
    this.#store(said, heard);
    this.#frames++;
    const { maxMs, maxSilenceMs } = this.#options;
    if (maxMs !== undefined && this.#frames * FRAME_MS >= maxMs) void this.end('max');
    if (maxSilenceMs === undefined) return;
    this.#silentFrames = isSilent(said) ? this.#silentFrames + 1 : 0;
    if (this.#silentFrames * FRAME_MS >= maxSilenceMs) void this.end('silence');
  }

  /** Writes what is left and closes the file. Idempotent: the first reason stays. */
  end(reason: RecordingResult['reason']): Promise<void> {
    this.#ending ??= this.#finish(reason);
    return this.#ending;
  }

  async #finish(reason: RecordingResult['reason']): Promise<void> {
    this.#state = 'ending';
    if (this.#filled > 0) this.#file.write(this.#chunk.subarray(0, this.#filled));
    await this.#file.close();
    const { bytes, error } = this.#file;
    this.#onEnd(this, {
      file: this.#options.file,
      durationMs: (bytes / (SAMPLE_BYTES * this.#channels * FRAME_SAMPLES)) * FRAME_MS,
      bytes: bytes === 0 && error ? 0 : bytes + WAV_HEADER_BYTES,
      reason: error ? 'failed' : reason,
      failure: error && failureOf(error),
    });
  }

  #store(said: Int16Array, heard: Int16Array): void {
    const chunk = this.#chunk;
    let at = this.#filled;
    if (this.layout === 'stereo') {
      for (let index = 0; index < FRAME_SAMPLES; index++) {
        const left = said[index]!;
        const right = heard[index]!;
        chunk[at] = left;
        chunk[at + 1] = left >> 8;
        chunk[at + 2] = right;
        chunk[at + 3] = right >> 8;
        at += 4;
      }
    } else {
      const mixed = this.layout === 'mixed';
      for (let index = 0; index < FRAME_SAMPLES; index++) {
        let sample = said[index]!;
        if (mixed) sample = Math.max(-32768, Math.min(32767, sample + heard[index]!));
        chunk[at] = sample;
        chunk[at + 1] = sample >> 8;
        at += 2;
      }
    }
    this.#filled = at;
    if (at < chunk.length) return;
    this.#file.write(chunk);
    this.#chunk = this.#newChunk();
    this.#filled = 0;
  }

  #newChunk(): Buffer {
    return Buffer.allocUnsafeSlow(CHUNK_FRAMES * FRAME_SAMPLES * SAMPLE_BYTES * this.#channels);
  }
}

function isSilent(frame: Int16Array): boolean {
  let power = 0;
  for (let index = 0; index < frame.length; index++) power += frame[index]! * frame[index]!;
  return power < SILENCE_POWER * frame.length;
}
