import type { Clock, Timer } from '../../../shared/clock.ts';

/** Length of a frame: every leg of a worker is served in this rhythm. */
export const FRAME_MS = 20;
/** Samples of a frame at 8 kHz. */
export const FRAME_SAMPLES = 160;
/**
 * Parts of a frame: legs take turns, so that packets leave in a steady row instead of one burst each 20 ms. An even number,
 * as each leg has a second, short turn half a frame later.
 */
export const FRAME_SLOTS = 4;
const SLOT_MS = FRAME_MS / FRAME_SLOTS;
/** After a longer stall (a stopped process) time is skipped, not caught up. */
const MAX_BEHIND_FRAMES = 25;

/** What the clock drives. */
export interface FrameRhythm {
  /** Whether anybody waits for this slot; the clock does not wake for the others. */
  uses(slot: number): boolean;
  /** Called once a frame for each slot in use, with the monotonic time. */
  onSlot(slot: number, nowMs: number): void;
}

/**
 * One clock for a whole worker. Slot s of frame n is due at start + n * 20 ms + s * 5 ms whenever the ones before really
 * ran, so lateness never adds up; slots that were missed are caught up at once, in their order.
 */
export class FrameClock {
  readonly #clock: Clock;
  readonly #rhythm: FrameRhythm;
  #timer: Timer | undefined;
  /** The next slot to run. */
  #slot = 0;
  #dueMs = 0;

  constructor(clock: Clock, rhythm: FrameRhythm) {
    this.#clock = clock;
    this.#rhythm = rhythm;
  }

  start(): void {
    if (this.#timer) return;
    this.#dueMs = this.#clock.monotonic() + FRAME_MS;
    this.#wait();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #wake = (): void => {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#dueMs > MAX_BEHIND_FRAMES * FRAME_MS) this.#dueMs = nowMs;
    while (this.#timer && this.#dueMs <= nowMs) {
      const slot = this.#slot;
      this.#slot = (slot + 1) % FRAME_SLOTS;
      this.#dueMs += SLOT_MS;
      if (this.#rhythm.uses(slot)) this.#rhythm.onSlot(slot, nowMs);
    }
    if (this.#timer) this.#wait();
  };

  /** Until the next slot that somebody uses, at most a frame. */
  #wait(): void {
    let dueMs = this.#dueMs;
    for (let ahead = 0; ahead < FRAME_SLOTS; ahead++) {
      if (this.#rhythm.uses((this.#slot + ahead) % FRAME_SLOTS)) break;
      dueMs += SLOT_MS;
    }
    const ms = dueMs - this.#clock.monotonic();
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(ms)), this.#wake);
  }
}
