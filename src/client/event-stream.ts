import type { PublicEvent } from '../stream/event-types.ts';
import type { StreamMessage } from '../stream/messages.ts';
import type { Asker } from './asker.ts';
import { PbxError } from './pbx-error.ts';
import { polled } from './poll-source.ts';
import { SocketSource, type WebSocketClass } from './socket-source.ts';
import type { StreamSource } from './stream-source.ts';
import { type Backoff, delayMs, wait } from './waiting.ts';

export type { WebSocketClass } from './socket-source.ts';

type MessageOf<Type extends StreamMessage['type']> = Extract<StreamMessage, { readonly type: Type }>;

export interface StreamOptions {
  /** `calls`, `calls/ID`, `queues/NAME`, `agents/WORK NUMBER` ...; left out: all that one may hear. */
  readonly topics?: readonly string[];
  /** The number of the last event that one has; left out: what happens from now on. */
  readonly after?: number;
  /** The company, of who may see several. */
  readonly tenant?: string;
  /** Ends it, as `close()` does. */
  readonly signal?: AbortSignal;
  /** Default: the WebSocket, where the platform has one. */
  readonly transport?: 'socket' | 'poll';
  /** A connection that says nothing for so long is taken for lost; the PBX says something every 20 s. Default 45 s. */
  readonly silenceMs?: number;
  /** Between connections; default from 250 ms to 15 s. */
  readonly backoff?: Backoff;
  /**
   * What becomes of who fell behind, or whose rights are others now. `events`: he is given all that he may have, late. `snapshot`: it begins
   * anew with how things are, as a screen wants it. Default: `events`.
   */
  readonly catchUp?: 'events' | 'snapshot';
  /** It is connected: `snapshot` holds queues and agents as they are, when it began without `after`, by WebSocket. */
  readonly onReady?: (ready: MessageOf<'ready'>) => void;
  /** How queues are now, of topics with gauges. */
  readonly onGauge?: (gauge: MessageOf<'gauge'>) => void;
  /** These events are not kept any more: nobody can have them. */
  readonly onGap?: (gap: { readonly from: number; readonly to: number }) => void;
  /** The PBX knows no event of our number, a backup was brought back say: what it tells counts from `seq` on. */
  readonly onReset?: (reset: { readonly seq: number }) => void;
  /** The rights of who hears are others now. */
  readonly onRights?: () => void;
  /** The connection was lost, or not made, for this reason; it is tried again. */
  readonly onLost?: (error: unknown) => void;
}

export interface StreamParts {
  /** For long polls; undefined: there is a WebSocket. */
  readonly asker: Asker | undefined;
  readonly url: string;
  readonly ticket: (signal: AbortSignal) => Promise<string>;
  readonly WebSocket: WebSocketClass | undefined;
}

const BACKOFF: Backoff = { firstMs: 250, longestMs: 15_000 };
const SILENCE_MS = 45_000;
/** Of WebSockets. */
const OTHER_RIGHTS = 4403;
/** Refusals that stay what they are: asking again does not help. */
const FINAL: ReadonlySet<number> = new Set([400, 401, 403, 404, 422]);
const FINAL_CODES: ReadonlySet<string> = new Set(['bad-request', 'forbidden', 'not-found', 'unauthorized']);

/**
 * Events of a company, each once and in order: `for await (const event of pbx.stream({ topics: ['calls'] }))`. A connection that is lost
 * is made again and goes on after the last event. The loop ends by `break`, `close()` or the signal; it throws PbxError where it is refused.
 */
export class EventStream implements AsyncIterable<PublicEvent> {
  readonly #parts: StreamParts;
  readonly #options: StreamOptions;
  readonly #closing = new AbortController();
  #seq: number | undefined;
  #failures = 0;
  /** Ends the connection that there is. */
  #gone: AbortController | undefined;
  /** Ends the wait for the next one. */
  #hurry: AbortController | undefined;
  #isHurried = false;
  #heardAt = 0;

  constructor(parts: StreamParts, options: StreamOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#seq = options.after;
  }

  /** All up to this number was given, or is not for these topics: what to go on `after` another time. Undefined: it has not begun. */
  get seq(): number | undefined {
    return this.#seq;
  }

  /** Connects at once where it waits to do so: the network is back. */
  retry(): void {
    this.#failures = 0;
    this.#hurry?.abort();
  }

