import { Worker } from 'node:worker_threads';
import { asError } from '../shared/errors.ts';
import { FileWatch } from '../shared/file-watch.ts';
import type { Logger } from '../shared/logger.ts';
import type { AreaParts, AreaTable } from './area-table.ts';
import { coverageText } from './segments.ts';

/**
 * Keeps `table` as the file says while calls run: an import shows within seconds, without a restart. A file with a
 * mistake is refused and logged; the table stays as it was.
 */
export class AreaReload {
  readonly #table: AreaTable;
  readonly #file: string;
  readonly #logger: Logger;
  readonly #watch: FileWatch;
  #worker: Worker | undefined;

  constructor(table: AreaTable, file: string, logger: Logger) {
    this.#table = table;
    this.#file = file;
    this.#logger = logger;
    this.#watch = new FileWatch(file, () => this.#load());
  }

  /** Stops watching and ends the thread that loads. Idempotent. */
  async close(): Promise<void> {
    this.#watch.close();
    await this.#worker?.terminate();
  }

  /** The newest file wins: a load under way is given up. */
  #load(): void {
    void this.#worker?.terminate();
    const worker = new Worker(new URL('./area-worker.ts', import.meta.url), { workerData: this.#file });
    this.#worker = worker;
    worker.once('message', (parts: AreaParts) => {
      if (worker !== this.#worker) return;
      this.#table.take(parts);
      this.#logger.info({ file: this.#file }, coverageText(this.#table));
    });
    worker.once('error', (thrown) => {
      const { message } = asError(thrown);
      this.#logger.error({ file: this.#file, error: message }, 'segment table refused; the old one stays');
    });
  }
}
