/** What the engine remembers of lines: who is in use, when each was used last, who answered whom. */
import { dropOldest } from '../../shared/drop-oldest.ts';

export type DialStrategy = 'sequential' | 'round-robin' | 'random' | 'ring-all' | 'least-recent' | 'weighted';

/** A line or extension as distribution sees it. */
export interface Candidate {
  /** Unique within the tenant: the number. */
  readonly key: string;
  readonly weight: number;
}

const STICKY_CALLERS = 100_000;

export class LineBook {
  readonly #active = new Map<string, number>();
  readonly #lastUsed = new Map<string, number>();
  /** Next position of each round-robin node. */
  readonly #cursors = new Map<string, number>();
  /** Line that answered a caller last, the least recent caller first. */
  readonly #sticky = new Map<string, string>();
  #uses = 0;

  active(key: string): number {
    return this.#active.get(key) ?? 0;
  }

  /** Takes a channel of a line; the function returned gives it back, once. */
  take(key: string): () => void {
    this.#active.set(key, this.active(key) + 1);
    this.#lastUsed.set(key, ++this.#uses);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = this.active(key) - 1;
      if (left > 0) this.#active.set(key, left);
      else this.#active.delete(key);
    };
  }

  /** Notes who answered a caller. Those who withhold their number are not one caller. */
  remember(caller: string, key: string): void {
    if (caller === '') return;
    this.#sticky.delete(caller);
    this.#sticky.set(caller, key);
    if (this.#sticky.size > STICKY_CALLERS) dropOldest(this.#sticky);
  }

  lastFor(caller: string): string | undefined {
    return this.#sticky.get(caller);
  }

  /** The candidates in the order in which they are to be tried. `node` names the place in the plan. */
  order<Each extends Candidate>(
    candidates: readonly Each[],
    strategy: DialStrategy,
    node: string,
    random: () => number,
  ): readonly Each[] {
    switch (strategy) {
      case 'sequential':
      case 'ring-all':
        return candidates;
      case 'round-robin': {
        const cursor = (this.#cursors.get(node) ?? 0) % candidates.length;
        this.#cursors.set(node, cursor + 1);
        return [...candidates.slice(cursor), ...candidates.slice(0, cursor)];
      }
      case 'least-recent':
        return candidates.toSorted((a, b) => this.#used(a.key) - this.#used(b.key));
      case 'random':
        return shuffled(candidates, () => 1, random);
      case 'weighted':
        return shuffled(candidates, (each) => each.weight, random);
    }
  }

  #used(key: string): number {
    return this.#lastUsed.get(key) ?? 0;
  }
}

/** Draws without putting back; a candidate's chance is its weight over the sum of those left. */
function shuffled<Each>(
  candidates: readonly Each[],
  weightOf: (each: Each) => number,
  random: () => number,
): readonly Each[] {
  const left = [...candidates];
  const order: Each[] = [];
  while (left.length > 0) {
    const sum = left.reduce((total, each) => total + weightOf(each), 0);
    const point = random() * sum;
    let index = 0;
    let passed = weightOf(left[0]!);
    while (passed <= point && index < left.length - 1) passed += weightOf(left[++index]!);
    order.push(...left.splice(index, 1));
  }
  return order;
}
