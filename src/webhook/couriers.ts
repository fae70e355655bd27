import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Subscription } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { Scope } from '../shared/scope.ts';
import type { EventFeed } from '../stream/feed.ts';
import { Courier } from './courier.ts';
import type { Post } from './post.ts';
import { Slots } from './slots.ts';
import type { Webhook, WebhookStore } from './webhook-store.ts';

export interface CouriersParts {
  readonly feed: EventFeed;
  readonly store: WebhookStore;
  readonly post: Post;
  readonly nodeId: string;
  readonly hasCompany: (tenantId: string) => boolean;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'random'>;
  readonly log: Logger;
}

/** How often this node shows that it delivers, and looks for what other nodes have changed. */
const TICK_MS = 5000;
/** Another node takes over when nothing was seen for so long. */
const CLAIM_MS = 30_000;
/** How far the clocks of nodes may be apart. */
const SKEW_MS = 60_000;
/** A stream that grew may not have been told: heads are asked for every so many ticks. */
const TICKS_A_LOOK = 6;
/** Deliveries are forgotten every so many ticks, after 30 days, and beyond so many of one webhook. */
const TICKS_A_SWEEP = 720;
const KEEP_MS = 30 * 86_400_000;
const KEEP_EACH = 1000;
/** Of a webhook that is younger the company may be new, too, and known to the node that made it only. */
const NEW_MS = 600_000;
/** More than one company can have. */
const MOST_READ = 100;
/** Deliveries under way, in all and of one company. */
const [MOST, MOST_EACH] = [64, 8];

/** A courier for each webhook that is on, on the one node of those that share a database which delivers. */
export class Couriers {
  readonly #parts: CouriersParts;
  readonly #slots = new Slots(MOST, MOST_EACH);
  /** By company, then by webhook. */
  readonly #couriers = new Map<string, Map<string, Courier>>();
  readonly #growth: Subscription;
  #timer: Timer | undefined;
  #ticks = 0;
  #isClaimed = false;
  /** Until when changes are known. */
  #knownAt = 0;
  /** One reading of changes after the other. */
  #reading: Promise<void> = Promise.resolve();
  /** Couriers that come to their ends, and those that follow them. */
  readonly #replacing = new Set<Promise<void>>();

  constructor(parts: CouriersParts) {
    this.#parts = parts;
    this.#growth = parts.feed.growth.on('grown', ({ tenantId }) => this.#wake(tenantId));
  }

  /** Goes on where the last ones ended. */
  start(): void {
    if (this.#timer) return;
    this.#timer = this.#parts.clock.every(TICK_MS, () => this.#next(() => this.#tick()));
    this.#next(() => this.#endLeft());
    this.#next(() => this.#tick());
  }

  /** A webhook was made, changed or removed here; other nodes find it themselves. */
  changed({ id, tenantId }: Pick<Webhook, 'id' | 'tenantId'>): void {
    this.#next(async () => {
      if (this.#isClaimed) this.#replace(tenantId, id);
    });
  }

  /**
   * Ends those of a company that is removed: one that takes its name later tells their receivers nothing. Any node that hears of it does,
   * whichever delivers.
   */
  companyRemoved(tenantId: string): void {
    for (const courier of this.#couriers.get(tenantId)?.values() ?? []) void courier.close();
    this.#next(() => this.#endAll(tenantId));
  }

  /** Those of companies that were removed while nobody ran who could hear of it. */
  async #endLeft(): Promise<void> {
    const { store, clock, hasCompany } = this.#parts;
    const before = clock.now() - NEW_MS;
    for (const { tenantId, createdAt, state } of await store.changedSince(0))
      if (state === 'on' && createdAt < before && !hasCompany(tenantId)) await this.#endAll(tenantId);
  }

