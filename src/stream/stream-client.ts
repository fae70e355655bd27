import type { Clock, Timer } from '../shared/clock.ts';
import type { CompanyStream, Listener } from './company-stream.ts';
import type { EventFeed } from './feed.ts';
import { messageOf, type SharedMessage, type Snapshot, type StreamSocket } from './messages.ts';
import { type Grant, grantedTopics, type Heard, heardBy, isHeard } from './topics.ts';

/** Events read at once for who catches up. */
const PAGE = 200;
/** Bytes that wait for a client: from here on it loses gauges, from there on it is told to begin anew. */
const GAUGE_BYTES = 64 * 1024;
const SLOW_BYTES = 1024 * 1024;
/** Who catches up is given the next page when less than this waits for him. */
const PAGE_BYTES = 64 * 1024;
const LOOK_AGAIN_MS = 20;

export interface StreamClientParts {
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly socket: StreamSocket;
  readonly company: CompanyStream;
  readonly grant: Grant;
  readonly snapshot: (heard: Heard) => Promise<Snapshot>;
}

/** What a client asks for. */
export interface Asked {
  readonly after: number | undefined;
  readonly topics: readonly string[] | undefined;
}

/**
 * One client of the stream, from its hello on.
 *
 * ```
 * greeted --> catching-up (reads the store at its own pace) --has all--> live --too slow--> lagging, until it says hello again
 *                                                                    each --> closed
 * ```
 */
export class StreamClient implements Listener {
  readonly heard: Heard;
  readonly topics: readonly string[];
  #cursor = 0;
  #state: 'greeted' | 'catching-up' | 'live' | 'lagging' | 'closed' = 'greeted';
  #wait: { readonly timer: Timer; readonly go: () => void } | undefined;
  readonly #parts: StreamClientParts;

  constructor(parts: StreamClientParts, topics: readonly string[] | undefined) {
    this.#parts = parts;
    this.topics = topics ?? grantedTopics(parts.grant);
    this.heard = heardBy(this.topics, parts.grant);
  }

  get keys() {
    return this.heard.keys;
  }

  get show() {
    return this.#parts.grant.show;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** All up to this number was sent to it. */
  get position(): number {
    return this.#state === 'live' ? Math.max(this.#cursor, this.#parts.company.position) : this.#cursor;
  }

  /** Sends what came after a number, or how things are, then what comes. Rejects when the store fails. */
  async begin(after: number | undefined): Promise<void> {
    const { feed, grant, company } = this.#parts;
    await company.open();
    // Read before the snapshot is taken: what that does not know has a higher number.
    const head = await feed.head(grant.tenantId);
    if (after !== undefined && after > head) this.#send({ type: 'resync', seq: head, why: 'ahead' });
    const known = after === undefined || after > head ? undefined : after;
    const snapshot = known === undefined ? await this.#parts.snapshot(this.heard) : undefined;
    if (this.#state !== 'greeted') return;
    this.#cursor = known ?? head;
    const ready = { type: 'ready', seq: this.#cursor, topics: this.topics } as const;
    this.#send(snapshot ? { ...ready, snapshot } : ready);
    this.#state = 'catching-up';
    await this.#catchUp();
  }

  take(seq: number, message: SharedMessage): void {
    const { socket, company } = this.#parts;
    if (socket.buffered > SLOW_BYTES) {
      company.remove(this);
      this.#state = 'lagging';
      this.#send({ type: 'resync', seq: this.#cursor, why: 'slow' });
      return;
    }
    this.#cursor = seq;
    socket.send(message);
  }

  hold(): void {
    this.#parts.socket.hold();
  }

  release(): void {
    this.#parts.socket.release();
  }

  /** Something that the next one of its kind replaces. */
  takeGauge(message: SharedMessage): void {
    if (this.#state === 'live' && this.#parts.socket.buffered <= GAUGE_BYTES)
      this.#parts.socket.send(message);
  }

  ping(): void {
    if (this.#state !== 'closed') this.#send({ type: 'ping', seq: this.position });
  }

  /** It hears no more; its socket stays. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#parts.company.remove(this);
    this.#wait?.timer.cancel();
    this.#wait?.go();
  }

  async #catchUp(): Promise<void> {
    const { feed, grant, company, socket } = this.#parts;
    while (this.#state === 'catching-up') {
      if (this.#cursor >= company.position) {
        company.add(this);
        this.#state = 'live';
        return;
      }
      const { events, last, gap } = await feed.read(grant.tenantId, this.#cursor, PAGE, grant.show);
      if (this.#state !== 'catching-up') return;
      socket.hold();
      if (gap) this.#send({ type: 'gap', ...gap });
      for (const fed of events)
        if (isHeard(fed, this.keys)) socket.send(messageOf({ type: 'event', event: fed.event }));
      socket.release();
      this.#cursor = last;
      while (this.#state === 'catching-up' && socket.buffered > PAGE_BYTES) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((go) => {
      this.#wait = { timer: this.#parts.clock.after(LOOK_AGAIN_MS, go), go };
    });
    this.#wait = undefined;
  }

  #send(message: Parameters<typeof messageOf>[0]): void {
    this.#parts.socket.send(messageOf(message));
  }
}
