import type { CauseSlug } from '../shared/cause.ts';
import type { Destination, Resolved } from './destination.ts';
import type { Leg } from './leg.ts';
import type { RingTarget } from './rung.ts';

/** A leg that rings, and the ways that are left to its target. */
export interface Attempt {
  readonly leg: Leg;
  readonly target: RingTarget;
  /** Who is rung: the target, or whom its phone forwarded to. */
  readonly destination: Destination;
  readonly way: Resolved;
}

/** The legs that ring now, those of one target or of several. */
export class Attempts {
  #all: readonly Attempt[] = [];

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  add(attempt: Attempt): void {
    this.#all = [...this.#all, attempt];
  }

  of(leg: Leg): Attempt | undefined {
    return this.#all.find((attempt) => attempt.leg === leg);
  }

  wayOf(target: RingTarget): Resolved | undefined {
    return this.#all.find((attempt) => attempt.target === target)?.way;
  }

  where(which: (attempt: Attempt) => boolean): readonly Attempt[] {
    return this.#all.filter(which);
  }

  forget(attempt: Attempt): void {
    this.#all = this.#all.filter((other) => other !== attempt);
  }

  /** Forgets them, then ends their legs. */
  letGo(attempts: readonly Attempt[], cause: CauseSlug): void {
    for (const attempt of attempts) this.forget(attempt);
    for (const { leg } of attempts) leg.sip.end({ cause });
  }

  letAllGo(cause: CauseSlug): void {
    this.letGo(this.#all, cause);
  }
}
