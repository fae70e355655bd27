import { rm, stat } from 'node:fs/promises';
import type { Clock } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Store } from '../store/store.ts';
import { Compressor } from './compressor.ts';
import { type Compression, Ffmpeg } from './ffmpeg.ts';
import type { KeptRecording, RecordingShelf } from './recording.ts';
import { type RecordingFile, Retention } from './retention.ts';

/** After a crash or a stop, recordings of calls so young are looked at again. */
const CATCH_UP_MS = 48 * 3_600_000;

/** A file's age is that of the talk's end; its record is found by the call's start. */
const LONGEST_CALL_MS = 24 * 3_600_000;

export interface RecordingArchiveParts {
  readonly folder: string;
  readonly keepDays?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly compress: 'none' | Compression;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Pick<Store, 'journal' | 'cdrs' | 'recordings' | 'upkeep'>;
  /** Default: the one that is installed. */
  readonly ffmpeg?: string;
}

/** The recordings on disk after their calls: compressed, and deleted when they are old. */
export class RecordingArchive implements RecordingShelf {
  readonly #parts: RecordingArchiveParts;
  readonly #writing = new Set<string>();
  readonly #retention: Retention;
  #compressor: Compressor | undefined;
  #catchUp: Promise<void> | undefined;
  #closed = false;

  constructor(parts: RecordingArchiveParts) {
    this.#parts = parts;
    const { folder, keepDays, maxBytes, clock, log } = parts;
    const inUse = (file: string) => this.#writing.has(file) || (this.#compressor?.uses(file) ?? false);
    const held = (files: readonly RecordingFile[]) => this.#heldOf(files);
    const onDelete = (files: readonly RecordingFile[]) => this.#markDeleted(files);
    this.#retention = new Retention({ folder, keepDays, maxBytes, clock, log, inUse, held, onDelete });
  }

  /** Without ffmpeg recordings stay WAV, and that is logged: no reason not to take calls. */
  async start(): Promise<void> {
    const { compress, keepDays, maxBytes } = this.#parts;
    if (compress !== 'none') await this.#startCompressing(compress);
    if (keepDays !== undefined || maxBytes !== undefined) this.#retention.start();
  }

  begin(file: string): void {
    this.#writing.add(file);
  }

  end(file: string): void {
    this.#writing.delete(file);
  }

  keep(recording: KeptRecording): void {
    this.#compressor?.add(recording);
  }

  /** Resolves when the deletion of old recordings is not under way. */
  retained(): Promise<void> {
    return this.#retention.idle();
  }

  /** Resolves when nothing waits to be compressed. */
  async idle(): Promise<void> {
    await this.#catchUp;
    await this.#compressor?.idle();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#retention.close(), this.#compressor?.close(), this.#catchUp]);
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

  async #startCompressing(compression: Compression): Promise<void> {
    const { clock, log, store } = this.#parts;
    let ffmpeg: Ffmpeg;
    try {
      ffmpeg = await Ffmpeg.find(clock, compression, this.#parts.ffmpeg);
    } catch (error) {
      const reason = asError(error).message;
      log.warn({ reason }, 'recordings stay WAV: install ffmpeg, or set recording.compress to none');
      return;
    }
    const compressor = new Compressor({
      ffmpeg,
      log,
      replace: async (replacement) => {
        // the call has ended, but its record may still be on its way
        await store.journal.flush();
        return store.recordings.replace(replacement, clock.now());
      },
    });
    this.#compressor = compressor;
    this.#catchUp = this.#findUncompressed(compressor, ffmpeg).catch((error: unknown) => {
      log.error({ err: error }, 'recordings of the last run were not looked at');
    });
  }

  /** What the end of the last run left: WAV files, and those whose record names the compressed file already. */
  async #findUncompressed(compressor: Compressor, ffmpeg: Ffmpeg): Promise<void> {
    const { clock, store } = this.#parts;
    const to = clock.now();
    let before: string | undefined;
    do {
      const page = await store.cdrs.query({
        from: to - CATCH_UP_MS,
        to,
        limit: 100,
        ...(before ? { before } : {}),
      });
      for (const { callId, startedAt, recordings } of page.cdrs) {
        for (const { file } of recordings) {
          if (this.#closed) return;
          const wav = file.replace(/\.[^.]+$/, '.wav');
          if (!(await exists(wav))) continue;
          if (file === wav) compressor.add({ callId, startedAt, file });
          else if (file === ffmpeg.nameFor(wav) && (await exists(file))) await rm(wav, { force: true });
        }
      }
      before = page.next;
    } while (before !== undefined);
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
