/** Rows that somebody has chosen in a list (多选), by their keys: also those that are scrolled out of sight. */
type Listener = () => void;

export class Chosen {
  readonly #keys = new Set<string>();
  readonly #listeners = new Set<Listener>();
  /** Keys by their places, as far as the list was read: a page of it that is forgotten was read once. */
  #order: (string | undefined)[] = [];
  #anchor: string | undefined;
  /** A new one with each change, for who draws it. */
  #version = 0;

  get size(): number {
    return this.#keys.size;
  }
  get version(): number {
    return this.#version;
  }
  get keys(): readonly string[] {
    return [...this.#keys];
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Where rows stand, from a place on; undefined: still being read. */
  standAt(from: number, keys: readonly (string | undefined)[]): void {
    for (const [at, key] of keys.entries()) if (key !== undefined) this.#order[from + at] = key;
  }

  /** One row is chosen, or is no more. */
  toggle(key: string): void {
    if (!this.#keys.delete(key)) this.#keys.add(key);
    this.#anchor = key;
    this.#told();
  }

  /** All between the row that was chosen last and this one. */
  range(key: string): void {
    const [from, to] = [this.#anchor ?? key, key].map((each) => this.#order.indexOf(each));
    if (from! < 0 || to! < 0) return this.toggle(key);
    const [first, last] = [Math.min(from!, to!), Math.max(from!, to!)];
    for (const each of this.#order.slice(first, last + 1)) if (each !== undefined) this.#keys.add(each);
    this.#anchor ??= key;
    this.#told();
  }

  /** These as well. */
  add(keys: Iterable<string>): void {
    for (const key of keys) this.#keys.add(key);
    this.#told();
  }

  clear(): void {
    if (this.#keys.size === 0) return;
    this.#keys.clear();
    this.#anchor = undefined;
    this.#told();
  }

  /** Other rows stand in the list. */
  forget(): void {
    this.#order = [];
    this.clear();
  }

  #told(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
