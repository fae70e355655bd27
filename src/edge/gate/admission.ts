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
/** One sample counts for no more: one long computation is no overload, the second in a row is. */
const MAX_LATE_MS = 200;
/** Refusing stops below this share of a limit, so that it does not flutter. */
const RELEASE = 0.8;

/** What tells how full the event loop is; both from 0 to 1, for the time since they were last asked. */
export interface LoopLoad {
  /** Share of time in which the loop was busy, and not waiting for events. */
  readonly busyShare: () => number;
  /** Share of time in which its thread was on a processor; without it all delay counts. */
  readonly cpuShare?: (() => number) | undefined;
}

/**
 * Admission control by event-loop delay and utilization: tells whether new calls can be taken. One timer, two
 * averages; asking costs nothing.
 *
 * A delay counts as far as the thread was on a processor meanwhile, or has been busy of late: a machine that stood still,
 * or that others used, is not an engine that is full. One that gets too little of its processor is: it finds no time to
 * wait.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #options: AdmissionOptions;
  readonly #load: LoopLoad;
  readonly #onChange: (overloaded: boolean) => void;
  #timer: Timer | undefined;
  #expectedMs = 0;
  #delayMs = 0;
  #utilization = 0;
  #overloaded = false;

  constructor(
    clock: Clock,
    options: AdmissionOptions,
    load: LoopLoad,
    onChange: (overloaded: boolean) => void,
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#load = load;
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
    this.#load.busyShare();
    this.#load.cpuShare?.();
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
    this.#utilization += (this.#load.busyShare() - this.#utilization) * WEIGHT;
    const ownShare = Math.max(this.#load.cpuShare?.() ?? 1, this.#utilization);
    this.#delayMs += (lateMs * ownShare - this.#delayMs) * WEIGHT;
    const { delayLimitMs, utilizationLimit } = this.#options;
    const share = this.#overloaded ? RELEASE : 1;
    const overloaded = this.#delayMs > delayLimitMs * share || this.#utilization > utilizationLimit * share;
    if (overloaded === this.#overloaded) return;
    this.#overloaded = overloaded;
    this.#onChange(overloaded);
  }
}
