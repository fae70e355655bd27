import type { SipEdge } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import type { Logger } from '../shared/logger.ts';
import type { Phones } from './phones.ts';

/** The phones of an extension. */
export interface PhonesOf {
  readonly tenant: string;
  readonly extension: string;
}

export interface SilentPhonesParts {
  readonly phones: Pick<Phones, 'routes' | 'events'>;
  readonly edge: Pick<SipEdge, 'request' | 'wasOverloaded'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Phones of an extension are silent, or no longer. */
  readonly onChange: (tenant: string, extension: string) => void;
}

/** A phone answers within so long, or is silent; it is asked again and again then. */
const ANSWER_MS = 5_000;
const AGAIN_MS = 30_000;
/** So many are asked at the same time. */
const AT_ONCE = 50;

/** Nobody has answered: RFC 3261 8.1.3.1, RFC 5626 11.1. */
const NO_ANSWERS: ReadonlySet<number> = new Set([408, 430, 503]);

/**
 * Phones that were registered before the engine began, and may have gone meanwhile: they are asked by OPTIONS (RFC 3261 11). Those
 * that say nothing cannot be reached until they answer or register.
 */
export class SilentPhones {
  readonly #parts: SilentPhonesParts;
  /** When they are asked again, by `tenant/extension`. */
  readonly #silent = new Map<string, Timer>();
  readonly #subscription: Subscription;
  #isClosed = false;

  constructor(parts: SilentPhonesParts) {
    this.#parts = parts;
    this.#subscription = parts.phones.events.on('located', (phone) => this.#heardOf(phone));
  }

  has(tenant: string, extension: string): boolean {
    return this.#silent.has(keyOf({ tenant, extension }));
  }

  /** Resolves when all have answered, or had the time for it. */
  async ask(all: readonly PhonesOf[]): Promise<void> {
    const left = [...all];
    const askNext = async () => {
      for (let one = left.shift(); one; one = left.shift()) await this.#ask(one);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, askNext));
  }

  close(): void {
    this.#isClosed = true;
    this.#subscription.off();
    for (const timer of this.#silent.values()) timer.cancel();
    this.#silent.clear();
  }

  async #ask(one: PhonesOf): Promise<void> {
    const { phones, edge, clock, log, onChange } = this.#parts;
    if (this.#isClosed) return;
    const askedAt = clock.monotonic();
    const routes = phones.routes(one.tenant, one.extension);
    const answers = await Promise.all(
      routes.map(({ signallingAddress: _, isBrowser: __, ...route }) =>
        edge.request({ ...route, method: 'OPTIONS', timeoutMs: ANSWER_MS }).catch(() => undefined),
      ),
    );
    if (this.#isClosed) return;
    const isThere = answers.some((answer) => answer && !NO_ANSWERS.has(answer.status));
    if (isThere || routes.length === 0 || edge.wasOverloaded(askedAt)) return this.#heardOf(one);
    const key = keyOf(one);
    const isNew = !this.#silent.has(key);
    this.#silent.set(
      key,
      clock.after(AGAIN_MS, () => void this.#ask(one)),
    );
    if (!isNew) return;
    log.warn({ tenant: one.tenant, extension: one.extension }, 'a phone that was registered is silent');
    onChange(one.tenant, one.extension);
  }

  #heardOf(one: PhonesOf): void {
    const timer = this.#silent.get(keyOf(one));
    if (!timer) return;
    timer.cancel();
    this.#silent.delete(keyOf(one));
    this.#parts.onChange(one.tenant, one.extension);
  }
}

const keyOf = ({ tenant, extension }: PhonesOf) => `${tenant}/${extension}`;
