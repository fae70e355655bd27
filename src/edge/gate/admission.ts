import type { Clock, Timer } from '../../shared/clock.ts';

/** When new calls are refused for the sake of those in progress. */
export interface AdmissionOptions {
  /** Average delay of the event loop above which new calls get 503. */
  readonly delayLimitMs: number;
  /** Share of time in which the event loop is busy, 0 to 1, above which new calls get 503. */
  readonly utilizationLimit: number;
}

/**
 * The limits by default. The loop reads some 32 datagrams a round, so that a server at its limit shows in its
 * utilization before it shows in its delay, while packets pile up in the kernel.
 */
export const DEFAULT_ADMISSION: AdmissionOptions = { delayLimitMs: 40, utilizationLimit: 0.97 };

const SAMPLE_MS = 50;
/** Weight of the newest sample in the averages: they follow within about a third of a second. */
const WEIGHT = 0.15;
/** One sample counts for no more: a stall alone (a machine that was stopped) is no overload, the second in a row is. */
const MAX_LATE_MS = 200;
/** Refusing stops below this share of a limit, so that it does not flutter. */
const RELEASE = 0.8;

/**
 * Admission control by event-loop delay and utilization: tells whether new calls can be taken. One timer, two
 * averages; asking costs nothing.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #options: AdmissionOptions;
  readonly #busyShare: () => number;
  readonly #onChange: (overloaded: boolean) => void;
  #timer: Timer | undefined;
  #expectedMs = 0;
  #delayMs = 0;
  #utilization = 0;
  #overloaded = false;

  /** `busyShare`: share of time that the event loop was busy since it was last asked. */
  constructor(
    clock: Clock,
    options: AdmissionOptions,
    busyShare: () => number,
    onChange: (overloaded: boolean) => void,
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#busyShare = busyShare;
    this.#onChange = onChange;
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }

  /** Averages, for metrics. */
  get load(): { readonly delayMs: number; readonly utilization: number } {
    return { delayMs: this.#delayMs, utilization: this.#utilization };
  }

  start(): void {
    this.#busyShare();
    this.#expectedMs = this.#clock.monotonic() + SAMPLE_MS;
    this.#timer = this.#clock.every(SAMPLE_MS, () => this.#sample());
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sample(): void {
    const nowMs = this.#clock.monotonic();
    const lateMs = Math.min(Math.max(0, nowMs - this.#expectedMs), MAX_LATE_MS);
    this.#expectedMs = nowMs + SAMPLE_MS;
    this.#delayMs += (lateMs - this.#delayMs) * WEIGHT;
    this.#utilization += (this.#busyShare() - this.#utilization) * WEIGHT;
    const { delayLimitMs, utilizationLimit } = this.#options;
    const share = this.#overloaded ? RELEASE : 1;
    const overloaded = this.#delayMs > delayLimitMs * share || this.#utilization > utilizationLimit * share;
    if (overloaded === this.#overloaded) return;
    this.#overloaded = overloaded;
    this.#onChange(overloaded);
  }
}
