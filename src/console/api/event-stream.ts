/** The event stream of one page: that of `pbx400/client`, by the page's own session, as long as it is open. */
import { EventStream as Stream } from '../../client/event-stream.ts';
import { PbxError } from '../../client/pbx-error.ts';
import { wait } from '../../client/waiting.ts';
import { ApiError } from './ask.ts';
import type { StreamMessage } from './types.ts';

/** `lost`: what is on the screen may be old. */
export type StreamState = 'connecting' | 'live' | 'lost';

export interface EventStreamParts {
  /** To connect with. Rejects with ApiError when there is none to be had. */
  readonly ticket: (signal: AbortSignal) => Promise<string>;
  readonly company: string | undefined;
  readonly heard: (message: StreamMessage) => void;
  readonly changed: (state: StreamState) => void;
  /** The session is over, or its rights are others now. */
  readonly refused: (why: 'signed-out' | 'rights') => void;
}

const BACKOFF = { firstMs: 650, longestMs: 10_000 };
/** Who is refused asks again so often: his rights may come back. */
const REFUSED_MS = 8000;

export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #closing = new AbortController();
  #stream: Stream | undefined;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    parts.changed('connecting');
    void this.#run();
  }

  /** Ends it. Idempotent. */
  close(): void {
    this.#closing.abort();
  }

  /** Connects at once: the network is back, or somebody asks for it. */
  retry(): void {
    this.#stream?.retry();
  }

  /** This machine slept: what looks open may be gone, and its timers tell it late. */
  prove(): void {
    this.#stream?.prove();
  }

  async #run(): Promise<void> {
    const { changed, refused } = this.#parts;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const stream = this.#make();
      this.#stream = stream;
      try {
        for await (const event of stream) this.#hear({ type: 'event', event });
      } catch (error) {
        if (signal.aborted) return;
        changed('lost');
        if (error instanceof PbxError && error.status === 401) return refused('signed-out');
        refused('rights');
        await wait(REFUSED_MS, signal);
      }
    }
  }

  #make(): Stream {
    const { company, changed, refused } = this.#parts;
    const ticket = (signal: AbortSignal) => this.#ticket(signal);
    return new Stream(
      { ticket, url: location.origin, WebSocket, asker: undefined },
      {
        ...(company !== undefined && { tenant: company }),
        signal: this.#closing.signal,
        backoff: BACKOFF,
        catchUp: 'snapshot',
        onReady: (ready) => {
          changed('live');
          this.#hear(ready);
        },
        onGauge: (gauge) => this.#hear(gauge),
        onGap: (gap) => this.#hear({ type: 'gap', ...gap }),
        onRights: () => refused('rights'),
        onLost: () => changed('lost'),
      },
    );
  }

  /** A message that cannot be shown does not end the stream. */
  #hear(message: StreamMessage): void {
    try {
      this.#parts.heard(message);
    } catch (error) {
      reportError(error);
    }
  }

  async #ticket(signal: AbortSignal): Promise<string> {
    try {
      return await this.#parts.ticket(signal);
    } catch (error) {
      // Whoever is signed out asks no more; all else may pass.
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw new PbxError({ code: 'unauthorized', detail: error.message }, error.status, { cause: error });
    }
  }
}
