/** What a player draws of a piece of time, per channel: -128 to 127. */
export interface Peaks {
  readonly durationMs: number;
  readonly channels: readonly { readonly min: readonly number[]; readonly max: readonly number[] }[];
}

/** Two neighbours become one when there are so many. */
const MAX_BUCKETS = 2_000;
const FIRST_FRAMES = 8;

/** Folds samples into 1,000 to 2,000 buckets, fewer of what is shorter than a second, however long it becomes. */
export class PeakFolder {
  readonly #channels: readonly { readonly min: number[]; readonly max: number[] }[];
  readonly #rate: number;
  /** Frames of a bucket. */
  #width = FIRST_FRAMES;
  #frames = 0;

  constructor(channels: number, rate: number) {
    this.#channels = Array.from({ length: channels }, () => ({ min: [], max: [] }));
    this.#rate = rate;
  }

  /** Frames of 16-bit samples, channel by channel in each. */
  add(samples: Int16Array): void {
    const count = this.#channels.length;
    for (let at = 0; at + count <= samples.length; at += count) {
      let bucket = Math.floor(this.#frames / this.#width);
      if (bucket >= MAX_BUCKETS) {
        this.#fold();
        bucket = Math.floor(this.#frames / this.#width);
      }
      for (let channel = 0; channel < count; channel++) {
        const { min, max } = this.#channels[channel]!;
        const level = samples[at + channel]! >> 8;
        if (bucket === min.length) {
          min.push(level);
          max.push(level);
        } else if (level < min[bucket]!) min[bucket] = level;
        else if (level > max[bucket]!) max[bucket] = level;
      }
      this.#frames++;
    }
  }

  get peaks(): Peaks {
    const durationMs = Math.round((this.#frames * 1000) / this.#rate);
    return { durationMs, channels: this.#channels };
  }

  #fold(): void {
    this.#width *= 2;
    for (const { min, max } of this.#channels) {
      for (let index = 0; index * 2 < min.length; index++) {
        min[index] = Math.min(min[index * 2]!, min[index * 2 + 1] ?? min[index * 2]!);
        max[index] = Math.max(max[index * 2]!, max[index * 2 + 1] ?? max[index * 2]!);
      }
      min.length = Math.ceil(min.length / 2);
      max.length = Math.ceil(max.length / 2);
    }
  }
}
