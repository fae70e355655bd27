import { setImmediate } from 'node:timers/promises';
import { maskedNumber, type ShowNumber, wholeNumber } from '../shared/masked-number.ts';
import type { EventFeed } from './feed.ts';
import { messageOf, type SharedMessage } from './messages.ts';
import { type FedEvent, publicEvent } from './public-event.ts';
import { keyOf } from './topics.ts';

/** Events read at once. */
const PAGE = 200;
/** Messages handed out in one turn of the loop, which SIP shares. */
const SENDS_A_TURN = 200;

/** Who hears of events as they come. */
export interface Listener {
  readonly keys: ReadonlySet<string>;
  readonly show: ShowNumber;
  /** The last number that it has been given. */
  readonly cursor: number;
  take(seq: number, message: SharedMessage): void;
  /** What it takes from now on leaves together, at {@link release}. */
  hold(): void;
  release(): void;
}

/**
 * One company's events as they come, handed to those whom they are for: read once, written as JSON once, found by topic, not by asking
 * each client.
 */
export class CompanyStream {
  readonly #tenantId: string;
  readonly #feed: EventFeed;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  #position: number | undefined;
  #opening: Promise<void> | undefined;
  #state: 'idle' | 'reading' | 'grown' | 'closed' = 'idle';

  constructor(tenantId: string, feed: EventFeed, onError: (error: unknown) => void) {
    this.#tenantId = tenantId;
    this.#feed = feed;
    this.#onError = onError;
  }

  /** All up to this number has been handed out. */
  get position(): number {
    return this.#position ?? 0;
  }

  /** From now on events are handed out. Resolves when it knows where the stream ends. */
  open(): Promise<void> {
    this.#opening ??= this.#begin();
    return this.#opening;
  }

  close(): void {
    this.#state = 'closed';
    this.#listeners.clear();
  }

  add(listener: Listener): void {
    for (const key of listener.keys) {
      const known = this.#listeners.get(key);
      if (known) known.add(listener);
      else this.#listeners.set(key, new Set([listener]));
    }
  }

  remove(listener: Listener): void {
    for (const key of listener.keys) {
      const known = this.#listeners.get(key);
      if (known?.delete(listener) && known.size === 0) this.#listeners.delete(key);
    }
  }

  /** There may be more. */
  grown(): void {
    if (this.#position === undefined || this.#state === 'closed') return;
    if (this.#state !== 'idle') this.#state = 'grown';
    else void this.#read();
  }

  async #begin(): Promise<void> {
    try {
      this.#position = await this.#feed.head(this.#tenantId);
      // What came while that was asked.
      this.grown();
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #read(): Promise<void> {
    this.#state = 'reading';
    try {
      let isMore = true;
      while (isMore && this.#isOpen) {
        this.#state = 'reading';
        const { events, last } = await this.#feed.read(this.#tenantId, this.position, PAGE);
        await this.#handOut(events);
        this.#position = last;
        isMore = events.length === PAGE || this.#hasGrown;
      }
    } catch (error) {
      // It is asked again in a few seconds.
      this.#onError(error);
    } finally {
      if (this.#isOpen) this.#state = 'idle';
    }
  }

  get #hasGrown(): boolean {
    return this.#state === 'grown';
  }

  get #isOpen(): boolean {
    return this.#state !== 'closed';
  }

  async #handOut(events: readonly FedEvent[]): Promise<void> {
    for (let next = 0; next < events.length && this.#isOpen; ) {
      if (next > 0) await setImmediate();
      next = this.#handOutTurn(events, next);
    }
  }

  /** What one turn takes; gives the place of the next event. Who hears of several gets them in one write. */
  #handOutTurn(events: readonly FedEvent[], from: number): number {
    const held = events.length - from > 1 ? new Set<Listener>() : undefined;
    let next = from;
    try {
      for (let sent = 0; next < events.length && sent < SENDS_A_TURN; next++) {
        sent += this.#tell(events[next]!, held);
        this.#position = events[next]!.event.seq;
      }
    } finally {
      if (held) for (const listener of held) listener.release();
    }
    return next;
  }

  /** To how many it was sent; they are held before. */
  #tell({ fact, event, resource, topics }: FedEvent, held: Set<Listener> | undefined): number {
    const { seq } = event;
    let sent = 0;
    let whole: SharedMessage | undefined;
    let masked: SharedMessage | undefined;
    for (const topic of topics) {
      const listeners = this.#listeners.get(keyOf(resource, topic));
      if (!listeners) continue;
      for (const listener of listeners) {
        // Had it by another topic, or read it before it came to the others.
        if (listener.cursor >= seq) continue;
        if (listener.show === wholeNumber) whole ??= messageOf({ type: 'event', event });
        else masked ??= messageOf({ type: 'event', event: publicEvent(fact, maskedNumber).event });
        if (held && !held.has(listener)) {
          held.add(listener);
          listener.hold();
        }
        listener.take(seq, listener.show === wholeNumber ? whole! : masked!);
        sent += 1;
      }
    }
    return sent;
  }
}
