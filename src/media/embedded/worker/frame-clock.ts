import type { Clock, Timer } from '../../../shared/clock.ts';

/** Length of a frame: every leg of a worker is served in this rhythm. */
export const FRAME_MS = 20;
/** Samples of a frame at 8 kHz. */
export const FRAME_SAMPLES = 160;
/** After a longer stall (a stopped process) time is skipped, not caught up. */
const MAX_BEHIND_FRAMES = 25;

/**
 * One tick every 20 ms for a whole worker. Tick n is due at start + n * 20 ms whenever the one before really ran, so
 * lateness never adds up; ticks that were missed are caught up at once.
 */
export class FrameClock {
  readonly #clock: Clock;
  readonly #onFrame: (nowMs: number) => void;
  #timer: Timer | undefined;
  #dueMs = 0;

  /** @param onFrame called once a frame with the monotonic time */
  constructor(clock: Clock, onFrame: (nowMs: number) => void) {
    this.#clock = clock;
    this.#onFrame = onFrame;
  }

  start(): void {
    if (this.#timer) return;
    this.#dueMs = this.#clock.monotonic() + FRAME_MS;
    this.#wait(FRAME_MS);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #wake = (): void => {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#dueMs > MAX_BEHIND_FRAMES * FRAME_MS) this.#dueMs = nowMs;
    while (this.#timer && this.#dueMs <= nowMs) {
      this.#dueMs += FRAME_MS;
      this.#onFrame(nowMs);
    }
    if (this.#timer) this.#wait(this.#dueMs - this.#clock.monotonic());
  };

  #wait(ms: number): void {
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(ms)), this.#wake);
  }
}
