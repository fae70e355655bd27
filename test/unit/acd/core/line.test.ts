import { describe, expect, it } from 'vitest';
import { enterLine, goesBefore, headOf, leaveLine } from '../../../../src/acd/core/line.ts';
import type { Queue, Visit } from '../../../../src/acd/core/state.ts';

const MINUTE = 60_000;

const visit = (id: string, since: number, priority = 0, order = 1) =>
  ({ id, since, priority, order, state: 'waiting' }) as Visit;

function line(...visits: Visit[]): Queue {
  const queue = { line: [] as Visit[] } as unknown as Queue;
  for (const one of visits) enterLine(queue, one);
  return queue;
}

const ids = ({ line: visits }: Queue) => visits.map(({ id }) => id).join(' ');

describe('the line of a queue', () => {
  it('has who came first at its head, also of two who came at once', () => {
    expect(ids(line(visit('late', 9), visit('first', 5, 0, 1), visit('second', 5, 0, 2)))).toBe(
      'first second late',
    );
  });

  it('lets who is more important before those who came up to five minutes earlier a level, no others', () => {
    const early = visit('early', 0);
    expect(goesBefore(visit('vip', 5 * MINUTE - 1, 1), early)).toBe(true);
    expect(goesBefore(visit('vip', 5 * MINUTE + 1, 1), early)).toBe(false);
    expect(goesBefore(visit('vip', 9 * MINUTE, 2), early)).toBe(true);
    expect(ids(line(early, visit('vip', MINUTE, 1), visit('later', 2 * MINUTE)))).toBe('vip early later');
  });

  it('gives who returns his old place, and passes over those who are offered to somebody', () => {
    const [a, b, c] = [visit('a', 1), visit('b', 2), visit('c', 3)];
    const queue = line(a, b, c);
    leaveLine(queue, b);
    enterLine(queue, b);
    expect(ids(queue)).toBe('a b c');
    a.state = 'offered';
    expect(headOf(queue)).toBe(b);
  });
});