  /** For when this machine slept: what looks open may be gone, and is made anew unless something was heard lately. */
  prove(): void {
    const { silenceMs = SILENCE_MS } = this.#options;
    if (this.#gone && Date.now() - this.#heardAt < silenceMs / 2) return;
    this.#isHurried = this.#gone !== undefined;
    this.#gone?.abort();
    this.retry();
  }

  /** Idempotent. */
  close(): void {
    this.#closing.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PublicEvent, void, undefined> {
    const { signal } = this.#options;
    const close = () => this.close();
    signal?.addEventListener('abort', close, { once: true });
    if (signal?.aborted) this.close();
    try {
      while (!this.#isClosed) yield* this.#connection();
    } finally {
      signal?.removeEventListener('abort', close);
      this.close();
    }
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async *#connection(): AsyncGenerator<PublicEvent, void, undefined> {
    const gone = new AbortController();
    this.#gone = gone;
    this.#heardAt = Date.now();
    let source: StreamSource | undefined;
    const signal = AbortSignal.any([this.#closing.signal, gone.signal]);
    let lost: unknown = new PbxError({ code: 'unreachable', detail: 'the connection was lost' }, 0);
    try {
      source = await this.#open(signal);
      for await (const message of source) {
        if (this.#isClosed) return;
        const event = this.#take(message, source);
        if (event) yield event;
      }
    } catch (error) {
      if (this.#isClosed) return;
      if (isFinal(error)) throw error;
      lost = error;
    } finally {
      this.#gone = undefined;
      gone.abort();
    }
    if (this.#isClosed) return;
    if (source?.closedWith === OTHER_RIGHTS) {
      if (this.#catchesUpAnew) this.#seq = undefined;
      this.#options.onRights?.();
    }
    this.#options.onLost?.(lost);
    const later = lost instanceof PbxError ? (lost.retryAfterMs ?? 0) : 0;
    const backoff = delayMs(this.#options.backoff ?? BACKOFF, this.#failures);
    this.#failures += 1;
    if (!this.#isHurried) await this.#wait(Math.max(later, backoff));
    this.#isHurried = false;
  }

  async #wait(ms: number): Promise<void> {
    const hurry = new AbortController();
    this.#hurry = hurry;
    await wait(ms, AbortSignal.any([this.#closing.signal, hurry.signal]));
    this.#hurry = undefined;
  }

  get #catchesUpAnew(): boolean {
    return this.#options.catchUp === 'snapshot';
  }

  async #open(signal: AbortSignal): Promise<StreamSource> {
    const { asker, url, ticket, WebSocket } = this.#parts;
    const { topics, tenant, transport, silenceMs = SILENCE_MS } = this.#options;
    const asked = { after: this.#seq, topics, tenant };
    if (asker && (transport === 'poll' || !WebSocket)) return polled(asker, asked, signal);
    if (!WebSocket) throw new TypeError('this platform has no WebSocket');
    const address = `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/api/v1/stream`;
    const made = await ticket(signal).catch((error: unknown) => {
      if (error instanceof PbxError) throw error;
      throw new PbxError({ code: 'unreachable', detail: 'there is no ticket' }, 0, { cause: error });
    });
    const socket = new WebSocket(`${address}?ticket=${encodeURIComponent(made)}`);
    return new SocketSource(socket, asked, silenceMs, signal);
  }

  /** What is to be given of a message. */
  #take(message: StreamMessage, source: StreamSource): PublicEvent | undefined {
    const { onReady, onGauge, onGap, onReset } = this.#options;
    this.#heardAt = Date.now();
    switch (message.type) {
      case 'ready':
        this.#failures = 0;
        this.#seq = message.seq;
        onReady?.(message);
        return undefined;
      case 'event':
        if (message.event.seq <= (this.#seq ?? 0)) return undefined;
        this.#seq = message.event.seq;
        return message.event;
      case 'gauge':
        onGauge?.(message);
        return undefined;
      case 'gap':
        this.#pass(message.to);
        onGap?.({ from: message.from, to: message.to });
        return undefined;
      case 'ping':
        this.#pass(message.seq);
        return undefined;
      case 'resync':
        // Too slow: it goes on from what was taken, at our pace.
        if (message.why === 'slow') {
          if (this.#catchesUpAnew) this.#seq = undefined;
          source.resume(this.#catchesUpAnew ? undefined : (this.#seq ?? message.seq));
        } else {
          this.#seq = message.seq;
          onReset?.({ seq: message.seq });
        }
        return undefined;
      case 'error':
        throw refusalOf(message);
    }
  }

  #pass(seq: number): void {
    this.#seq = Math.max(this.#seq ?? 0, seq);
  }
}

function refusalOf({ code, detail }: MessageOf<'error'>): PbxError {
  return new PbxError({ code, detail, title: detail }, FINAL_CODES.has(code) ? 403 : 503);
}

/** Also what no PBX said: a listener that throws. */
const isFinal = (error: unknown) => !(error instanceof PbxError) || FINAL.has(error.status);
