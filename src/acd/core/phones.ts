import type { CoreState } from './core-state.ts';
import type { OpenLeg } from './inputs.ts';

/** Extensions of a company: whose phones can be reached, and which legs they have. */
export class Phones {
  readonly #reachable: Set<string>;
  readonly #legs: Map<string, Set<string>>;
  /** The extension of each leg. */
  readonly #of: Map<string, string>;

  constructor({ reachable, legs, extensionOf }: Pick<CoreState, 'reachable' | 'legs' | 'extensionOf'>) {
    this.#reachable = reachable;
    this.#legs = legs;
    this.#of = extensionOf;
  }

  isReachable(extension: string): boolean {
    return this.#reachable.has(extension);
  }

  isOnCall(extension: string): boolean {
    return this.#legs.has(extension);
  }

  set(extension: string, reachable: boolean): void {
    if (reachable) this.#reachable.add(extension);
    else this.#reachable.delete(extension);
  }

  opened(leg: string, extension: string): void {
    if (this.#of.has(leg)) return;
    this.#of.set(leg, extension);
    const legs = this.#legs.get(extension);
    if (legs) legs.add(leg);
    else this.#legs.set(extension, new Set([leg]));
  }

  /** The extension that has no leg any more by this end. */
  ended(leg: string): string | undefined {
    const extension = this.#of.get(leg);
    if (extension === undefined) return undefined;
    this.#of.delete(leg);
    const legs = this.#legs.get(extension)!;
    legs.delete(leg);
    if (legs.size > 0) return undefined;
    this.#legs.delete(extension);
    return extension;
  }

  /** Takes over what is true; returns the extensions that have no leg any more, or can be reached again. */
  replace(open: readonly OpenLeg[], reachable: readonly string[]): string[] {
    const before = [...this.#legs.keys()];
    this.#of.clear();
    this.#legs.clear();
    for (const { leg, extension } of open) if (extension !== undefined) this.opened(leg, extension);
    const back = reachable.filter((extension) => !this.#reachable.has(extension));
    this.#reachable.clear();
    for (const extension of reachable) this.#reachable.add(extension);
    return [...before.filter((extension) => !this.isOnCall(extension)), ...back];
  }
}
