import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What is written into a file; in parts where it is large, so that no turn of the loop is long. */
export type FileContent = string | Uint8Array | AsyncIterable<string | Uint8Array>;

const NOT_THERE = new Set<string | undefined>(['ENOENT', 'ENOTDIR']);

/** The files that jobs leave, each for its owner only (0600), in a folder of their own. */
export class JobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes one in place of what was there; resolves with its bytes when it is on the disk. */
  async write(name: string, content: FileContent): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.pathOf(name);
    const handle = await open(file, 'w', 0o600);
    try {
      // The mode counts for a new file only.
      await chmod(file, 0o600);
      const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      for await (const part of parts) await handle.writeFile(part);
      await handle.sync();
      return (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  }

  /** Undefined: there is none here. */
  async read(name: string): Promise<Readable | undefined> {
    try {
      // Open before it is given out: it may be removed meanwhile.
      return (await open(this.pathOf(name))).createReadStream();
    } catch (error) {
      if (NOT_THERE.has((error as NodeJS.ErrnoException).code)) return undefined;
      throw error;
    }
  }

  /** Removes those that were written before; ms since 1970. */
  async drop(before: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const file = this.pathOf(name);
      const { mtimeMs } = await stat(file);
      if (mtimeMs < before) await rm(file, { force: true });
    }
  }

  /** Where one is, or would be. */
  pathOf(name: string): string {
    // Ids are ours: nothing of a request becomes a path.
    return join(this.#folder, name);
  }
}
