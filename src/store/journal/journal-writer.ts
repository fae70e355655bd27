import type { Clock, Timer } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { JournalEvent } from '../events.ts';
import { type JournalStats, StoreError, type StoreJournal } from '../store.ts';
import { type Encoded, FlatEncoder, type FlatEvents, type FlatLayout } from './flat-events.ts';

/** Events reach the store at most this long after they happened. */
const FLUSH_MS = 50;
/** Events handed over at once: handing over takes this thread about a third of a microsecond each. */
const MAX_BATCH_EVENTS = 5000;
/** So many full batches behind the one that is being written mean a database slower than the calls: no more are taken in. */
const MAX_FULL_BATCHES = 10;
/** A flush that failed (disk full) is repeated after this. */
const RETRY_MS = 1000;
/** While calls are open the store hears from us this often, so that it knows when a crash was. */
const HEARTBEAT_MS = 1000;
/** And this often while none is: agents may be signed in, whose time a crash ends. */
const IDLE_HEARTBEAT_MS = 10_000;

/** Who waits until all events up to a place are durable. */
interface Waiter {
  readonly place: number;
  /** Without an error when they are, or when waiting is over. */
  settle(error?: StoreError): void;
}

/** What is handed to the store at once. */
export interface EventBatch {
  /** Counts up, also over restarts; the same number again is the same batch again. */
  readonly number: number;
  /** When it was cut, milliseconds since 1970. */
  readonly now: number;
  /** Epoch of the times in `events`. */
  readonly epoch: number;
  readonly events: FlatEvents;
  /** How to read the events of a process that is gone; undefined: as this version writes them. */
  readonly layout?: FlatLayout;
  /** Whose batches it is counted among; undefined: the process's own. */
  readonly mark?: string;
}

/** A batch whose events cross as one text: a flat list of them would be cloned value by value, at five times the cost. */
export type PackedBatch = Omit<EventBatch, 'events'> & {
  /** JSON of `FlatEvents`; what was undefined is null. */
  readonly events: string;
};

/** What a start found. */
export interface Recovered {
  /** Calls that the last end of the process cut, closed now. */
  readonly calls: number;
  /** Number of the last batch of this node, also before the process was started again; 0: none yet. */
  readonly lastBatch: number;
}

/** A database as the journal uses it. */
export interface JournalDatabase {
  /** Resolves when the batch is in the database. Rejects when it could not be written: to be given again, one at a time. */
  write(batch: PackedBatch): Promise<unknown>;
  /**
   * Takes up the calls that a crash left open, so that more of their events can be written. Resolves with the number of
   * the last batch that is in the database, of those that are counted under `mark`.
   */
  resume(mark?: string): Promise<{ readonly lastBatch: number }>;
  /** Closes the calls that a crash left open; to be asked before the first batch of who is there now. */
  recover(): Promise<Pick<Recovered, 'calls'>>;
}

/** What waits for the database outside of it. */
export interface Waiting {
  /** The database is behind: something waits in the file. */
  readonly away: boolean;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Batches that were damaged or lost in their file since the process was started. */
  readonly damaged: number;
  /** No more calls are to be taken in. */
  readonly isFull: boolean;
}

/** Where batches go. */
export interface JournalSink {
  /** Resolves when the batch outlives the process; rejects when nothing takes it. One at a time. */
  write(batch: PackedBatch): Promise<void>;
  /** Resolves when all batches are in the database. Rejects with StoreError when it cannot be written now. */
  drained(): Promise<void>;
  readonly waiting: Waiting;
}

export interface JournalWriterOptions {
  readonly clock: Clock;
  readonly sink: JournalSink;
  readonly logger: Logger;
  /** See {@link Recovered.lastBatch}. Default 0. */
  readonly lastBatch?: number;
}

/**
 * Collects events and hands them to the store in batches, one batch at a time. What nothing takes, or not fast enough, stays in
 * memory, which the calls in progress bound: new ones are not to be taken in meanwhile (`takesCalls`).
 *
 * ```
 * idle --append--> waiting (50 ms) --> writing --done--> idle, or waiting when more has come
 *                                      writing --failed--> retrying (1 s) --> writing, the same batch
 * ```
 *
 * Who asks for what is durable waits for no timer (group commit): his batch is written at once, or as soon as the one
 * under way is, together with all that came meanwhile.
 */
