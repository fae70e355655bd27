import { didYouMean } from '../../shared/did-you-mean.ts';
import type { Sliced } from '../../shared/slices.ts';
import type { EntityName } from '../change.ts';
import { keyOf } from '../change.ts';
import type { Snapshot } from '../snapshot.ts';

/** What somebody may have meant by a name that nothing has. */
export interface Guess {
  /** The name that is most like it. */
  readonly near: string | undefined;
  /** Some of those that there are; empty: there are none. */
  readonly some: readonly string[];
}

/** Names that are looked for, of one check: nobody reads more, and each is compared with all that there are. */
const MOST = 50;
/** Names that are compared in a step. */
const AT_ONCE = 20;
/** What a step is, in looks at an entity. */
const COST = 40;
const TOLD = 10;

/** What names that do not exist were meant to be: each is looked for once. */
export class Guesses {
  readonly #snapshot: Snapshot;
  readonly #known = new Map<string, Guess>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  *of(missing: EntityName): Sliced<Guess> {
    const key = keyOf(missing);
    const known = this.#known.get(key);
    if (known) return known;
    const guess = yield* this.#guess(missing, this.#known.size < MOST);
    if (this.#known.size < MOST) this.#known.set(key, guess);
    return guess;
  }

  *#guess({ kind, tenant, name }: EntityName, isSought: boolean): Sliced<Guess> {
    const known = Array.from(this.#snapshot.entitiesOf(kind, tenant), (entity) => entity.name);
    const some = known.slice(0, TOLD);
    let near: string | undefined;
    for (let from = 0; isSought && from < known.length; from += AT_ONCE) {
      yield COST;
      near = nearest(name, near, known.slice(from, from + AT_ONCE));
    }
    return { near, some };
  }
}

/** The best so far stands first: of two that are as near, it stays. */
const nearest = (name: string, best: string | undefined, more: readonly string[]) =>
  didYouMean(name, best === undefined ? more : [best, ...more]);
