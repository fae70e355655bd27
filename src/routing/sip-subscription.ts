import type { EdgeRequest, SipEdge } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';

const MAX_EXPIRES_SECONDS = 3600;

export interface SipSubscriptionParts {
  /** The edge's name of the subscription. */
  readonly dialog: string;
  /** Event header as the phone wrote it, with its id (RFC 6665 8.2.1). */
  readonly event: string;
  /** What it is about. */
  readonly entity: string;
  /** Whose phone asked. */
  readonly owner: string;
  readonly contentType: string;
  /** What is true now; one that cannot be had is not sent. */
  readonly body: () => string | Promise<string>;
  readonly onOver: () => void;
}

/** How long a SUBSCRIBE asks to be told, as far as it is granted; 0: it ends. */
export function secondsOf(request: EdgeRequest): number {
  const asked = Number(request.header('expires') ?? MAX_EXPIRES_SECONDS);
  return Number.isFinite(asked) ? Math.min(Math.max(0, asked), MAX_EXPIRES_SECONDS) : MAX_EXPIRES_SECONDS;
}

/** The package that a SUBSCRIBE names. */
export const eventOf = (request: EdgeRequest): string =>
  (request.header('event') ?? '').split(';', 1)[0]!.trim().toLowerCase();

/** A phone's subscription (RFC 6665): NOTIFYs go out one after the other, each with what is true then. */
export class SipSubscription {
  readonly #edge: Pick<SipEdge, 'request'>;
  readonly #clock: Clock;
  readonly #parts: SipSubscriptionParts;
  #endsAt = 0;
  #isSending = false;
  #isWanted = false;
  #expiry: Timer | undefined;
  #soon: Timer | undefined;
  #isOver = false;

  constructor(edge: Pick<SipEdge, 'request'>, clock: Clock, parts: SipSubscriptionParts) {
    this.#edge = edge;
    this.#clock = clock;
    this.#parts = parts;
  }

  get owner(): string {
    return this.#parts.owner;
  }

  /** RFC 6665 4.2.1.2: a NOTIFY follows each SUBSCRIBE, after its 2xx; the last one when no time is left. */
  granted(ms: number): void {
    this.#endsAt = this.#clock.monotonic() + ms;
    this.#expiry?.cancel();
    this.#soon?.cancel();
    this.#expiry = ms > 0 ? this.#clock.after(ms, () => this.notify()) : undefined;
    this.#soon = this.#clock.after(0, () => this.notify());
  }

  /** Something is not as it was told. */
  notify(): void {
    if (this.#isOver) return;
    this.#isWanted = true;
    if (!this.#isSending) void this.#send();
  }

  /** Ends its timers; nobody is told. */
  close(): void {
    this.#isOver = true;
    this.#expiry?.cancel();
    this.#soon?.cancel();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#isWanted && !this.#isOver) {
      this.#isWanted = false;
      const leftMs = this.#endsAt - this.#clock.monotonic();
      if (leftMs <= 0) this.#end();
      const state = leftMs > 0 ? `active;expires=${Math.ceil(leftMs / 1000)}` : 'terminated;reason=timeout';
      const status = await this.#notify(state);
      // RFC 6665 4.2.2: it has forgotten the subscription, or is gone.
      if (status === 481 || status === 408) this.#end();
    }
    this.#isSending = false;
  }

  async #notify(subscriptionState: string): Promise<number> {
    const { dialog, event, entity, contentType, body } = this.#parts;
    const made = body();
    const answer = await this.#edge
      .request({
        method: 'NOTIFY',
        dialog,
        uri: entity,
        from: { uri: entity },
        headers: { Event: event, 'Subscription-State': subscriptionState },
        contentType,
        body: typeof made === 'string' ? made : await made,
      })
      .catch(() => undefined);
    return answer?.status ?? 481;
  }

  #end(): void {
    this.close();
    this.#parts.onOver();
  }
}
