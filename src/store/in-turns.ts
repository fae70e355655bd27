import { setImmediate as nextTurn } from 'node:timers/promises';

/** Reads each, at most so many in one turn of the engine's thread. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  most: number,
  read: (item: Item) => Result,
): Promise<Result[]> {
  const all: Result[] = [];
  for (const item of items) {
    if (all.length > 0 && all.length % most === 0) await nextTurn();
    all.push(read(item));
  }
  return all;
}
