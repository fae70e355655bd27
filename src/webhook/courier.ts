import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { maskedNumber, wholeNumber } from '../shared/masked-number.ts';
import type { EventFeed } from '../stream/feed.ts';
import type { FedEvent } from '../stream/public-event.ts';
import { afterAttempt } from './after-attempt.ts';
import type { Post } from './post.ts';
import type { Slots } from './slots.ts';
import type { Delivery, Webhook, WebhookStore } from './webhook-store.ts';

export interface CourierParts {
  readonly feed: Pick<EventFeed, 'read'>;
  readonly store: Pick<WebhookStore, 'move'>;
  readonly post: Post;
  readonly slots: Slots;
  /** Nothing is told of a company that is removed, or not known here yet. */
  readonly hasCompany: (tenantId: string) => boolean;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'random'>;
  readonly log: Logger;
}

const PAGE = 100;
/** After a failure of ours: the database is away. */
const AGAIN_MS = 5000;

/**
 * Carries a company's events to one receiver, one after the other: the next one goes when the one before arrived or was given up.
 *
 *     idle --wake--> busy --nothing left--> idle
 *                    busy --refused--> waiting --time over--> busy
 *     any --close, 410, moved by another--> closed
 */
export class Courier {
  readonly #parts: CourierParts;
  #webhook: Webhook;
  #state: 'idle' | 'busy' | 'waiting' | 'closed' = 'idle';
  #isGrown = false;
  #timer: Timer | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: CourierParts, webhook: Webhook) {
    this.#parts = parts;
    this.#webhook = webhook;
  }

  get tenantId(): string {
    return this.#webhook.tenantId;
  }
  get revision(): number {
    return this.#webhook.revision;
  }
  /** Number of the last event that is dealt with. */
  get cursor(): number {
    return this.#webhook.cursor;
  }
  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** There may be more. */
  wake(): void {
    this.#isGrown = true;
    if (this.#state !== 'idle') return;
    const waitMs = this.#webhook.nextAt - this.#parts.clock.now();
    if (waitMs > 0) this.#wait(waitMs);
    else this.#begin();
  }

  /** Sends nothing more. Resolves when what is under way is over, and kept. Idempotent. */
  close(): Promise<void> {
    this.#state = 'closed';
    this.#timer?.cancel();
    return this.#working;
  }

  #begin(): void {
    this.#state = 'busy';
    this.#working = this.#work().catch((error: unknown) => {
      if (this.isClosed) return;
      const { message } = asError(error);
      this.#parts.log.error(
        { webhook: this.#webhook.id, error: message },
        'a webhook cannot be read or kept',
      );
      this.#wait(AGAIN_MS);
    });
  }

  #wait(ms: number): void {
    this.#state = 'waiting';
    this.#timer = this.#parts.clock.after(ms, () => this.#begin());
  }

  async #work(): Promise<void> {
    do {
      this.#isGrown = false;
      if (!(await this.#carryAll())) return;
    } while (this.#isGrown);
    if (!this.isClosed) this.#state = 'idle';
  }

  /** False when it does not go on now. */
  async #carryAll(): Promise<boolean> {
    const { feed, log, hasCompany } = this.#parts;
    const { id, tenantId, seesNumbers } = this.#webhook;
    for (;;) {
      const show = seesNumbers ? wholeNumber : maskedNumber;
      const { events, last, gap } = await feed.read(tenantId, this.cursor, PAGE, show);
      if (this.isClosed) return false;
      if (gap) log.warn({ webhook: id, ...gap }, 'events were dropped before a webhook could be told them');
      for (const fed of events) {
        if (!hasCompany(tenantId)) return true;
        if (isFor(this.#webhook, fed) && !(await this.#carry(fed))) return false;
      }
      if (last === this.cursor && events.length === 0) return true;
      // What is not for it is passed over, and kept as passed once a page.
      if (last > this.cursor && !(await this.#move({ cursor: last, attempts: 0, nextAt: 0 }))) return false;
    }
  }

  async #carry({ event }: FedEvent): Promise<boolean> {
    const { slots, post, clock, ids } = this.#parts;
    const attempt = await slots.in(this.tenantId, async () =>
      this.isClosed ? undefined : await post.send(this.#webhook, event),
    );
    if (!attempt) return false;
    const attempts = this.#webhook.attempts + 1;
    const now = clock.now();
    const { did, state, nextAt } = afterAttempt(attempt, attempts, now, ids.random());
    const { id: webhookId, tenantId, cursor } = this.#webhook;
    const outcome = { state: did, attempts, at: now, ...attempt };
    const delivery: Delivery = { webhookId, tenantId, seq: event.seq, type: event.type, ...outcome };
    const isOver = did !== 'waiting';
    const to = { cursor: isOver ? event.seq : cursor, attempts: isOver ? 0 : attempts, nextAt };
    if (!(await this.#move(to, state, delivery))) return false;
    if (did !== 'waiting') return true;
    this.#wait(nextAt - now);
    return false;
  }

  async #move(
    to: Pick<Webhook, 'cursor' | 'attempts' | 'nextAt'>,
    state: Webhook['state'] = 'on',
    delivery?: Delivery,
  ): Promise<boolean> {
    const { id, cursor } = this.#webhook;
    const isMoved = await this.#parts.store.move(id, cursor, { ...to, state }, delivery);
    if (!isMoved || state !== 'on') void this.close();
    if (this.isClosed) return false;
    this.#webhook = { ...this.#webhook, ...to };
    return true;
  }
}

/** Whether an event is one that the webhook asks for, and may be told of. */
export function isFor(webhook: Webhook, { event, resource, topics: itsTopics }: FedEvent): boolean {
  const { topics, resources, types } = webhook;
  if (!resources.includes(resource)) return false;
  if (types.length > 0 && !types.includes(event.type)) return false;
  return topics.length === 0 || itsTopics.some((topic) => topics.includes(topic));
}
