import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Timer } from '../../shared/clock.ts';

/** Quiet time after the last change before it is told: editors write a file in several steps. */
const SETTLE_MS = 100;

/** Tells when a TypeScript file changed in one of its folders. The process may end while it watches. */
export class FolderWatch {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #onLost: (error: Error) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #settling: Timer | undefined;

  constructor(clock: Clock, onChange: () => void, onLost: (error: Error) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#onLost = onLost;
  }

  /** Watches a folder too; nothing when it is watched already. */
  add(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, { persistent: false }, (_, file) => {
      if (file !== null && !file.endsWith('.ts')) return;
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
