import { resolve } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { asError, ConfigError } from '../../shared/errors.ts';
import { FolderWatch } from '../../shared/folder-watch.ts';
import type { Logger } from '../../shared/logger.ts';
import { importedFolders } from './fresh-imports.ts';

/** Loads a folder of hotlines anew whenever a file of it changes; what has mistakes is refused, and the old plans stay. */
export class DialplanWatch {
  readonly #dir: string;
  readonly #logger: Logger;
  /** Resolves with how many hotlines there are. */
  readonly #load: () => Promise<number>;
  readonly #watch: FolderWatch;
  #reloading = Promise.resolve();
  #isClosed = false;

  constructor(
    dir: string,
    { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
    load: () => Promise<number>,
  ) {
    this.#dir = resolve(dir);
    this.#logger = logger;
    this.#load = load;
    const onLost = ({ message }: Error) =>
      logger.warn({ error: message }, 'a folder of dialplans is not watched any more');
    this.#watch = new FolderWatch(clock, isTypeScript, () => this.#reload(), onLost);
    this.#watchFolders();
  }

  close(): void {
    this.#isClosed = true;
    this.#watch.close();
  }

  /** One load after the other: the last change wins. */
  #reload(): void {
    this.#reloading = this.#reloading.then(async () => {
      try {
        this.#logger.info({ hotlines: await this.#load() }, 'dialplans loaded anew');
      } catch (error) {
        const text = error instanceof ConfigError ? error.toString() : asError(error).stack;
        this.#logger.error({ error: text }, 'new dialplans refused; the old ones stay');
      }
      if (!this.#isClosed) this.#watchFolders();
    });
  }

  #watchFolders(): void {
    for (const folder of [this.#dir, ...importedFolders(this.#dir)]) this.#watch.add(folder);
  }
}

const isTypeScript = (name: string) => name.endsWith('.ts');
