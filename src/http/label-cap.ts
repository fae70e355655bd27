import type { Sample } from './metric.ts';

/** Value of the labels of what is not told apart any more. */
export const OTHERS = 'other';

/** A value of something, by its name or names; `also`: labels of a few fixed values. */
export interface NamedValue {
  readonly of: readonly string[];
  readonly also?: Readonly<Record<string, string>>;
  readonly value: number;
}

const sum = (one: number, other: number) => one + other;

/**
 * How many of a kind have series of their own: those that are seen first, for good, so that no counter moves from one to another. The rest share
 * the labels {@link OTHERS}: what people set up must not fill who reads the metrics.
 */
export class LabelCap {
  readonly #labels: readonly string[];
  readonly #max: number;
  readonly #named = new Set<string>();
  readonly #others = new Set<string>();

  /** `labels`: one for each name, the last says what it is. */
  constructor(labels: readonly string[], max: number) {
    this.#labels = labels;
    this.#max = max;
  }

  /** What is told apart: `queue`. */
  get what(): string {
    return this.#labels.at(-1)!;
  }

  /** How many have no series of their own. */
  get leftOut(): number {
    return this.#others.size;
  }

  /** A sample each; the values of the others are joined. */
  samples(values: readonly NamedValue[], join: (one: number, other: number) => number = sum): Sample[] {
    const samples: Sample[] = [];
    const joined = new Map<string, { labels: Record<string, string>; value: number }>();
    for (const { of, also, value } of values) {
      if (this.#isNamed(of)) {
        samples.push({ labels: { ...this.#labelled(of), ...also }, value });
        continue;
      }
      const key = Object.values(also ?? {}).join('\n');
      const known = joined.get(key);
      if (known) known.value = join(known.value, value);
      else joined.set(key, { labels: { ...this.#labelled(of.map(() => OTHERS)), ...also }, value });
    }
    return [...samples, ...joined.values()];
  }

  #isNamed(names: readonly string[]): boolean {
    const key = names.join('\n');
    if (this.#named.has(key)) return true;
    const set = this.#named.size < this.#max ? this.#named : this.#others;
    set.add(key);
    return set === this.#named;
  }

  #labelled(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.#labels.map((label, place) => [label, names[place]!]));
  }
}
