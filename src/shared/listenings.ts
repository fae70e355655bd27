import { dropOldest } from './drop-oldest.ts';

/** A player asks for many parts of a file: one listening. */
const SAME_LISTENING_MS = 10 * 60_000;
const MAX_LISTENINGS = 10_000;

/** Tells a listening that begins from the next part of one that was told. */
export class Listenings {
  /** When each was told, by who, where and what. */
  readonly #told = new Map<string, number>();

  /** Whether it is to be told; {@link told} says that it was. */
  isNew(key: string, now: number): boolean {
    const last = this.#told.get(key);
    return last === undefined || now - last >= SAME_LISTENING_MS;
  }

  told(key: string, now: number): void {
    if (this.#told.size >= MAX_LISTENINGS) dropOldest(this.#told);
    this.#told.set(key, now);
  }
}
