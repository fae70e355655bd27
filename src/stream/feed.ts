import type { TypedEvents } from '../shared/events.ts';
import type { ShowNumber } from '../shared/masked-number.ts';
import type { EventStore, StreamGrowth } from '../store/events.ts';
import { type FedEvent, publicEvent } from './public-event.ts';

/** A part of a company's stream. */
export interface FeedPage {
  /** In their order; none: there is nothing yet. */
  readonly events: readonly FedEvent[];
  /** What to ask for next: the number up to which all was read. */
  readonly last: number;
  /** Numbers after which there was asked and that have no events any more, or never had any; both included. */
  readonly gap: { readonly from: number; readonly to: number } | undefined;
}

/**
 * A company's public events (事件流), as far as they are kept: port of who hands them on. Each fact of the store is one event under
 * the same number, so that who has read up to a number, and reads on after it, misses nothing and gets nothing twice.
 */
export class EventFeed {
  readonly #events: EventStore;

  constructor(events: EventStore) {
    this.#events = events;
  }

  /** Whose streams have grown, whichever node wrote. A sign to read on, which may be missed: ask again after some seconds as well. */
  get growth(): TypedEvents<StreamGrowth> {
    return this.#events.growth;
  }

  /** The last number that was given; 0: none yet. */
  head(tenantId: string): Promise<number> {
    return this.#events.head(tenantId);
  }

  /** Up to `limit` events after the number `after`. Numbers of people are whole where `show` does not say otherwise. */
  async read(tenantId: string, after: number, limit: number, show?: ShowNumber): Promise<FeedPage> {
    let facts = await this.#events.read(tenantId, after, limit);
    let last = facts.at(-1)?.seq ?? after;
    if (facts.length === 0) {
      const head = await this.#events.head(tenantId);
      if (head > after) {
        // What came in between, or nothing: then all up to the head was dropped.
        facts = await this.#events.read(tenantId, after, limit);
        last = facts.at(-1)?.seq ?? head;
      }
    }
    const first = facts[0]?.seq ?? last + 1;
    const gap = first > after + 1 ? { from: after + 1, to: first - 1 } : undefined;
    return { events: facts.map((fact) => publicEvent(fact, show)), last, gap };
  }
}
