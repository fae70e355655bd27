import type { WaitingBatch } from './batch-lines.ts';

/**
 * So many, and so many characters, are stored at once: a file takes batches faster than a database, and so smaller ones, and
 * one by one it would never catch up with calls that go on.
 */
const MOST = { batches: 200, chars: 128 * 1024 } as const;

/** Batches of one process, one after another, that are stored as one. */
export class BatchGroup {
  #batches: WaitingBatch[] = [];
  #chars = 0;

  get size(): number {
    return this.#batches.length;
  }

  get isFull(): boolean {
    return this.size >= MOST.batches || this.#chars >= MOST.chars;
  }

  add(batch: WaitingBatch): void {
    this.#batches.push(batch);
    this.#chars += batch.events.length;
  }

  /** All of them as one, under the number of the last; the group is empty then. */
  take(): WaitingBatch {
    const lists = this.#batches.map(({ events }) => events.slice(1, -1)).filter((list) => list !== '');
    const last = this.#batches.at(-1)!;
    this.#batches = [];
    this.#chars = 0;
    return { ...last, events: `[${lists.join(',')}]` };
  }
}
