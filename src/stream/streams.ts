import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Subscription, TypedEvents } from '../shared/events.ts';
import type { Logger } from '../shared/logger.ts';
import { CompanyStream } from './company-stream.ts';
import type { QueueGauge } from './event-types.ts';
import type { EventFeed, FeedPage } from './feed.ts';
import { messageOf, type Snapshot, type StreamSocket } from './messages.ts';
import { type Asked, StreamClient } from './stream-client.ts';
import { type Grant, grantedTopics, type Heard, heardBy, isHeard } from './topics.ts';

/** What changes without being a fact is told so often at most. */
const GAUGES_MS = 250;
const PING_MS = 20_000;
/** The store is asked so often, should it not have said that a stream has grown. */
const ASK_MS = 3000;
/** Pages looked through for one poll. */
const POLL_PAGES = 20;
const POLL_PAGE = 500;

/** How queues are now; told when that changes. */
export interface LiveGauges {
  readonly events: TypedEvents<{ changed: { readonly tenantId: string } }>;
  of(tenantId: string): readonly QueueGauge[];
}

export interface StreamsParts {
  readonly feed: EventFeed;
  readonly gauges: LiveGauges;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A part of the stream for one who polls. */
export interface Polled extends Omit<FeedPage, 'events'> {
  readonly events: readonly FeedPage['events'][number][];
  readonly head: number;
}

/** The event streams of all companies that somebody listens to, and who does. */
export class Streams {
  readonly #parts: StreamsParts;
  readonly #companies = new Map<
    string,
    { readonly stream: CompanyStream; readonly clients: Set<StreamClient> }
  >();
  /** Of polls that wait, by company. */
  readonly #polls = new Map<string, Set<() => void>>();
  readonly #changed = new Set<string>();
  /** As they were told last, by company and queue. */
  readonly #told = new Map<string, Map<string, string>>();
  readonly #timers: readonly Timer[];
  readonly #subscriptions: readonly Subscription[];
  #isClosed = false;

