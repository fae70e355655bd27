import { rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { asError, PbxError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { RecordingReplacement, Store } from '../store/store.ts';
import { Compressor } from './compressor.ts';
import { FarFiles } from './far-files.ts';
import { type Compression, Ffmpeg } from './ffmpeg.ts';
import { Mover } from './mover.ts';
import type { Peaks } from './peak-folder.ts';
import { PeakMaker } from './peaks.ts';
import type { KeptRecording, RecordingShelf } from './recording.ts';
import { type RecordingFile, Retention } from './retention.ts';
import { farAudio, localAudio, type StoredAudio } from './stored-audio.ts';

/** After a crash or a stop, recordings of calls so young are looked at again. */
const CATCH_UP_MS = 48 * 3_600_000;

/** A file's age is that of the talk's end; its record is found by the call's start. */
const LONGEST_CALL_MS = 24 * 3_600_000;

export interface RecordingArchiveParts {
  readonly folder: string;
  readonly keepDays?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly compress: 'none' | Compression;
  /** Recordings are moved there after their calls; undefined: they stay. */
  readonly moveTo?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Pick<Store, 'journal' | 'cdrs' | 'recordings' | 'upkeep'>;
  /** Default: the one that is installed. */
  readonly ffmpeg?: string;
}

/** As long a folder that recordings are moved to may be away while the PBX is started anew. */
const MOVE_CATCH_UP_MS = 7 * 24 * 3_600_000;

/** Who listens does not wait longer for a folder that recordings are moved to. */
const LISTEN_MS = 10_000;

/** The recordings on disk after their calls: compressed, moved, and deleted when they are old. */
export class RecordingArchive implements RecordingShelf {
  readonly #parts: RecordingArchiveParts;
  readonly #writing = new Set<string>();
  readonly #retention: Retention;
  readonly #far: FarFiles | undefined;
  /** Who listens does not wait for what is being moved. */
  readonly #farAudio: FarFiles | undefined;
  readonly #mover: Mover | undefined;
  readonly #peaks: PeakMaker;
  #compressor: Compressor | undefined;
  #catchUp: Promise<void> | undefined;
  #closed = false;

  constructor(parts: RecordingArchiveParts) {
    this.#parts = parts;
    const { folder, keepDays, maxBytes, clock, log } = parts;
    this.#peaks = new PeakMaker(clock);
    const held = (files: readonly RecordingFile[]) => this.#heldOf(files);
    const onDelete = (files: readonly RecordingFile[]) => this.#markDeleted(files);
    const { moveTo } = parts;
    if (moveTo !== undefined) {
      this.#far = new FarFiles({ folder: moveTo, clock });
      this.#farAudio = new FarFiles({ folder: moveTo, clock, limitMs: LISTEN_MS });
      const replace = (replacement: RecordingReplacement) => this.#replace(replacement);
      this.#mover = new Mover({ folder, moveTo, far: this.#far, clock, log, replace });
    }
    this.#retention = new Retention({
      folder,
      keepDays,
      maxBytes,
      clock,
      log,
      inUse: (file) => this.uses(file),
      held,
      onDelete,
    });
  }

  /** Without ffmpeg recordings stay WAV, and that is logged: no reason not to take calls. */
  async start(): Promise<void> {
    const { compress, keepDays, maxBytes } = this.#parts;
    const ffmpeg = compress === 'none' ? undefined : await this.#startCompressing(compress);
    if (ffmpeg || this.#mover) this.#startCatchUp(ffmpeg);
    if (keepDays !== undefined || maxBytes !== undefined) this.#retention.start();
  }

  begin(file: string): void {
    this.#writing.add(file);
  }

  end(file: string): void {
    this.#writing.delete(file);
  }

  keep(recording: KeptRecording): void {
    if (this.#compressor) this.#compressor.add(recording);
    else this.#mover?.add(recording);
  }

  /** It is being written, or waits to be compressed or moved. */
  uses(file: string): boolean {
    return (
      this.#writing.has(file) || (this.#compressor?.uses(file) ?? false) || (this.#mover?.uses(file) ?? false)
    );
  }

  /** Audio of a recording or message wherever it is; undefined: it is not there. Rejects when its folder does not answer. */
  audio(file: string): Promise<StoredAudio | undefined> {
    return this.#farAudio?.has(file) ? farAudio(file, this.#farAudio) : localAudio(file);
  }

  /** Peaks of its audio; undefined: it is not on this machine, or was moved. Throws PbxError: `in-use` while it is written, compressed or moved; as {@link PeakMaker.of}. */
  async peaks(file: string): Promise<Peaks | undefined> {
    if (this.uses(file))
      throw new PbxError('in-use', 'it is being written, compressed or moved: try again later');
    return this.#farAudio?.has(file) ? undefined : await this.#peaks.of(file);
  }

  /** Resolves when the deletion of old recordings is not under way. */
  retained(): Promise<void> {
    return this.#retention.idle();
  }

  /** Recordings that wait to be moved: with a folder that does not answer there are more and more. */
  get waitingToMove(): number {
    return this.#mover?.waiting ?? 0;
  }

  /** Room where recordings are moved to, in bytes; undefined: they stay here. Rejects when that folder does not answer. */
  get farRoom(): (() => Promise<{ readonly freeBytes: number; readonly totalBytes: number }>) | undefined {
    const far = this.#far;
    return far && (() => far.room());
  }

  /** Deletes a recording or message wherever it is; false: it was not there. Rejects when its folder does not answer. */
  async delete(file: string): Promise<boolean> {
    if (this.#far?.has(file)) return await this.#far.remove(file);
    const wasThere = await exists(file);
    await rm(file, { force: true });
    await this.#peaks.forget(file);
    return wasThere;
  }

  /** Resolves when nothing waits to be compressed, and nothing is being moved. */
  async idle(): Promise<void> {
    await this.#catchUp;
    await this.#compressor?.idle();
    await this.#mover?.idle();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#farAudio?.close();
    await Promise.all([
      this.#peaks.close(),
      this.#retention.close(),
      this.#compressor?.close(),
      this.#mover?.close(),
      this.#catchUp,
    ]);
  }

  async #heldOf(files: readonly RecordingFile[]): Promise<ReadonlySet<string>> {
    const { upkeep } = this.#parts.store;
    const { from, to } = callsOf(files);
    return (await upkeep?.heldFiles(new Set(files.map(({ path }) => path)), from, to)) ?? new Set();
  }

  async #markDeleted(files: readonly RecordingFile[]): Promise<void> {
    await this.#parts.store.recordings.markDeleted({
      files: new Set(files.map(({ path }) => path)),
      ...callsOf(files),
      deletedAt: this.#parts.clock.now(),
    });
  }

  async #replace(replacement: RecordingReplacement): Promise<boolean> {
    const { clock, store } = this.#parts;
    // The call has ended, but its record may still be on its way.
    await store.journal.flush();
    return await store.recordings.replace(replacement, clock.now());
  }

  /** Undefined where there is no ffmpeg. */
  async #startCompressing(compression: Compression): Promise<Ffmpeg | undefined> {
    const { clock, log } = this.#parts;
    let ffmpeg: Ffmpeg;
    try {
      ffmpeg = await Ffmpeg.find(clock, compression, this.#parts.ffmpeg);
    } catch (error) {
      const reason = asError(error).message;
      log.warn({ reason }, 'recordings stay WAV: install ffmpeg, or set recording.compress to none');
      return undefined;
    }
    this.#compressor = new Compressor({
      ffmpeg,
      log,
      replace: (replacement) => this.#replace(replacement),
      onDone: (recording) => this.#mover?.add(recording),
    });
    return ffmpeg;
  }

  #startCatchUp(ffmpeg: Ffmpeg | undefined): void {
    this.#catchUp = this.#findUnfinished(ffmpeg).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'recordings of the last run were not looked at');
    });
  }

  /** What the end of the last run left. */
  async #findUnfinished(ffmpeg: Ffmpeg | undefined): Promise<void> {
    const { clock, store } = this.#parts;
    const to = clock.now();
    let before: string | undefined;
    do {
      const page = await store.cdrs.query({
        from: to - (this.#mover ? MOVE_CATCH_UP_MS : CATCH_UP_MS),
        to,
        limit: 100,
        ...(before ? { before } : {}),
      });
      for (const { callId, startedAt, recordings } of page.cdrs) {
        for (const { file, deletedAt } of recordings) {
          if (this.#closed) return;
          if (deletedAt === null) await this.#finish({ callId, startedAt, file }, ffmpeg);
        }
      }
      before = page.next;
    } while (before !== undefined);
  }

  /** WAV files, those whose record names the compressed or the moved one already, and those that were not moved. */
  async #finish(recording: KeptRecording, ffmpeg: Ffmpeg | undefined): Promise<void> {
    const { folder, moveTo } = this.#parts;
    const { file } = recording;
    if (moveTo !== undefined && this.#far?.has(file)) {
      // The record names the copy only when it is whole.
      await rm(join(folder, relative(moveTo, file)), { force: true });
      return;
    }
    const wav = file.replace(/\.[^.]+$/, '.wav');
    if (ffmpeg && file === wav && (await exists(wav))) {
      this.#compressor?.add(recording);
      return;
    }
    if (!(await exists(file))) return;
    if (ffmpeg && file === ffmpeg.nameFor(wav)) await rm(wav, { force: true });
    this.#mover?.add(recording);
  }
}

/** When the calls of these files arrived, at the earliest and before. */
function callsOf(files: readonly RecordingFile[]): { readonly from: number; readonly to: number } {
  const ends = files.map(({ mtimeMs }) => mtimeMs);
  return { from: Math.min(...ends) - LONGEST_CALL_MS, to: Math.max(...ends) + 1 };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
