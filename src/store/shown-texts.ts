import type { Cdr } from '../cdr/cdr.ts';

/** Texts kept of each form: some 10 MB. */
const KEPT = 1000;

/** What became of the records that were shown last, by their stored text: pages of the newest calls are read again and again. */
export class ShownTexts {
  /** By form, of numbers that are whole and of masked ones. */
  readonly #forms = new WeakMap<(cdr: Cdr) => unknown, readonly [Map<string, string>, Map<string, string>]>();

  of(form: (cdr: Cdr) => unknown, isWhole: boolean): Map<string, string> {
    let kept = this.#forms.get(form);
    if (!kept) {
      kept = [new Map(), new Map()];
      this.#forms.set(form, kept);
    }
    return kept[isWhole ? 1 : 0];
  }
}

/** Keeps it, in place of the one that was kept first. */
export function keepText(kept: Map<string, string>, stored: string, shown: string): void {
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
  kept.set(stored, shown);
}