  constructor(parts: StreamsParts) {
    this.#parts = parts;
    const { feed, gauges, clock } = parts;
    this.#subscriptions = [
      feed.growth.on('grown', ({ tenantId }) => this.#grown(tenantId)),
      gauges.events.on('changed', ({ tenantId }) => {
        if (this.#companies.has(tenantId)) this.#changed.add(tenantId);
      }),
    ];
    this.#timers = [
      clock.every(GAUGES_MS, () => this.#tellGauges()),
      clock.every(ASK_MS, () => this.#askAll()),
      clock.every(PING_MS, () => this.#pingAll()),
    ];
  }

  /** Clients that are connected. */
  get size(): number {
    let sum = 0;
    for (const { clients } of this.#companies.values()) sum += clients.size;
    return sum;
  }

  /** A client has said hello: what it asks for comes from now on, until it is closed. Undefined: a topic was refused. */
  open(
    socket: StreamSocket,
    grant: Grant,
    { after, topics }: Asked,
    snapshotOf: (heard: Heard) => Promise<Snapshot>,
  ): { close(): void } | undefined {
    const { feed, clock, log } = this.#parts;
    const { tenantId } = grant;
    const company = this.#companyOf(tenantId);
    const snapshot = (heard: Heard) => snapshotOf(heard);
    const client = new StreamClient(
      { feed, clock, socket, company: company.stream, grant, snapshot },
      topics,
    );
    const [refused] = client.heard.refused;
    if (refused || this.#isClosed) {
      const detail = refused ? `topic ${refused.topic}` : 'it is closed';
      socket.send(messageOf({ type: 'error', code: refused?.code ?? 'closed', detail }));
      socket.close(refused ? 4403 : 1001, refused?.code ?? 'closed');
      this.#leave(tenantId);
      return undefined;
    }
    company.clients.add(client);
    if (client.heard.gauges.size > 0) {
      // It has heard of none yet.
      this.#told.delete(tenantId);
      this.#changed.add(tenantId);
    }
    client.begin(after).catch((error: unknown) => {
      log.warn({ tenantId, error: asError(error).message }, 'events cannot be read for a client');
      socket.close(1013, 'events cannot be read now');
    });
    return {
      close: () => {
        client.close();
        company.clients.delete(client);
        this.#leave(tenantId);
      },
    };
  }

  /** Events after a number; waits so long for the first one. The signal ends the waiting. Refused topics: see `heardBy`. */
  async poll(
    grant: Grant,
    { after = 0, topics = grantedTopics(grant) }: Partial<Asked>,
    limit: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Polled> {
    const { keys } = heardBy(topics, grant);
    const until = this.#parts.clock.monotonic() + waitMs;
    let from = after;
    while (true) {
      const waiting = this.#growthOf(grant.tenantId);
      const page = await this.#readFor(grant, from, limit, keys);
      const leftMs = until - this.#parts.clock.monotonic();
      if (page.events.length > 0 || page.gap || leftMs <= 0 || signal.aborted || this.#isClosed) {
        waiting.cancel();
        return { ...page, head: Math.max(page.last, await this.#parts.feed.head(grant.tenantId)) };
      }
      from = page.last;
      await waiting.in(Math.min(leftMs, ASK_MS), signal);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    for (const subscription of this.#subscriptions) subscription.off();
    for (const { stream, clients } of this.#companies.values()) {
      for (const client of clients) client.close();
      stream.close();
    }
    this.#companies.clear();
    for (const polls of this.#polls.values()) for (const go of [...polls]) go();
  }

  async #readFor(grant: Grant, after: number, limit: number, keys: ReadonlySet<string>): Promise<FeedPage> {
    const found: FeedPage['events'][number][] = [];
    let last = after;
    for (let page = 0; page < POLL_PAGES; page++) {
      const read = await this.#parts.feed.read(grant.tenantId, last, POLL_PAGE, grant.show);
      // Told with what comes after it.
      if (read.gap && found.length > 0) break;
      for (const fed of read.events) {
        if (isHeard(fed, keys)) found.push(fed);
        last = fed.event.seq;
        if (found.length === limit) break;
      }
      if (read.gap) return { events: found, last: Math.max(last, read.gap.to), gap: read.gap };
      if (found.length === limit || read.events.length < POLL_PAGE) break;
    }
    return { events: found, last, gap: undefined };
  }

  #growthOf(tenantId: string) {
    const polls = this.#polls.get(tenantId) ?? new Set<() => void>();
    this.#polls.set(tenantId, polls);
    let hasGrown = false;
    let wake = () => {};
    const go = () => {
      hasGrown = true;
      wake();
    };
    polls.add(go);
    const cancel = () => {
      polls.delete(go);
      if (polls.size === 0 && this.#polls.get(tenantId) === polls) this.#polls.delete(tenantId);
    };
    return {
      cancel,
      in: async (ms: number, signal: AbortSignal) => {
        await new Promise<void>((resolve) => {
          const timer = this.#parts.clock.after(ms, resolve);
          wake = () => {
            timer.cancel();
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake, { once: true });
          if (hasGrown || signal.aborted) wake();
        });
        signal.removeEventListener('abort', wake);
        cancel();
      },
    };
  }

  #companyOf(tenantId: string) {
    const known = this.#companies.get(tenantId);
    if (known) return known;
    const { feed, log } = this.#parts;
    const stream = new CompanyStream(tenantId, feed, (error) =>
      log.warn({ tenantId, error: asError(error).message }, 'events cannot be read'),
    );
    const company = { stream, clients: new Set<StreamClient>() };
    this.#companies.set(tenantId, company);
    return company;
  }

  /** The last one who listens has gone. */
  #leave(tenantId: string): void {
    const company = this.#companies.get(tenantId);
    if (!company || company.clients.size > 0) return;
    company.stream.close();
    this.#companies.delete(tenantId);
    this.#told.delete(tenantId);
    this.#changed.delete(tenantId);
  }

  #grown(tenantId: string): void {
    this.#companies.get(tenantId)?.stream.grown();
    const polls = this.#polls.get(tenantId);
    if (polls) for (const go of [...polls]) go();
  }

  #askAll(): void {
    for (const { stream } of this.#companies.values()) stream.grown();
  }

  #pingAll(): void {
    for (const { clients } of this.#companies.values()) for (const client of clients) client.ping();
  }

  #tellGauges(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const tenantId of changed) this.#tellGaugesOf(tenantId);
  }

  #tellGaugesOf(tenantId: string): void {
    const clients = [...(this.#companies.get(tenantId)?.clients ?? [])].filter(
      ({ heard }) => heard.gauges.size > 0,
    );
    if (clients.length === 0) return;
    const told = this.#told.get(tenantId) ?? new Map<string, string>();
    this.#told.set(tenantId, told);
    const fresh = this.#parts.gauges.of(tenantId).filter((gauge) => {
      const text = JSON.stringify(gauge);
      if (told.get(gauge.queue) === text) return false;
      told.set(gauge.queue, text);
      return true;
    });
    if (fresh.length === 0) return;
    const at = new Date(this.#parts.clock.now()).toISOString();
    const all = messageOf({ type: 'gauge', at, queues: fresh });
    const ofOne = fresh.map(
      (gauge) => [`queues/${gauge.queue}`, messageOf({ type: 'gauge', at, queues: [gauge] })] as const,
    );
    for (const client of clients) {
      const { gauges } = client.heard;
      if (gauges.has('metrics') || gauges.has('queues')) client.takeGauge(all);
      else for (const [topic, message] of ofOne) if (gauges.has(topic)) client.takeGauge(message);
    }
  }
}
