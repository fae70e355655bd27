import type { Clock, Timer } from '../shared/clock.ts';
import type { AgentStanding } from './kept-standings.ts';

/** A day, ms since 1970: from midnight to before midnight. */
export interface ShiftDay {
  readonly from: number;
  readonly to: number;
}

/** The days by which shifts (班次) begin: of who never signs out, too. */
export class ShiftDays {
  readonly #clock: Clock;
  readonly #dayAt: (at: number) => ShiftDay;
  readonly #began: () => void;
  #timer: Timer;

  /** `began`: told when another day begins. */
  constructor(clock: Clock, dayAt: (at: number) => ShiftDay, began: () => void) {
    this.#clock = clock;
    this.#dayAt = dayAt;
    this.#began = began;
    this.#timer = this.#wait();
  }

  /** A standing without what was done on another day. */
  ofToday(standing: AgentStanding): AgentStanding {
    const { shift } = standing;
    if (!shift || shift.since >= this.#today.from) return standing;
    return { ...standing, shift: { ...shift, since: this.#clock.now(), queues: {} } };
  }

  close(): void {
    this.#timer.cancel();
  }

  get #today(): ShiftDay {
    return this.#dayAt(this.#clock.now());
  }

  #wait(): Timer {
    return this.#clock.after(this.#today.to - this.#clock.now(), () => {
      this.#timer = this.#wait();
      this.#began();
    });
  }
}
