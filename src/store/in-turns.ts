/** Items that one request may do before it asks for its turn again: others wait for so many at most. */
const STRETCH = 10;

/** Shares out each turn of the engine's thread among all who work through items: SIP is read after a turn, however many people ask at once. */
class SharedTurns {
  readonly #waiting: { readonly share: number; readonly go: () => void }[] = [];
  /** Of this turn; 1 is the whole. */
  #left = 1;
  #isCounting = false;

  /** Undefined: now. Otherwise resolves when it is one's turn. */
  take(share: number): Promise<void> | undefined {
    this.#count();
    if (this.#waiting.length > 0 || this.#left <= 0) {
      return new Promise((go) => {
        this.#waiting.push({ share, go });
      });
    }
    this.#left -= share;
    return undefined;
  }

  #count(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    setImmediate(() => {
      this.#isCounting = false;
      this.#left = 1;
      while (this.#left > 0) {
        const next = this.#waiting.shift();
        if (!next) return;
        this.#left -= next.share;
        next.go();
      }
      this.#count();
    });
  }
}

const turns = new SharedTurns();

/** Reads each, at most so many in one turn of the engine's thread; what others read in that turn counts. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  most: number,
  read: (item: Item) => Result,
): Promise<Result[]> {
  const all: Result[] = [];
  for (const item of items) {
    if (all.length % STRETCH === 0) {
      const turn = turns.take(Math.min(STRETCH, items.length - all.length) / most);
      if (turn) await turn;
    }
    all.push(read(item));
  }
  return all;
}
