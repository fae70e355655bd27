import type { Dir, Dirent } from 'node:fs';
import { lstat, opendir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Files that are told of and deleted together. */
const BATCH = 200;
/** Entries of a folder that are read at once. */
const ENTRIES = 64;

export interface RetentionParts {
  readonly folder: string;
  /** Older recordings are deleted. */
  readonly keepDays?: number | undefined;
  /** Above so much together the oldest are deleted. */
  readonly maxBytes?: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Files that must stay now. */
  readonly inUse: (file: string) => boolean;
  /** Of files that are to be deleted, those on hold (保全): they stay. */
  readonly held: (files: readonly RecordingFile[]) => Promise<ReadonlySet<string>>;
  /** These files are about to be deleted. */
  readonly onDelete: (files: readonly RecordingFile[]) => Promise<void>;
}

/** What a run has done. `left`: of the files that stay. */
export interface RetentionRun {
  readonly deleted: number;
  readonly freedBytes: number;
  readonly leftBytes: number;
}

export interface RecordingFile {
  readonly path: string;
  readonly bytes: number;
  /** End of the talk. */
  readonly mtimeMs: number;
}

/**
 * Deletes old recordings every hour, the oldest first and never one in use. It looks at one file after the other, so
 * that the engine's thread and its file threads stay free, and keeps only the bytes of each hour in memory, so that
 * millions of files are no burden.
 */
export class Retention {
  readonly #parts: RetentionParts;
  #timer: Timer | undefined;
  #run: Promise<RetentionRun> | undefined;
  #closed = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Runs now and every hour. */
  start(): void {
    void this.run();
    this.#timer = this.#parts.clock.every(HOUR_MS, () => void this.run());
  }

  /** One run; the one under way when there is one. Never rejects: what fails is logged and tried again next time. */
  run(): Promise<RetentionRun> {
    this.#run ??= this.#sweep().finally(() => {
      this.#run = undefined;
    });
    return this.#run;
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await this.#run;
  }

  /** Stops after the file at hand. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#run;
  }

  async #sweep(): Promise<RetentionRun> {
    const sweep = new Sweep(this.#parts, () => this.#closed);
    try {
      await sweep.byAge();
      await sweep.finish();
      // What turned out to be on hold freed nothing: others go in its place.
      let held: number;
      do {
        held = sweep.held;
        await sweep.bySize();
        await sweep.finish();
      } while (sweep.held > held);
    } catch (error) {
      this.#parts.log.error(
        { err: error, folder: this.#parts.folder },
        'old recordings could not be deleted',
      );
    }
    const { deleted, freedBytes, leftBytes } = sweep;
    if (deleted > 0) this.#parts.log.info({ deleted, freedBytes, leftBytes }, 'old recordings were deleted');
    return { deleted, freedBytes, leftBytes };
  }
}

class Sweep implements RetentionRun {
  deleted = 0;
  freedBytes = 0;
  leftBytes = 0;
  /** Files that stayed because they are on hold. */
  get held(): number {
    return this.#held.size;
  }
  readonly #parts: RetentionParts;
  readonly #stopped: () => boolean;
  /** Bytes that could be deleted, by the hour of the files. */
  readonly #hours = new Map<number, number>();
  /** On hold: seen when they were to be deleted. */
  readonly #held = new Set<string>();
  /** To be deleted next. */
  #batch: RecordingFile[] = [];

  constructor(parts: RetentionParts, stopped: () => boolean) {
    this.#parts = parts;
    this.#stopped = stopped;
  }

  /** Deletes what is too old and weighs the rest. */
  async byAge(): Promise<void> {
    const { keepDays = Number.POSITIVE_INFINITY, clock, inUse } = this.#parts;
    const oldest = clock.now() - keepDays * DAY_MS;
    for await (const file of this.#files()) {
      const free = !inUse(file.path);
      if (free && file.mtimeMs < oldest) {
        await this.#delete(file);
        continue;
      }
      this.leftBytes += file.bytes;
      const hour = hourOf(file);
      if (free) this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + file.bytes);
    }
  }

  /** Deletes the oldest until the rest fits. */
  async bySize(): Promise<void> {
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#parts;
    if (this.leftBytes <= maxBytes) return;
    const last = this.#lastHourToGo(this.leftBytes - maxBytes);
    const inLastHour: RecordingFile[] = [];
    for await (const file of this.#files()) {
      const hour = hourOf(file);
      if (hour > last || this.#held.has(file.path) || this.#parts.inUse(file.path)) continue;
      if (hour === last) inLastHour.push(file);
      else await this.#deleteLeft(file);
    }
    inLastHour.sort((a, b) => a.mtimeMs - b.mtimeMs);
    for (const file of inLastHour) {
      if (this.leftBytes <= maxBytes || this.#stopped()) return;
      await this.#deleteLeft(file);
    }
  }

  /** The hour up to which files must go to free so much. */
  #lastHourToGo(excess: number): number {
    let freed = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (const [hour, bytes] of [...this.#hours].sort(([a], [b]) => a - b)) {
      last = hour;
      freed += bytes;
      if (freed >= excess) break;
    }
    return last;
  }

  async #deleteLeft(file: RecordingFile): Promise<void> {
    const hour = hourOf(file);
    this.leftBytes -= file.bytes;
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) - file.bytes);
    await this.#delete(file);
  }

  /** It is on hold: it weighs, and others go in its place. */
  #keep(path: string, bytes: number): void {
    this.#held.add(path);
    this.leftBytes += bytes;
  }

  async #delete(file: RecordingFile): Promise<void> {
    this.#batch.push(file);
    if (this.#batch.length >= BATCH) await this.finish();
  }

  /** Deletes what waits for it. The records are told first: a crash between leaves a file that the next run finds. */
  async finish(): Promise<void> {
    const batch = this.#batch.filter(({ path }) => !this.#parts.inUse(path));
    this.#batch = [];
    if (batch.length === 0 || this.#stopped()) return;
    const held = await this.#parts.held(batch);
    for (const { path, bytes } of batch) if (held.has(path)) this.#keep(path, bytes);
    const files = batch.filter(({ path }) => !held.has(path));
    if (files.length === 0 || this.#stopped()) return;
    // a full disk takes no records, and is what the deletion is for
    await this.#parts.onDelete(files).catch((error: unknown) => {
      this.#parts.log.error({ err: error, files: files.length }, 'records still name deleted recordings');
    });
    for (const { path, bytes } of files) {
      if (this.#stopped()) return;
      await rm(path, { force: true });
      this.deleted++;
      this.freedBytes += bytes;
    }
  }

  /** All files below the folder, one by one; links are not followed. Folders that stand empty are removed. */
  async *#files(folder = this.#parts.folder): AsyncGenerator<RecordingFile> {
    const entries = await openFolder(folder);
    if (!entries) return;
    let empty = true;
    for await (const entry of entries as AsyncIterable<Dirent>) {
      if (this.#stopped()) return;
      empty = false;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* this.#files(path);
      else if (entry.isFile()) {
        const found = await look(path);
        if (found) yield found;
      }
    }
    if (empty && folder !== this.#parts.folder) await this.#removeEmpty(folder);
  }

  /** A folder that was made just now is about to be used. */
  async #removeEmpty(folder: string): Promise<void> {
    const { mtimeMs } = await lstat(folder);
    if (this.#parts.clock.now() - mtimeMs > DAY_MS) await rmdir(folder).catch(() => {});
  }
}

function hourOf({ mtimeMs }: RecordingFile): number {
  return Math.floor(mtimeMs / HOUR_MS);
}

/** Undefined when there is no such folder. */
async function openFolder(folder: string): Promise<Dir | undefined> {
  try {
    return await opendir(folder, { bufferSize: ENTRIES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined when it has gone meanwhile. */
async function look(path: string): Promise<RecordingFile | undefined> {
  try {
    const { size, mtimeMs } = await lstat(path);
    return { path, bytes: size, mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
