import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that stops after each of its steps, and says how much that was; what it returns is what comes of it. */
export type Sliced<Result> = Generator<number, Result, void>;

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

  /** Does sliced work to its end. Rejects with what it throws. */
  async run<Result>(work: Sliced<Result>): Promise<Result> {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      this.#done += value;
      if (this.#done < this.#most) continue;
      this.#done = 0;
      await this.#turn();
    }
  }
}

/** Sliced work at one go: where nobody waits, or where it is little. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
