import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import { bytesOf, type LeftFiles, lastNumberIn, stillThere } from './left-files.ts';
import { type LeftDatabase, storeLeft } from './store-left.ts';

/** How far it is, is said so often. */
const TELL_MS = 10_000;

/** Call events that earlier processes of this node left in files, to be stored while calls are served again. */
export class LeftEvents {
  /** Number of their last batch: those of this process come after it. */
  readonly lastBatch: number;
  #processes: readonly LeftFiles[];
  #bytes: number;
  #stored = 0;
  #isTold = false;

  static async in(processes: readonly LeftFiles[]): Promise<LeftEvents> {
    const numbers = await Promise.all(processes.flat().map(lastNumberIn));
    return new LeftEvents(processes, Math.max(0, ...numbers));
  }

  private constructor(processes: readonly LeftFiles[], lastBatch: number) {
    this.#processes = processes;
    this.lastBatch = lastBatch;
    this.#bytes = bytesOf(processes.flat());
  }

  /** That are not in the database yet. */
  get bytes(): number {
    return this.#bytes - this.#stored;
  }

  /**
   * Stores them in their order and closes the calls that the processes left open. When it rejects, for a file cannot be read now, it
   * can be called again.
   */
  async store(
    database: LeftDatabase,
    { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  ): Promise<void> {
    const since = clock.monotonic();
    let toldAt = since;
    this.#processes = stillThere(this.#processes);
    this.#bytes = bytesOf(this.#processes.flat());
    this.#stored = 0;
    if (!this.#isTold) {
      logger.warn(
        { bytes: this.#bytes },
        'call events of before the start are being stored; calls are served',
      );
    }
    this.#isTold = true;
    const onStored = (bytes: number) => {
      this.#stored = bytes;
      if (clock.monotonic() - toldAt < TELL_MS) return;
      toldAt = clock.monotonic();
      logger.info({ bytes, of: this.#bytes }, 'call events of before the start are being stored');
    };
    const report = await storeLeft(database, this.#processes, { logger, onStored });
    const lastedMs = Math.round(clock.monotonic() - since);
    logger.warn({ ...report, lastedMs }, 'call events of before the start are in the database');
  }
}
