import { type Outbound, OutboundError } from '../outbound/outbound.ts';
import type { Clock } from '../shared/clock.ts';
import { asError, ClosedError } from '../shared/errors.ts';
import { signedHeaders } from './signature.ts';
import type { Delivery, Webhook } from './webhook-store.ts';

/** For an answer, to its last byte. */
const LIMIT_MS = 10_000;
/** Of an answer that are read: its status is all that counts. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** What one attempt came to. */
export type Sent = Pick<Delivery, 'tookMs' | 'status' | 'error'>;

/** Posts one event to a receiver, signed. */
export class Post {
  readonly #outbound: Outbound;
  readonly #clock: Clock;
  readonly #closing = new AbortController();

  constructor(outbound: Outbound, clock: Clock) {
    this.#outbound = outbound;
    this.#clock = clock;
  }

  /** Rejects when it was closed only. `id` tells events apart: it is the same in each attempt. */
  async send(
    { url, secret, oldSecret }: Pick<Webhook, 'url' | 'secret' | 'oldSecret'>,
    event: { readonly id: string },
  ): Promise<Sent> {
    const body = JSON.stringify(event);
    const now = this.#clock.now();
    const secrets = oldSecret && oldSecret.until > now ? [secret, oldSecret.secret] : [secret];
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(secrets, event.id, Math.floor(now / 1000), body),
    };
    const began = this.#clock.monotonic();
    const tookMs = () => Math.round(this.#clock.monotonic() - began);
    try {
      const { status } = await this.#outbound.ask({
        ...{ url, method: 'POST', headers, body, limitMs: LIMIT_MS, maxBytes: MAX_ANSWER_BYTES },
        signal: this.#closing.signal,
      });
      const isDone = status >= 200 && status < 300;
      return { tookMs: tookMs(), status, error: isDone ? undefined : `status ${status}` };
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      const { message } = asError(error);
      const why = error instanceof OutboundError ? `${error.code}: ${message}` : message;
      return { tookMs: tookMs(), status: undefined, error: why.slice(0, 500) };
    }
  }

  /** Breaks off what is under way. Idempotent. */
  close(): void {
    this.#closing.abort(new ClosedError('what sends webhooks'));
  }
}
