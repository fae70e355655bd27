/** Comfort noise (RFC 3389): the sender stopped talking and names the level of its background noise. */

/** Static payload type of CN at 8 kHz (RFC 3389 4). */
export const COMFORT_NOISE_PAYLOAD_TYPE = 13;
/** RFC 3389 3.1: the level counts down from overload (dBov). */
const PEAK_DBOV = 32767;

/** White noise at the level that was announced; spectral coefficients are not followed, as RFC 3389 3.3 allows. */
export class ComfortNoise {
  /** Below 0: no noise announced. */
  #amplitude = -1;
  #seed = 0x2545f491;

  get active(): boolean {
    return this.#amplitude >= 0;
  }

  /** A CN payload came: its first byte is the level, 0 to 127 dB below overload. */
  announce(levelByte: number): void {
    // root 3: uniform noise of this amplitude has the power of the level; capped at -30 dBov to never hurt
    const level = Math.max(30, levelByte & 0x7f);
    this.#amplitude = PEAK_DBOV * 10 ** (-level / 20) * Math.sqrt(3);
  }

  /** Audio came again. */
  stop(): void {
    this.#amplitude = -1;
  }

  /** Fills `count` samples from `at` on. */
  fill(samples: Int16Array, at: number, count: number): void {
    const scale = Math.max(0, this.#amplitude) / 0x8000_0000;
    let seed = this.#seed;
    for (let index = 0; index < count; index++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      samples[at + index] = seed * scale;
    }
    this.#seed = seed;
  }
}
