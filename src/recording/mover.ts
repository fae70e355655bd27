import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Clock, Timer } from '../shared/clock.ts';
import { ClosedError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { RecordingReplacement } from '../store/store.ts';
import type { FarFiles } from './far-files.ts';
import type { KeptRecording } from './recording.ts';

/** After a move that failed everything waits so long, twice as long each time, up to the longest. */
const RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;

export interface MoverParts {
  /** The recordings' own folder, and the one that they are moved to. */
  readonly folder: string;
  readonly moveTo: string;
  readonly far: FarFiles;
  readonly clock: Clock;
  readonly log: Logger;
  /** Puts the new file into the call's record; false when no record names the old one. */
  readonly replace: (replacement: RecordingReplacement) => Promise<boolean>;
}

/**
 * Moves recordings of calls that have ended to another folder, one at a time. At every moment the record names a file that is
 * whole: the copy is proved before the record names it, and the local file goes afterwards. A folder that does not answer costs
 * nothing but room: files stay where they are until it does.
 */
export class Mover {
  readonly #parts: MoverParts;
  readonly #waiting = new Map<string, KeptRecording>();
  #current: string | undefined;
  #work: Promise<void> | undefined;
  #retry: Timer | undefined;
  #retryMs = RETRY_MS;
  #closed = false;

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /** Recordings that are not there yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  add(recording: KeptRecording): void {
    if (this.#closed || recording.file === this.#current) return;
    this.#waiting.set(recording.file, recording);
    if (!this.#retry) this.#go();
  }

  uses(file: string): boolean {
    return this.#current === file || this.#waiting.has(file);
  }

  /** Where a local recording goes. */
  placeOf(file: string): string {
    return join(this.#parts.moveTo, relative(this.#parts.folder, file));
  }

  /** Resolves when nothing is being moved. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** What waits stays where it is; the next start finds it. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    this.#parts.far.close();
    await this.#work;
  }

  #go(): void {
    this.#work ??= this.#drain().finally(() => {
      this.#work = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (!this.#closed && !this.#retry) {
      const [next] = this.#waiting.values();
      if (!next) return;
      this.#current = next.file;
      try {
        await this.#move(next);
        this.#waiting.delete(next.file);
        this.#retryMs = RETRY_MS;
      } catch (error) {
        this.#failed(next, error);
      } finally {
        this.#current = undefined;
      }
    }
  }

  async #move({ callId, startedAt, file: from }: KeptRecording): Promise<void> {
    const { far, replace, log } = this.#parts;
    const file = this.placeOf(from);
    const { bytes, sha256 } = await far.move(from, file);
    if (await replace({ callId, startedAt, from, file, bytes, sha256 })) {
      await rm(from, { force: true });
      return;
    }
    await far.remove(file);
    log.warn({ callId, file: from }, 'recording stays where it is: no record names it');
  }

  #failed({ callId, file }: KeptRecording, err: unknown): void {
    if (this.#closed || err instanceof ClosedError) return;
    const { clock, log } = this.#parts;
    // It goes to the end: a file that cannot be read must not keep the others here.
    const recording = this.#waiting.get(file)!;
    this.#waiting.delete(file);
    this.#waiting.set(file, recording);
    const facts = { err, callId, file, waiting: this.#waiting.size, againMs: this.#retryMs };
    log.error(facts, 'recording could not be moved and stays where it is until it can');
    this.#retry = clock.after(this.#retryMs, () => {
      this.#retry = undefined;
      this.#go();
    });
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }
}