export class JournalWriter implements StoreJournal {
  readonly #clock: Clock;
  readonly #sink: JournalSink;
  readonly #logger: Logger;
  readonly #encoder: FlatEncoder;
  #state: 'idle' | 'waiting' | 'writing' | 'retrying' | 'closed' = 'idle';
  #timer: Timer | undefined;
  #heartbeat: Timer | undefined;
  /** Collected since the last batch was cut. */
  #events: FlatEvents = [];
  #eventCount = 0;
  /** Full batches that wait behind the one that is being written. */
  #full: { readonly events: FlatEvents; readonly count: number }[] = [];
  #fullCount = 0;
  /** The last batch was a full one: what comes after it has waited long enough. */
  #isBehind = false;
  /** The batch that is being written. */
  #batch: { number: number; events: FlatEvents; count: number } | undefined;
  /** Places of the last event that came, and of the last one that is durable. */
  #place = 0;
  #durable = 0;
  /** Place of the last event that is known to be in the database. */
  #stored = 0;
  #lastBatch: number;
  #waiters: Waiter[] = [];
  #cutAt = 0;
  #flushes = 0;
  #failures = 0;
  /** The last write failed: nothing takes what happens. */
  #isStuck = false;
  #stray = 0;
  #lastComplaintAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, sink, logger, lastBatch = 0 }: JournalWriterOptions) {
    this.#clock = clock;
    this.#sink = sink;
    this.#logger = logger;
    // Of batches that never reached the database the numbers are taken too: no process before us came to this one.
    this.#lastBatch = Math.max(lastBatch, clock.now() * 1000);
    this.#encoder = new FlatEncoder(clock.now());
  }

  get stats(): JournalStats {
    return {
      pendingEvents: this.#pending,
      openCalls: this.#encoder.openCalls,
      flushes: this.#flushes,
      failures: this.#failures,
      strayEvents: this.#stray,
      waiting: this.#sink.waiting,
    };
  }

  get takesCalls(): boolean {
    return !this.#isStuck && this.#full.length < MAX_FULL_BATCHES && !this.#sink.waiting.isFull;
  }

  get #pending(): number {
    return this.#eventCount + this.#fullCount + (this.#batch?.count ?? 0);
  }

  append(event: JournalEvent): number {
    const encoded = this.#state === 'closed' ? 'stray' : this.#encoder.encode(event, this.#events);
    if (encoded !== 'done') this.#onRefused(event, encoded);
    else {
      this.#place++;
      if (++this.#eventCount >= MAX_BATCH_EVENTS) this.#putAside();
      if (this.#state === 'idle') this.#wait(FLUSH_MS);
    }
    return this.#place;
  }

  durable(place: number): Promise<void> | undefined {
    if (place <= this.#durable || this.#isStuck || this.#state === 'closed') return undefined;
    return new Promise((resolve) => this.#await({ place, settle: () => resolve() }));
  }

  isStored(place: number): boolean {
    // What is durable is in the database, or in the file that waits for it.
    if (place > this.#stored && !this.#sink.waiting.away) this.#stored = this.#durable;
    return place <= this.#stored;
  }

  async flush(): Promise<void> {
    if (this.#state === 'closed') return;
    if (this.#pending > 0) {
      await new Promise<void>((resolve, reject) => {
        this.#await({ place: this.#place, settle: (error) => (error ? reject(error) : resolve()) });
      });
    }
    await this.#sink.drained();
  }

  /** What nothing has taken, in order; for the end. */
  rest(): PackedBatch[] {
    if (this.#eventCount > 0) this.#putAside();
    const batches = this.#batch ? [this.#batch] : [];
    while (this.#full.length > 0) batches.push(this.#next());
    return batches.map((batch) => this.#packed(batch));
  }

  /** Stops; what is pending is given up, so call {@link flush} first. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#heartbeat?.cancel();
    this.#release();
  }

  #await(waiter: Waiter): void {
    this.#waiters.push(waiter);
    if (this.#state === 'waiting' || this.#state === 'retrying') this.#cut();
  }

  #onRefused({ type }: JournalEvent, encoded: Exclude<Encoded, 'done'>): void {
    this.#stray++;
    if (encoded === 'unknown') this.#complain(`the call journal does not know the event ${String(type)}`);
  }

  #wait(delayMs: number): void {
    this.#state = 'waiting';
    this.#timer = this.#clock.after(delayMs, () => this.#cut());
  }

  /** Cuts the next batch (or takes the one that failed) and writes it. */
  #cut(): void {
    this.#timer?.cancel();
    this.#heartbeat?.cancel();
    this.#heartbeat = undefined;
    this.#batch ??= this.#next();
    this.#state = 'writing';
    this.#cutAt = this.#clock.monotonic();
    this.#sink.write(this.#packed(this.#batch)).then(
      () => this.#written(),
      (error: unknown) => this.#failed(error),
    );
  }

  #packed({ number, events }: { number: number; events: FlatEvents }): PackedBatch {
    const { epoch } = this.#encoder.layout;
    return { number, now: this.#clock.now(), epoch, events: JSON.stringify(events) };
  }

  #next(): { number: number; events: FlatEvents; count: number } {
    this.#isBehind = this.#full.length > 0;
    if (!this.#isBehind) this.#putAside();
    const { events, count } = this.#full.shift()!;
    this.#fullCount -= count;
    return { number: ++this.#lastBatch, events, count };
  }

  #putAside(): void {
    this.#full.push({ events: this.#events, count: this.#eventCount });
    this.#fullCount += this.#eventCount;
    this.#events = [];
    this.#eventCount = 0;
    if (this.#full.length !== MAX_FULL_BATCHES) return;
    this.#complain(
      'the database is slower than the calls: what happens waits in memory, new calls are refused',
    );
  }

  #written(): void {
    if (this.#isStuck) this.#logger.warn({ ...this.stats }, 'the call journal can be written again');
    this.#isStuck = false;
    this.#durable += this.#batch!.count;
    this.#batch = undefined;
    this.#flushes++;
    if (this.#state === 'closed') return;
    this.#release();
    const elapsedMs = this.#clock.monotonic() - this.#cutAt;
    if (this.#waiters.length > 0) this.#cut();
    else if (this.#pending > 0 && this.#isBehind) this.#wait(0);
    else if (this.#eventCount > 0) this.#wait(Math.max(0, FLUSH_MS - elapsedMs));
    else {
      this.#state = 'idle';
      const delayMs = this.#encoder.openCalls > 0 ? HEARTBEAT_MS : IDLE_HEARTBEAT_MS;
      this.#heartbeat = this.#clock.after(delayMs, () => {
        if (this.#state === 'idle') this.#cut();
      });
    }
  }

  #failed(error: unknown): void {
    this.#failures++;
    if (this.#state === 'closed') return;
    const what = 'the call journal can be written nowhere: it waits in memory, new calls are refused';
    this.#complain(what, asError(error));
    this.#isStuck = true;
    this.#state = 'retrying';
    this.#timer = this.#clock.after(RETRY_MS, () => this.#cut());
    this.#release(
      new StoreError(`the call journal cannot be written: ${asError(error).message}`, { cause: error }),
    );
  }

  #complain(message: string, error?: Error): void {
    const now = this.#clock.monotonic();
    if (now - this.#lastComplaintAt < 1000) return;
    this.#lastComplaintAt = now;
    this.#logger.error({ ...this.stats, error: error?.message }, message);
  }

  /** Lets go who waits for what is durable now; with an error, or at the end, everybody. */
  #release(error?: StoreError): void {
    const isOver = error !== undefined || this.#state === 'closed';
    const waiting = this.#waiters;
    this.#waiters = isOver ? [] : waiting.filter(({ place }) => place > this.#durable);
    for (const { place, settle } of waiting) if (isOver || place <= this.#durable) settle(error);
  }
}
