import { Worker } from 'node:worker_threads';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { AreaParts, AreaTable } from './area-table.ts';
import { coverageText } from './segments.ts';

/**
 * Puts another segment table in the place of `table` while calls run: an import shows within a second, without a restart.
 * A file with a mistake is refused and logged; the table stays as it was.
 */
export class AreaReload {
  readonly #table: AreaTable;
  readonly #logger: Logger;
  #worker: Worker | undefined;

  constructor(table: AreaTable, logger: Logger) {
    this.#table = table;
    this.#logger = logger;
  }

  /** Loads `file`; undefined: the table of libphonenumber alone. The newest wins: a load under way is given up. */
  load(file: string | undefined): void {
    void this.#worker?.terminate();
    const worker = new Worker(new URL('./area-worker.ts', import.meta.url), { workerData: file });
    this.#worker = worker;
    worker.once('message', (parts: AreaParts) => {
      if (worker !== this.#worker) return;
      this.#table.take(parts);
      this.#logger.info({ file }, coverageText(this.#table));
    });
    worker.once('error', (thrown) => {
      const { message } = asError(thrown);
      this.#logger.error({ file, error: message }, 'segment table refused; the old one stays');
    });
  }

  /** Ends the thread that loads. Idempotent. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