  async #endAll(tenantId: string): Promise<void> {
    const { store, clock, log } = this.#parts;
    const first = { limit: MOST_READ, after: undefined };
    for (;;) {
      const all = await store.list(Scope.of(tenantId), first);
      const on = all.find(({ state }) => state === 'on');
      if (!on) return;
      const ended = { ...on, state: 'gone', revision: on.revision + 1 } as const;
      // Somebody else changed it, or ended it: it is read again.
      if (!(await store.put(ended, clock.now()))) continue;
      log.info({ webhook: on.id, company: tenantId }, 'a webhook ends: its company is removed');
      if (this.#isClaimed) this.#replace(tenantId, on.id);
    }
  }

  #next(work: () => Promise<void>): void {
    this.#reading = this.#reading.then(work).catch((error: unknown) => this.#tellFailure(error));
  }

  #tellFailure(error: unknown): void {
    this.#parts.log.error({ error: asError(error).message }, 'webhooks cannot be read');
  }

  /** Sends nothing more, and waits for what is being kept. Idempotent. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#growth.off();
    this.#parts.post.close();
    await this.#reading;
    await this.#closeAll();
  }

  async #tick(): Promise<void> {
    const { store, clock, nodeId } = this.#parts;
    const now = clock.now();
    const before = this.#isClaimed;
    this.#isClaimed = await store.claim(nodeId, now, now + CLAIM_MS);
    if (!this.#isClaimed) return await this.#closeAll();
    if (!before) this.#knownAt = 0;
    const changed = await store.changedSince(Math.max(0, this.#knownAt - SKEW_MS));
    this.#knownAt = now;
    for (const { tenantId, id, revision } of changed) {
      if (this.#couriers.get(tenantId)?.get(id)?.revision !== revision) this.#replace(tenantId, id);
    }
    if (++this.#ticks % TICKS_A_LOOK === 0) await this.#lookBehind();
    if (this.#ticks % TICKS_A_SWEEP === 1) await store.forget(now - KEEP_MS, KEEP_EACH);
  }

  /** A new courier goes on where the one before ends, once what that one has under way is over. */
  #replace(tenantId: string, id: string): void {
    const replacing = this.#follow(tenantId, id).catch((error: unknown) => this.#tellFailure(error));
    this.#replacing.add(replacing);
    void replacing.then(() => this.#replacing.delete(replacing));
  }

  async #follow(tenantId: string, id: string): Promise<void> {
    await this.#couriers.get(tenantId)?.get(id)?.close();
    const webhook = await this.#parts.store.find(Scope.all, id);
    // Another change came first, or another node took over.
    const before = this.#couriers.get(tenantId)?.get(id);
    if (!this.#isClaimed || (before && !before.isClosed)) return;
    const isOn = webhook?.state === 'on';
    this.#put(tenantId, id, isOn ? new Courier({ ...this.#parts, slots: this.#slots }, webhook) : undefined);
  }

  #put(tenantId: string, id: string, courier: Courier | undefined): void {
    const own = this.#couriers.get(tenantId) ?? new Map<string, Courier>();
    if (courier) this.#couriers.set(tenantId, own.set(id, courier));
    else if (own.delete(id) && own.size === 0) this.#couriers.delete(tenantId);
    courier?.wake();
  }

  #wake(tenantId: string): void {
    for (const [id, courier] of this.#couriers.get(tenantId) ?? []) {
      if (courier.isClosed) this.#put(tenantId, id, undefined);
      else courier.wake();
    }
  }

  async #lookBehind(): Promise<void> {
    for (const [tenantId, couriers] of this.#couriers) {
      const head = await this.#parts.feed.head(tenantId);
      if ([...couriers.values()].some(({ cursor }) => cursor < head)) this.#wake(tenantId);
    }
  }

  async #closeAll(): Promise<void> {
    this.#isClaimed = false;
    const all = [...this.#couriers.values()].flatMap((each) => [...each.values()]);
    this.#couriers.clear();
    await Promise.all([...all.map((courier) => courier.close()), ...this.#replacing]);
  }
}
