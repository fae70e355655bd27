import { type Stats, unwatchFile, watchFile } from 'node:fs';

/** How often the file is looked at: it stands in a folder that databases write to all the time. */
const LOOK_MS = 2000;

/** Tells when a file came or changed, within seconds. The process may end while it watches. */
export class FileWatch {
  readonly #file: string;
  readonly #onStat: (now: Stats, before: Stats) => void;

  constructor(file: string, onChange: () => void) {
    this.#file = file;
    this.#onStat = (now, before) => {
      if (now.mtimeMs !== before.mtimeMs) onChange();
    };
    watchFile(file, { interval: LOOK_MS, persistent: false }, this.#onStat);
  }

  /** Idempotent. */
  close(): void {
    unwatchFile(this.#file, this.#onStat);
  }
}
