import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../shared/clock.ts';

/** Where they are good. */
export const STREAM_PATH = '/api/v1/stream';

const GOOD_MS = 30_000;
const MAX_TICKETS = 10_000;

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');

/**
 * Tickets (一次性凭证) for pages that can send neither a cookie nor a header with their WebSocket: good once, for half a minute, on the
 * node that gave them. Who connects with one hears what its maker may, as long as he may.
 */
export class StreamTickets {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #made = new Map<string, { readonly by: FastifyRequest; readonly endsAt: number }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  make(by: FastifyRequest): { readonly ticket: string; readonly endsAt: number } {
    const now = this.#clock.now();
    // They end in the order in which they were made.
    for (const [hash, { endsAt }] of this.#made) {
      if (endsAt > now && this.#made.size < MAX_TICKETS) break;
      this.#made.delete(hash);
    }
    const ticket = randomBytes(24).toString('base64url');
    const endsAt = now + GOOD_MS;
    this.#made.set(hashOf(ticket), { by, endsAt });
    return { ticket, endsAt };
  }

  /** Of a request that connects to the stream with a ticket; see {@link use}. */
  of({ routeOptions: { url }, query }: FastifyRequest): FastifyRequest | undefined {
    if (url !== STREAM_PATH) return undefined;
    const { ticket } = query as { readonly ticket?: unknown };
    return typeof ticket === 'string' ? this.use(ticket) : undefined;
  }

  /** The request with which it was made; undefined: it is none, not any more, or was used. */
  use(ticket: string): FastifyRequest | undefined {
    const hash = hashOf(ticket);
    const made = this.#made.get(hash);
    this.#made.delete(hash);
    return made && made.endsAt > this.#clock.now() ? made.by : undefined;
  }
}
