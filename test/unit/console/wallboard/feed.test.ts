import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WallRow } from '../../../../src/console/api/types.ts';
import { EVERY_MS, feed } from '../../../../src/console/wall/feed.ts';

const WALL: WallRow = { title: 'x', at: '2026-10-10T02:00:00.000Z', zone: 'Asia/Shanghai', tiles: [] };
type Answer = { readonly status: number; readonly wall?: WallRow };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fed(answers: (count: number) => Answer) {
  const told: string[] = [];
  let asked = 0;
  const end = feed({
    ask: async () => {
      asked += 1;
      const answer = answers(asked);
      if (answer.status === 0) throw new TypeError('no connection');
      return answer;
    },
    heard: () => told.push('heard'),
    gone: () => told.push('gone'),
    returned: () => told.push('returned'),
  });
  return { told, end, asked: () => asked };
}

it('asks again and again, one timer at a time, for weeks', async () => {
  const { told, end, asked } = fed(() => ({ status: 200, wall: WALL }));
  await vi.advanceTimersByTimeAsync(EVERY_MS * 1000);
  expect(vi.getTimerCount()).toBe(1);
  expect([asked(), told.length]).toEqual([1001, 1001]);
  end();
  expect(vi.getTimerCount()).toBe(0);
});

it('asks ever more slowly while nobody answers, and tells when somebody does', async () => {
  const { told, end, asked } = fed((count) =>
    count < 8 ? { status: count % 2 ? 0 : 502 } : { status: 200, wall: WALL },
  );
  await vi.advanceTimersByTimeAsync(2000 + 3000 + 5000 + 8000 * 3);
  expect([asked(), told]).toEqual([7, []]);
  await vi.advanceTimersByTimeAsync(8000);
  expect(told).toEqual(['returned', 'heard']);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(told).toEqual(['returned', 'heard', 'heard']);
  end();
});

it('asks no more once the link leads nowhere', async () => {
  const { told, asked } = fed((count) => (count === 1 ? { status: 200, wall: WALL } : { status: 404 }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked(), told, vi.getTimerCount()]).toEqual([2, ['heard', 'gone'], 0]);
});
