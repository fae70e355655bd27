import { describe, expect, it } from 'vitest';
import { atOnce, type Sliced, Slices } from '../../../src/shared/slices.ts';

/** Counts to `last`, a step each that costs so much. */
function* counting(last: number, cost: number, said: number[]): Sliced<string> {
  for (let number = 1; number <= last; number++) {
    said.push(number);
    yield cost;
  }
  return 'done';
}

/** Slices of so much, and what was said before each turn. */
function watched(most: number) {
  const said: number[] = [];
  const turns: number[] = [];
  const slices = new Slices(most, async () => void turns.push(said.length));
  return { said, turns, slices };
}

describe('slices', () => {
  it('have the loop take its turn after as much as was meant, and come to an end', async () => {
    const { said, turns, slices } = watched(10);
    expect(await slices.run(counting(12, 3, said))).toBe('done');
    expect(turns).toEqual([4, 8, 12]);
  });

  it('count on from what was done before in the same turn', async () => {
    const { said, turns, slices } = watched(10);
    await slices.run(counting(2, 3, said));
    await slices.run(counting(3, 3, said));
    expect(turns).toEqual([4]);
    await slices.step(5);
    expect(turns).toEqual([4]);
    await slices.step(4);
    expect(turns).toEqual([4, 5]);
  });

  it('reject with what the work throws', async () => {
    const { slices } = watched(10);
    // biome-ignore lint/correctness/useYield: it throws before
    const work = (function* (): Sliced<void> {
      throw new Error('broken');
    })();
    await expect(slices.run(work)).rejects.toThrow('broken');
  });

  it('are no matter where the work is done at once', () => {
    const said: number[] = [];
    expect(atOnce(counting(3, 100, said))).toBe('done');
    expect(said).toEqual([1, 2, 3]);
  });
});
