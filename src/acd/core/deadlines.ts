/** Something that is due at a time. */
export interface Deadline<What> {
  readonly at: number;
  readonly what: What;
}

/** What is due when, earliest first: a binary heap. Nothing is taken out before its time; who is told asks whether it still counts. */
export class Deadlines<What> {
  readonly #heap: Deadline<What>[];

  /** `heap`: of one before. */
  constructor(heap: Deadline<What>[] = []) {
    this.#heap = heap;
  }

  /** When the next is due; undefined: none is. */
  get next(): number | undefined {
    return this.#heap[0]?.at;
  }

  add(at: number, what: What): void {
    const heap = this.#heap;
    const entry = { at, what };
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (heap[parent]!.at <= at) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Takes out the next that is due by `now`. */
  take(now: number): What | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.at > now) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first.what;
  }

  #sink(entry: Deadline<What>): void {
    const heap = this.#heap;
    let place = 0;
    while (true) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child += 1;
      if (heap[child]!.at >= entry.at) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = entry;
  }
}
