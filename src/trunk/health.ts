import type { SipEdge } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';

/** A trunk that is down gets no calls. */
export type HealthState = 'up' | 'down';

/** Who is probed how often, and how many probes in a row count. */
export interface HealthOptions {
  readonly uri: string;
  readonly probeMs: number;
  readonly failures: number;
  readonly successes: number;
}

/**
 * Asks a peer for life by OPTIONS. The state changes only after several probes in a row say the same (hysteresis),
 * so that one lost packet moves no traffic. Any answer but 408 and 503 is a sign of life.
 *
 * ```
 * up --failures in a row--> down --successes in a row--> up
 * ```
 */
export class Health {
  readonly #options: HealthOptions;
  readonly #edge: SipEdge;
  readonly #clock: Clock;
  readonly #onChange: (state: HealthState) => void;
  #state: HealthState = 'up';
  /** Probes in a row that spoke against the state. */
  #against = 0;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: HealthOptions, edge: SipEdge, clock: Clock, onChange: (state: HealthState) => void) {
    this.#options = options;
    this.#edge = edge;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get state(): HealthState {
    return this.#state;
  }

  start(): void {
    if (this.#options.probeMs > 0) this.#timer = this.#clock.after(0, () => void this.#probe());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Takes one observation: a probe's, or that of a call that could not be delivered. */
  observe(alive: boolean): void {
    if (alive === (this.#state === 'up')) {
      this.#against = 0;
      return;
    }
    this.#against += 1;
    const needed = alive ? this.#options.successes : this.#options.failures;
    if (this.#against < needed) return;
    this.#against = 0;
    this.#state = alive ? 'up' : 'down';
    this.#onChange(this.#state);
  }

  async #probe(): Promise<void> {
    const { uri, probeMs } = this.#options;
    const from = { uri: `sip:ping@${uri.slice(uri.indexOf(':') + 1).split(';')[0]}` };
    const answer = await this.#edge
      .request({ method: 'OPTIONS', uri, from, timeoutMs: Math.min(probeMs, 5_000) })
      .catch(() => undefined);
    if (this.#closed) return;
    this.observe(answer !== undefined && answer.status !== 408 && answer.status !== 503);
    this.#timer = this.#clock.after(probeMs, () => void this.#probe());
  }
}
