import type { Clock, Timer } from '../shared/clock.ts';

const POLL_MS = 250;
/** While somebody waits for what it sees. */
const HURRY_MS = 50;

/** What the server says of the party's stream. */
export interface ReceivedStream {
  readonly packets: number;
  readonly address: string;
  readonly port: number;
}

/** What a watch asks. */
export interface MediaWatchQuestions {
  /** Undefined: not known now. */
  look(): Promise<ReceivedStream | undefined>;
  /** Whether the far end should be sending now: not while either side holds. */
  expects(): boolean;
  /** Whether audio waits for what the next look says; then it is never given up either. Default: never. */
  hurries?(): boolean;
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
  #isOver = false;

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
    this.#wait();
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    const periodMs = this.#questions.hurries?.() ? HURRY_MS : POLL_MS;
    this.#timer = this.#clock.after(periodMs, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    const received = await this.#questions.look();
    if (this.#isOver) return;
    if (received && received.packets > this.#packets) this.#heard(received);
    else if (!this.#questions.expects()) this.#heardAtMs = this.#clock.monotonic();
    else if (received) this.#silent();
    if (!this.#isOver) this.#wait();
  }

  #heard({ packets, address, port }: ReceivedStream): void {
    const first = this.#packets === 0;
    this.#packets = packets;
    this.#heardAtMs = this.#clock.monotonic();
    this.#dead = false;
    if (first) this.#events.started(address, port);
    if (this.#limitMs === undefined && !this.#questions.hurries) this.stop();
  }

  #silent(): void {
    const silentMs = this.#clock.monotonic() - this.#heardAtMs;
    if (this.#limitMs === undefined || this.#dead || silentMs < this.#limitMs) return;
    this.#dead = true;
    this.#events.deadAir(silentMs);
  }
}
