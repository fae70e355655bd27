import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Timer } from './clock.ts';

/** Quiet time after the last change before it is told: editors write a file in several steps. */
const SETTLE_MS = 100;

/** Tells when a file that concerns its owner changed in one of its folders. The process may end while it watches. */
export class FolderWatch {
  readonly #clock: Clock;
  readonly #concerns: (name: string) => boolean;
  readonly #onChange: () => void;
  readonly #onLost: (error: Error) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #settling: Timer | undefined;

  /** `concerns`: whether a change of the file of this name, within its folder, is told. */
  constructor(
    clock: Clock,
    concerns: (name: string) => boolean,
    onChange: () => void,
    onLost: (error: Error) => void,
  ) {
    this.#clock = clock;
    this.#concerns = concerns;
    this.#onChange = onChange;
    this.#onLost = onLost;
  }

  /** Watches a folder too; nothing when it is watched already. */
  add(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, { persistent: false }, (_, file) => {
      if (file !== null && !this.#concerns(file)) return;
      this.#settling?.cancel();
      this.#settling = this.#clock.after(SETTLE_MS, this.#onChange);
    });
    watcher.on('error', (error) => {
      this.#watchers.delete(folder);
      watcher.close();
      this.#onLost(error);
    });
    this.#watchers.set(folder, watcher);
  }

  /** Idempotent. */
  close(): void {
    this.#settling?.cancel();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
