import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from './clock.ts';
import { PbxError } from './errors.ts';
import type { IdSource } from './ids.ts';

export const MAX_UPLOAD_BYTES = 50 * 1024 ** 2;
/** Under way at once, of one company and in all. */
const MAX_OF_COMPANY = 2;
const MAX_UPLOADS = 8;
/** An upload that sends nothing for so long, or takes so long in all, is cut. */
const IDLE_MS = 15_000;
const LIMIT_MS = 10 * 60_000;
/** What nobody took further stays no longer: its job was cancelled before it began. */
const KEPT_MS = 86_400_000;

export interface UploadFolderParts {
  readonly folder: string;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
}

/** Where files that people send are until they are worked at: 0600, by names of our own. */
export class UploadFolder {
  readonly #parts: UploadFolderParts;
  /** By company. */
  readonly #open = new Map<string, number>();

  constructor(parts: UploadFolderParts) {
    this.#parts = parts;
  }

  /** Makes the folder; what another process left in it goes. */
  async prepare(): Promise<void> {
    await rm(this.#parts.folder, { recursive: true, force: true });
    await mkdir(this.#parts.folder, { recursive: true, mode: 0o700 });
  }

  /** A name in it that nobody has. */
  newPath(): string {
    return join(this.#parts.folder, this.#parts.ids.token());
  }

  /**
   * Writes what is sent to a new file, as it comes; returns its path. Throws PbxError `too-large`, `too-slow`, `too-many-requests`, and what the stream
   * throws when the sender goes; then there is no file.
   */
  async receive(tenant: string, sent: Readable): Promise<string> {
    const ofCompany = this.#open.get(tenant) ?? 0;
    const inAll = [...this.#open.values()].reduce((sum, each) => sum + each, 0);
    if (ofCompany >= MAX_OF_COMPANY || inAll >= MAX_UPLOADS)
      throw new PbxError('too-many-requests', 'other uploads are under way: wait until one of them is over');
    this.#open.set(tenant, ofCompany + 1);
    const path = this.newPath();
    try {
      await this.#sweep();
      await this.#write(sent, path);
      return path;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      const left = this.#open.get(tenant)! - 1;
      if (left > 0) this.#open.set(tenant, left);
      else this.#open.delete(tenant);
    }
  }

  async #write(sent: Readable, path: string): Promise<void> {
    const { clock } = this.#parts;
    const late = new AbortController();
    const cut = (why: string) => () => late.abort(new PbxError('too-slow', why));
    const whole = clock.after(LIMIT_MS, cut(`the upload took longer than ${LIMIT_MS / 60_000} minutes`));
    const idle = () => clock.after(IDLE_MS, cut(`nothing was sent for ${IDLE_MS / 1000} s`));
    let waiting = idle();
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(
        sent,
        async function* (chunks: AsyncIterable<Buffer>) {
          let bytes = 0;
          for await (const chunk of chunks) {
            waiting.cancel();
            bytes += chunk.length;
            if (bytes > MAX_UPLOAD_BYTES)
              throw new PbxError('too-large', `a file may have ${MAX_UPLOAD_BYTES / 1024 ** 2} MB`);
            yield chunk;
            waiting = idle();
          }
        },
        file,
        { signal: late.signal },
      );
    } catch (error) {
      throw late.signal.aborted ? late.signal.reason : error;
    } finally {
      whole.cancel();
      waiting.cancel();
    }
  }

  async #sweep(): Promise<void> {
    const { folder, clock } = this.#parts;
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (mtimeMs < clock.now() - KEPT_MS) await rm(path, { force: true });
    }
  }
}
