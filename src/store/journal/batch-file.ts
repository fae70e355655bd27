import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';

/** Read at once; a longer line is read in pieces of it. */
const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;
const NOTHING = { from: 0, bytes: Buffer.alloc(0) };

/**
 * A file of lines that are taken from its front and added at its end, whole or not at all. It is made with the first
 * line, for the owner only, and removed when it is cleared. One question at a time.
 */
export class BatchFile {
  readonly path: string;
  #handle: FileHandle | undefined;
  #bytes = 0;
  #front = 0;
  /** What was read last: the lines in it are taken without the disk. */
  #read = NOTHING;

  constructor(path: string) {
    this.path = path;
  }

  /** Of the lines in it, those that were taken included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of the lines that were taken. */
  get takenBytes(): number {
    return this.#front;
  }

  /** No line has been taken. */
  get isUntaken(): boolean {
    return this.#front === 0;
  }

  /** Opens what another process left, for reading; false: there is nothing. A line without its end was never whole. */
  async reopen(): Promise<boolean> {
    try {
      this.#handle = await open(this.path, constants.O_RDONLY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    this.#bytes = (await this.#handle.stat()).size;
    return true;
  }

  /** Adds lines, each with its end. Rejects when the disk does not take them; then none of them is there. */
  async append(lines: string): Promise<void> {
    this.#handle ??= await open(this.path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
    const bytes = Buffer.from(lines);
    try {
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, written, undefined, this.#bytes + written);
        written += bytesWritten;
      }
    } catch (error) {
      // The part that was written must not stand before the next line.
      await this.#handle.truncate(this.#bytes).catch(() => {});
      throw error;
    }
    this.#bytes += bytes.length;
  }

  /** The line at the front, without its end, which is taken out; undefined: there is none. */
  async take(): Promise<string | undefined> {
    const pieces: Buffer[] = [];
    for (let at = this.#front; this.#handle && at < this.#bytes; ) {
      const piece = this.#pieceAt(at) ?? (await this.#readPiece(this.#handle, at));
      // Somebody has cut the file.
      if (piece.length === 0) return undefined;
      const end = piece.indexOf(LINE_FEED);
      pieces.push(end < 0 ? piece : piece.subarray(0, end));
      at += end < 0 ? piece.length : end + 1;
      if (end < 0) continue;
      this.#front = at;
      return Buffer.concat(pieces).toString();
    }
    return undefined;
  }

  /** What has been read from there on; undefined: nothing. */
  #pieceAt(at: number): Buffer | undefined {
    const { from, bytes } = this.#read;
    return at >= from && at < from + bytes.length ? bytes.subarray(at - from) : undefined;
  }

  async #readPiece(handle: FileHandle, from: number): Promise<Buffer> {
    const length = Math.min(CHUNK_BYTES, this.#bytes - from);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
    this.#read = { from, bytes: buffer.subarray(0, bytesRead) };
    return this.#read.bytes;
  }

  /** Removes the file. */
  async clear(): Promise<void> {
    this.#bytes = 0;
    this.#front = 0;
    this.#read = NOTHING;
    try {
      await this.close();
    } finally {
      await rm(this.path, { force: true });
    }
  }

  /** Leaves it as it is. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
