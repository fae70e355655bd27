import { open, rename, rm, stat, utimes } from 'node:fs/promises';
import { asError, ClosedError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import type { RecordingReplacement } from '../store/store.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import type { KeptRecording } from './recording.ts';

export interface CompressorParts {
  readonly ffmpeg: Ffmpeg;
  readonly log: Logger;
  /** Puts the new file into the call's record; false when no record names the old one. */
  readonly replace: (replacement: RecordingReplacement) => Promise<boolean>;
  /** Nothing more happens to it here: compressed, or left as it was. */
  readonly onDone?: (recording: KeptRecording) => void;
}

/**
 * Compresses recordings of calls that have ended, one at a time. At every moment the record names a file that exists:
 * the new one is complete before the record names it, and the WAV file goes afterwards.
 */
export class Compressor {
  readonly #parts: CompressorParts;
  readonly #waiting = new Map<string, KeptRecording>();
  #current: string | undefined;
  #work: Promise<void> | undefined;
  #closed = false;

  constructor(parts: CompressorParts) {
    this.#parts = parts;
  }

  add(recording: KeptRecording): void {
    if (this.#closed || recording.file === this.#current) return;
    this.#waiting.set(recording.file, recording);
    this.#work ??= this.#drain().finally(() => {
      this.#work = undefined;
    });
  }

  /** Whether a file waits or is being compressed (then its new one counts too). */
  uses(file: string): boolean {
    return this.#waiting.has(file) || (this.#current !== undefined && sameRecording(file, this.#current));
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** Gives up what waits (the next start finds it again) and ends ffmpeg. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    this.#parts.ffmpeg.close();
    await this.#work;
  }

  async #drain(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting.values();
      if (!next) return;
      this.#waiting.delete(next.file);
      this.#current = next.file;
      let file = next.file;
      try {
        file = await this.#compress(next);
      } catch (error) {
        if (!(error instanceof ClosedError)) {
          this.#parts.log.error(
            { err: error, file: next.file },
            'recording stays WAV: it could not be compressed',
          );
        }
      } finally {
        this.#current = undefined;
        if (!this.#closed) this.#parts.onDone?.({ ...next, file });
      }
    }
  }

  /** Resolves with the file that the record names now. */
  async #compress(recording: KeptRecording): Promise<string> {
    const { ffmpeg, replace } = this.#parts;
    const { file: wav, callId, startedAt } = recording;
    const file = ffmpeg.nameFor(wav);
    const part = `${file}.part`;
    try {
      const { atime, mtime } = await stat(wav);
      await (await open(part, 'w', 0o600)).close();
      await ffmpeg.compress(wav, part);
      await flushToDisk(part);
      // its age is that of the talk
      await utimes(part, atime, mtime);
      const [{ size: bytes }, sha256] = await Promise.all([stat(part), sha256Of(part)]);
      await rename(part, file);
      const named = await replace({ callId, startedAt, from: wav, file, bytes, sha256 });
      await rm(named ? wav : file);
      if (!named) this.#parts.log.warn({ callId, file: wav }, 'recording stays WAV: no record names it');
      return named ? file : wav;
    } catch (error) {
      await rm(part, { force: true });
      throw asError(error);
    }
  }
}

function sameRecording(file: string, wav: string): boolean {
  return file.startsWith(wav.slice(0, -'wav'.length));
}

async function flushToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
