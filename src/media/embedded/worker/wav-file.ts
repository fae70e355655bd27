import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WAV_HEADER_BYTES, wavHeader } from '../../../rtp/wav.ts';
import { asError, PbxError } from '../../../shared/errors.ts';

/** A disk that takes no data for so long has failed: chunks of half a second. */
const MAX_WAITING_CHUNKS = 40;

/**
 * A WAV file (PCM16) that grows while it is written. Each chunk is followed by the header that counts it, so that the
 * file is valid at every moment, also after `kill -9`. Writing never blocks; the first error ends it.
 */
export class WavFile {
  /** Bytes of samples that are on disk and counted by the header. */
  bytes = 0;
  /** What ended the writing early. */
  error: Error | undefined;
  readonly #path: string;
  readonly #channels: 1 | 2;
  readonly #onError: () => void;
  readonly #waiting: Buffer[] = [];
  #file: FileHandle | undefined;
  #work: Promise<void>;

  /** @param onError called once, when the file cannot be opened or written */
  constructor(path: string, channels: 1 | 2, onError: () => void) {
    this.#path = path;
    this.#channels = channels;
    this.#onError = onError;
    this.#work = this.#guard(() => this.#open());
  }

  /** Takes a chunk to be written; it must not be changed any more. */
  write(chunk: Buffer): void {
    if (this.error) return;
    if (this.#waiting.length >= MAX_WAITING_CHUNKS) {
      this.#fail(new PbxError('disk-slow', `${this.#path}: the disk takes no more data`));
      return;
    }
    this.#waiting.push(chunk);
    this.#work = this.#work.then(() => this.#guard(() => this.#writeNext()));
  }

  /** Waits until all is on disk and closes the file. */
  async close(): Promise<void> {
    await this.#work;
    await this.#file?.close().catch((error: unknown) => this.#fail(error));
    this.#file = undefined;
  }

  async #open(): Promise<void> {
    this.#file = await openWithFolders(this.#path);
    await this.#file.write(wavHeader('pcm16', this.#channels, 0), 0, WAV_HEADER_BYTES, 0);
  }

  async #writeNext(): Promise<void> {
    const chunk = this.#waiting.shift();
    if (!chunk || !this.#file) return;
    await writeAll(this.#file, chunk, WAV_HEADER_BYTES + this.bytes);
    await this.#file.write(
      wavHeader('pcm16', this.#channels, this.bytes + chunk.length),
      0,
      WAV_HEADER_BYTES,
      0,
    );
    this.bytes += chunk.length;
  }

  async #guard(step: () => Promise<void>): Promise<void> {
    if (this.error) return;
    try {
      await step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.error) return;
    this.error = asError(error);
    this.#waiting.length = 0;
    this.#onError();
  }
}

/** A write may take fewer bytes than given (disk nearly full): the next one then says why. */
async function writeAll(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

async function openWithFolders(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(path));
    return open(path, 'w', 0o600);
  }
}

/** Not `mkdir` with `recursive`: below /proc Node's own never returns (ENOENT again and again). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return;
    if (!isCode(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, 0o700).catch((again: unknown) => {
      if (!isCode(again, 'EEXIST')) throw again;
    });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
