/**
 * Packet loss concealment after the idea of ITU-T G.711 Appendix I: a gap is filled with the last pitch period of
 * what was heard, faded out over 60 ms, and blended into the audio that comes after.
 */

/** 200 Hz .. 66 Hz at 8 kHz. */
const SHORTEST_PERIOD = 40;
const LONGEST_PERIOD = 120;
/** What the periods are compared over: 20 ms. */
const MATCH = 160;
const HISTORY = LONGEST_PERIOD + MATCH;
/** G.711 I.2.7: full for 10 ms, then 20 % less each 10 ms. */
const FULL = 80;
const FADE = 400;
/** 4 ms of blending where real audio comes back. */
const BLEND = 32;

/** One stream's history and gap. Frames must be fed in order: `good` for what came, `conceal` for what did not. */
export class Concealment {
  readonly #history = new Int16Array(HISTORY);
  #period = 0;
  /** Samples made since the gap began; 0 outside of gaps. */
  #gap = 0;

  /** True while the last frame was a made one. */
  get concealing(): boolean {
    return this.#gap > 0;
  }

  /** Real audio in `samples[at, at + count)`: remembered, and blended in when it follows a gap. */
  good(samples: Int16Array, at: number, count: number): void {
    if (this.#gap > 0) {
      const blend = Math.min(BLEND, count);
      for (let index = 0; index < blend; index++) {
        const real = samples[at + index]!;
        samples[at + index] = (real * index + this.#next() * (blend - index)) / blend;
      }
      this.#gap = 0;
    }
    this.#remember(samples, at, count);
  }

  /** Fills `samples[at, at + count)` with what probably was said. */
  conceal(samples: Int16Array, at: number, count: number): void {
    if (this.#gap === 0) this.#period = this.#findPeriod();
    for (let index = 0; index < count; index++) samples[at + index] = this.#next();
  }

  /** The stream was replaced: nothing of the old one may sound. */
  reset(): void {
    this.#history.fill(0);
    this.#gap = 0;
  }

  #next(): number {
    const { length } = this.#history;
    const sample = this.#history[length - this.#period + (this.#gap % this.#period)]!;
    const faded = 1 - (this.#gap - FULL) / FADE;
    this.#gap++;
    return faded >= 1 ? sample : faded <= 0 ? 0 : sample * faded;
  }

  #remember(samples: Int16Array, at: number, count: number): void {
    const keep = Math.max(0, HISTORY - count);
    this.#history.copyWithin(0, HISTORY - keep);
    if (at === 0 && count === samples.length && count <= HISTORY) {
      this.#history.set(samples, keep);
      return;
    }
    const from = at + count - (HISTORY - keep);
    for (let index = keep; index < HISTORY; index++) {
      this.#history[index] = samples[from + index - keep]!;
    }
  }

  /** The lag at which the history is most like itself (normalised cross-correlation). */
  #findPeriod(): number {
    const history = this.#history;
    const start = HISTORY - MATCH;
    let best = SHORTEST_PERIOD;
    let bestScore = 0;
    for (let lag = SHORTEST_PERIOD; lag <= LONGEST_PERIOD; lag++) {
      let product = 0;
      let energy = 1;
      for (let index = start; index < HISTORY; index += 2) {
        const past = history[index - lag]!;
        product += history[index]! * past;
        energy += past * past;
      }
      const score = product <= 0 ? 0 : (product * product) / energy;
      if (score > bestScore * 1.001) {
        best = lag;
        bestScore = score;
      }
    }
    return best;
  }
}
