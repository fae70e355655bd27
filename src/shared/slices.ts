import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long work on the thread that reads SIP, cut into slices: after so many steps the loop has its turn. */
export class Slices {
  readonly #most: number;
  readonly #turn: () => Promise<unknown>;
  #done = 0;

  /** `most`: steps of a turn; `turn`: resolves in the next one. */
  constructor(most: number, turn: () => Promise<unknown> = () => nextTurn()) {
    this.#most = most;
    this.#turn = turn;
  }

  /** Counts what is about to be done; has the loop take its turn before it where this one had its part. */
  async step(steps = 1): Promise<void> {
    this.#done += steps;
    if (this.#done <= this.#most) return;
    this.#done = steps;
    await this.#turn();
  }
}
