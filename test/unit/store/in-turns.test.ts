import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inTurns } from '../../../src/store/in-turns.ts';

const MOST = 50;
const items = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('inTurns', () => {
  it('reads all, in order', async () => {
    expect(await inTurns(items(173), MOST, (item) => item * 2)).toEqual(items(173).map((item) => item * 2));
    expect(await inTurns([], MOST, (item) => item)).toEqual([]);
  });

  it('reads so many in a turn of the loop, however many ask at once', async () => {
    await nextTurn();
    const readInTurn: number[] = [];
    let read = 0;
    let open = 20;
    const all = items(open).map(async () => {
      await inTurns(items(100), MOST, () => {
        read += 1;
      });
      open -= 1;
    });
    while (open > 0) {
      const before = read;
      await nextTurn();
      readInTurn.push(read - before);
    }
    await Promise.all(all);
    expect(read).toBe(2000);
    // A turn that is seen from here may have the end of one and the beginning of the next.
    expect(Math.max(...readInTurn)).toBeLessThanOrEqual(2 * MOST);
    expect(readInTurn.length).toBeGreaterThanOrEqual(2000 / MOST / 2);
  });
});
