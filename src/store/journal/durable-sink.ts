import type { Clock, Timer } from '../../shared/clock.ts';
import { asError, ClosedError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { StoreError } from '../store.ts';
import type { JournalSink, PackedBatch, Waiting } from './journal-writer.ts';
import type { LeftEvents } from './left-events.ts';
import type { LeftDatabase } from './store-left.ts';
import type { WaitingBatches } from './waiting-batches.ts';

/** A database that is silent for so long is not waited for: calls are answered meanwhile. */
const PATIENCE_MS = 500;
/** A disk that is silent for so long takes nothing. */
const DISK_MS = 1000;
/** One that has answered after all is slow: it is waited for twice as long as that took, and at most so long, for calls wait meanwhile. */
const SLOW_DISK_MS = 10_000;
/** What the database refused is offered again after this. */
const RETRY_MS = 1000;

const LEFT_STAYS = 'call events of before the last start wait still: the next start goes on storing them';

export interface DurableSinkParts {
  readonly database: LeftDatabase;
  readonly waiting: WaitingBatches;
  /** What earlier processes left in files, which comes first. Default: nothing. */
  readonly left?: LeftEvents | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Where batches outlive the process: in the database, or, while that cannot be written, in a file from which they follow
 * in their order.
 *
 * ```
 * direct --refused, or silent for 500 ms--> waiting: what comes is added to the file --the file is empty--> direct
 * ```
 *
 * After a start it is waiting as long as what earlier processes left is not stored.
 */
export class DurableSink implements JournalSink {
  readonly #parts: DurableSinkParts;
  /** Ends the pause before the next try. */
  #retry: { readonly timer: Timer; readonly go: () => void } | undefined;
  /** Who wants to know when all is in the database. */
  #waiters: PromiseWithResolvers<void>[] = [];
  /** How long the disk may be silent. */
  #diskMs = DISK_MS;
  #isFailing = false;
  #isDraining = false;
  #alarm: 'none' | 'half' | 'full' = 'none';
  #isClosed = false;
  /** Of earlier processes; undefined: nothing is left of them. */
  #left: LeftEvents | undefined;
  #leftIsOver: Promise<void> | undefined;
  #isEnding = false;
  #closedCalls = 0;

  constructor(parts: DurableSinkParts) {
    this.#parts = parts;
    this.#left = parts.left;
    if (this.#left) this.#leftIsOver = this.#storeLeft(this.#left);
  }

  get waiting(): Waiting {
    const { bytes: own, maxBytes, damaged } = this.#parts.waiting;
    const bytes = own + (this.#left?.bytes ?? 0);
    const away = bytes > 0 || this.#left !== undefined;
    return { away, bytes, maxBytes, damaged, isFull: this.#isFailing && bytes >= maxBytes };
  }

  /** Calls that earlier processes left open, closed when what they left in files was stored. */
  get closedCalls(): number {
    return this.#closedCalls;
  }

  /** Resolves when the batch is in the database or in the file. */
  async write(batch: PackedBatch): Promise<void> {
    const { database, waiting } = this.#parts;
    if (this.#left || !waiting.isEmpty) {
      await this.#keep(batch);
      // A disk that was silent may have taken after all what was given up.
      this.#startDrain();
      return;
    }
    const stored = database.write(batch);
    if (await this.#succeeds(stored, PATIENCE_MS)) return;
    try {
      await this.#keep(batch);
    } catch (error) {
      // What is under way may still come to something, and must not come twice at the same time.
      if (await this.#succeeds(stored)) return;
      throw error;
    }
    void this.#drain(stored.then(() => batch.number));
  }

  /** Resolves when all is in the database, and no file holds anything any more. */
  async drained(): Promise<void> {
    const { waiting } = this.#parts;
    if (this.#isClosed) return;
    if (this.#left && this.#isEnding) throw new StoreError(LEFT_STAYS);
    if (!this.#left && waiting.isEmpty) return void (await waiting.settled);
    const waiter = Promise.withResolvers<void>();
    this.#waiters.push(waiter);
    this.#retry?.go();
    await waiter.promise;
    await waiting.settled;
  }

  /** Stores no more of what earlier processes left than what is on its way: the next start does. Before the end. */
  async stopLeft(): Promise<void> {
    this.#isEnding = true;
    this.#retry?.go();
    await this.#leftIsOver;
    if (this.#left) this.#tell(new StoreError(LEFT_STAYS));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stopLeft();
    await this.#parts.waiting.close();
  }

  async #storeLeft(left: LeftEvents): Promise<void> {
    const { database, clock, logger } = this.#parts;
    const insisting: LeftDatabase = {
      write: (batch) => this.#insist(() => database.write(batch)),
      resume: (mark) => this.#insist(() => database.resume(mark)),
      recover: async () => {
        const recovered = await this.#insist(() => database.recover());
        this.#closedCalls += recovered.calls;
        return recovered;
      },
    };
    while (this.#left && !this.#isEnding) {
      try {
        await left.store(insisting, { clock, logger });
        this.#left = undefined;
      } catch (error) {
        if (this.#isEnding) return;
        // A file that cannot be read now.
        this.#fail(asError(error));
        await this.#pause();
      }
    }
    if (this.#left) return;
    if (this.#parts.waiting.isEmpty) this.#tell();
    else this.#startDrain();
  }

  /** Tries until it succeeds. Rejects with ClosedError at the end. */
  async #insist<Result>(work: () => Promise<Result>): Promise<Result> {
    while (!this.#isEnding) {
      const done = work();
      if (await this.#succeeds(done)) return await done;
      await this.#pause();
    }
    throw new ClosedError('the store');
  }

  #startDrain(): void {
    if (!this.#left && !this.#isDraining) void this.#drain(this.#storeFirst(true));
  }

  async #keep(batch: PackedBatch): Promise<void> {
    const { waiting, clock } = this.#parts;
    const began = clock.monotonic();
    const kept = waiting.append(batch);
    if (!(await this.#isOver(kept, this.#diskMs))) {
      void kept.then(
        () => this.#onSlow(clock.monotonic() - began),
        () => {},
      );
      throw new StoreError(`the disk has not answered for ${this.#diskMs} ms`);
    }
    await kept;
    this.#watch();
  }

  /** What had been given up is in the file after all. */
  #onSlow(tookMs: number): void {
    const patienceMs = Math.min(SLOW_DISK_MS, Math.round(2 * tookMs));
    if (patienceMs <= this.#diskMs) return;
    this.#diskMs = patienceMs;
    const fields = { tookMs: Math.round(tookMs), patienceMs };
    this.#parts.logger.warn(fields, 'the disk of the call journal is slow: it is waited for from now on');
  }

  /** Stores what waits, from the front. `stored`: the first try, which is under way or over; gives the batch's number. */
  async #drain(stored: Promise<number>): Promise<void> {
    const { waiting, clock, logger } = this.#parts;
    const since = clock.monotonic();
    this.#isDraining = true;
    let batches = 0;
    for (;;) {
      if (await this.#succeeds(stored)) {
        batches += waiting.shift(await stored);
      } else await this.#pause();
      if (this.#isClosed || waiting.isEmpty) break;
      // The first one may be in the database already, under its own number.
      stored = this.#storeFirst(batches === 0);
    }
    this.#isDraining = false;
    if (waiting.isEmpty) {
      const lastedMs = Math.round(clock.monotonic() - since);
      logger.warn({ batches, lastedMs }, 'the call journal is in the database again');
      this.#watch();
    }
    this.#tell();
  }

  async #storeFirst(alone: boolean): Promise<number> {
    const batch = await this.#parts.waiting.first(alone);
    await this.#parts.database.write(batch);
    return batch.number;
  }

  /** Whether the database took a batch; false also when it was silent for `limitMs`. */
  async #succeeds(stored: Promise<unknown>, limitMs?: number): Promise<boolean> {
    let error: Error | undefined;
    const over = stored.then(
      () => {},
      (reason: unknown) => {
        error = asError(reason);
      },
    );
    if (limitMs === undefined) await over;
    else if (!(await this.#isOver(over, limitMs))) error = new Error(`no answer in ${limitMs} ms`);
    if (error) this.#fail(error);
    else this.#isFailing = false;
    return error === undefined;
  }

  async #isOver(work: Promise<unknown>, limitMs: number): Promise<boolean> {
    let timer: Timer | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = this.#parts.clock.after(limitMs, () => resolve(false));
    });
    const done = work.then(
      () => true,
      () => true,
    );
    const isOver = await Promise.race([done, late]);
    timer?.cancel();
    return isOver;
  }

  #fail({ message }: Error): void {
    if (!this.#isFailing) {
      const where = 'what happens waits in a file';
      this.#parts.logger.error({ error: message }, `the call journal cannot be written: ${where}`);
    }
    this.#isFailing = true;
    this.#tell(new StoreError(`the call journal cannot be written: ${message}`));
  }

  async #pause(): Promise<void> {
    if (this.#isClosed || (this.#left && this.#isEnding)) return;
    await new Promise<void>((resolve) => {
      const timer = this.#parts.clock.after(RETRY_MS, resolve);
      const go = () => {
        timer.cancel();
        resolve();
      };
      this.#retry = { timer, go };
    });
    this.#retry = undefined;
  }

  #tell(error?: StoreError): void {
    for (const { resolve, reject } of this.#waiters.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }

  /** Says how full the file is, once each. */
  #watch(): void {
    const { bytes, maxBytes } = this.#parts.waiting;
    const alarm = bytes < maxBytes / 2 ? 'none' : this.waiting.isFull ? 'full' : 'half';
    if (alarm === this.#alarm) return;
    const { logger } = this.#parts;
    if (alarm === 'half') logger.error({ bytes, maxBytes }, 'the file of the call journal is half full');
    if (alarm === 'full') {
      logger.error({ bytes, maxBytes }, 'the file of the call journal is full: new calls are refused');
    }
    this.#alarm = alarm;
  }
}
