import type { Clock, Timer } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { JournalEvent } from '../events.ts';
import { type JournalStats, StoreError, type StoreJournal } from '../store.ts';
import { type Encoded, FlatEncoder, type FlatEvents } from './flat-events.ts';

/** Events reach the store at most this long after they happened. */
const FLUSH_MS = 50;
/** Events handed over at once: handing over takes this thread about a third of a microsecond each. */
const MAX_BATCH_EVENTS = 5000;
/** A flush that failed (disk full) is repeated after this. */
const RETRY_MS = 1000;
/** While calls are open the store hears from us this often, so that it knows when a crash was. */
const HEARTBEAT_MS = 1000;

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
}

/** A batch whose events crossed as one text: a flat list of them would be cloned value by value, at five times the cost. */
export type PackedBatch = Omit<EventBatch, 'events'> & {
  /** JSON of `FlatEvents`; what was undefined is null. */
  readonly events: string;
};

/** What a start found. */
export interface Recovered {
  /** Calls that the last end of the process cut, closed now. */
  readonly calls: number;
  /** Number of the last batch that this process has stored, also before it was started again; 0: none yet. */
  readonly lastBatch: number;
}

/** Where batches go. */
export interface JournalSink {
  /** Resolves when the batch is durable, with the number of calls that are open then. */
  write(batch: EventBatch): Promise<{ openCalls: number }>;
}

export interface JournalWriterOptions {
  readonly clock: Clock;
  readonly sink: JournalSink;
  readonly logger: Logger;
  /** See {@link Recovered.lastBatch}. Default 0. */
  readonly lastBatch?: number;
  /** Events held while the store does not answer; a quarter of a kilobyte each. Default 400,000. */
  readonly maxPendingEvents?: number;
}

/**
 * Collects events and hands them to the store in batches, one batch at a time. When the store stalls, memory stays
 * bounded: from half of the limit on only beginnings and ends of calls are kept (their records lose detail, the calls
 * stay), at the limit new calls are not taken in, and that is said loudly. The end of a call that was taken in always
 * is.
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
  readonly #maxPending: number;
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
  #lastBatch: number;
  #waiters: Waiter[] = [];
  #cutAt = 0;
  #openCalls = 0;
  #flushes = 0;
  #failures = 0;
  #dropped = 0;
  #stray = 0;
  #lastComplaintAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, sink, logger, lastBatch = 0, maxPendingEvents = 400_000 }: JournalWriterOptions) {
    this.#clock = clock;
    this.#sink = sink;
    this.#logger = logger;
    this.#maxPending = maxPendingEvents;
    // Of batches that never reached the database the numbers are taken too: no process before us came to this one.
    this.#lastBatch = Math.max(lastBatch, clock.now() * 1000);
    this.#encoder = new FlatEncoder(clock.now());
  }

  get stats(): JournalStats {
    return {
      pendingEvents: this.#pending,
      openCalls: this.#openCalls,
      flushes: this.#flushes,
      failures: this.#failures,
      droppedEvents: this.#dropped,
      strayEvents: this.#stray,
    };
  }

  get #pending(): number {
    return this.#eventCount + this.#fullCount + (this.#batch?.count ?? 0);
  }

  append(event: JournalEvent): number {
    if (this.#state === 'closed' || this.#pending >= this.#maxPending / 2) {
      if (!this.#hasRoomFor(event)) return this.#place;
    }
    const encoded = this.#encoder.encode(event, this.#events);
    if (encoded !== 'done') this.#onRefused(event, encoded);
    else {
      this.#place++;
      if (++this.#eventCount >= MAX_BATCH_EVENTS) this.#putAside();
      if (this.#state === 'idle') this.#wait(FLUSH_MS);
    }
    return this.#place;
  }

  durable(place: number): Promise<void> | undefined {
    if (place <= this.#durable || this.#state === 'retrying' || this.#state === 'closed') return undefined;
    return new Promise((resolve) => this.#await({ place, settle: () => resolve() }));
  }

  async flush(): Promise<void> {
    if (this.#pending === 0 || this.#state === 'closed') return;
    await new Promise<void>((resolve, reject) => {
      this.#await({ place: this.#place, settle: (error) => (error ? reject(error) : resolve()) });
    });
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

  #hasRoomFor(event: JournalEvent): boolean {
    if (this.#state !== 'closed') {
      if (event.type === 'ended' && this.#encoder.knows(event.callId)) return true;
      if (event.type === 'arrived' && this.#pending < this.#maxPending) return true;
    }
    this.#dropped++;
    this.#complain('call journal is not keeping up: events are dropped, call records lose detail or calls');
    return false;
  }

  #onRefused({ type }: JournalEvent, encoded: Exclude<Encoded, 'done'>): void {
    this.#stray++;
    if (encoded === 'unknown') this.#complain(`call journal does not know the event ${String(type)}`);
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
    const { number, events } = this.#batch;
    const { epoch } = this.#encoder.layout;
    this.#sink.write({ number, now: this.#clock.now(), epoch, events }).then(
      (result) => this.#written(result),
      (error: unknown) => this.#failed(error),
    );
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
  }

  #written({ openCalls }: { openCalls: number }): void {
    this.#durable += this.#batch!.count;
    this.#batch = undefined;
    this.#openCalls = openCalls;
    this.#flushes++;
    if (this.#state === 'closed') return;
    this.#release();
    const elapsedMs = this.#clock.monotonic() - this.#cutAt;
    if (this.#waiters.length > 0) this.#cut();
    else if (this.#pending > 0 && this.#isBehind) this.#wait(0);
    else if (this.#eventCount > 0) this.#wait(Math.max(0, FLUSH_MS - elapsedMs));
    else {
      this.#state = 'idle';
      if (openCalls > 0) {
        this.#heartbeat = this.#clock.after(HEARTBEAT_MS, () => {
          if (this.#state === 'idle') this.#cut();
        });
      }
    }
  }

  #failed(error: unknown): void {
    this.#failures++;
    if (this.#state === 'closed') return;
    this.#complain('call journal cannot be written; trying again', asError(error));
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
