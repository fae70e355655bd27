import type { Clock, Timer } from '../shared/clock.ts';

/** Period until the first packet, and the longest one after it. */
const POLL_MS = 250;

/** What the server says of the party's stream. */
export interface Arrival {
  readonly packets: number;
  readonly address: string;
  readonly port: number;
}

/** What a watch asks. */
export interface MediaWatchQuestions {
  /** Undefined: not known now. */
  look(): Promise<Arrival | undefined>;
  /** Whether the far end should be sending now: not while either side holds. */
  expects(): boolean;
}

export interface MediaWatchEvents {
  started(address: string, port: number): void;
  deadAir(silentMs: number): void;
}

/**
 * Asks the server whether audio comes in, as it does not tell by itself: until the first packet, and afterwards only
 * when dead air is to be noticed.
 */
export class MediaWatch {
  readonly #clock: Clock;
  readonly #questions: MediaWatchQuestions;
  readonly #limitMs: number | undefined;
  readonly #events: MediaWatchEvents;
  #timer: Timer | undefined;
  #packets = 0;
  #heardAtMs: number;
  #dead = false;
  #looking = false;

  constructor(
    clock: Clock,
    limitMs: number | undefined,
    questions: MediaWatchQuestions,
    events: MediaWatchEvents,
  ) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#questions = questions;
    this.#events = events;
    this.#heardAtMs = clock.monotonic();
    this.#timer = clock.every(POLL_MS, () => void this.#poll());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #poll(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const arrival = await this.#questions.look();
    this.#looking = false;
    if (!this.#timer) return;
    if (arrival && arrival.packets > this.#packets) this.#heard(arrival);
    else if (!this.#questions.expects()) this.#heardAtMs = this.#clock.monotonic();
    else if (arrival) this.#silent();
  }

  #heard({ packets, address, port }: Arrival): void {
    const first = this.#packets === 0;
    this.#packets = packets;
    this.#heardAtMs = this.#clock.monotonic();
    this.#dead = false;
    if (first) this.#events.started(address, port);
    if (this.#limitMs === undefined) this.stop();
  }

  #silent(): void {
    const silentMs = this.#clock.monotonic() - this.#heardAtMs;
    if (this.#limitMs === undefined || this.#dead || silentMs < this.#limitMs) return;
    this.#dead = true;
    this.#events.deadAir(silentMs);
  }
}
