import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const DAY_MS = 86_400_000;

it('waits as long as it is told, also for more than the 24 days of a system timer', () => {
  let fired = 0;
  systemClock.after(60 * DAY_MS, () => fired++);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect([fired, vi.getTimerCount()]).toEqual([1, 0]);
});

it('can be cancelled at any time', () => {
  let fired = 0;
  const timer = systemClock.after(60 * DAY_MS, () => fired++);
  vi.advanceTimersByTime(50 * DAY_MS);
  timer.cancel();
  timer.cancel();
  vi.advanceTimersByTime(50 * DAY_MS);
  expect([fired, vi.getTimerCount()]).toEqual([0, 0]);
});

it('repeats no faster than it is told', () => {
  let fired = 0;
  const timer = systemClock.every(60 * DAY_MS, () => fired++);
  vi.advanceTimersByTime(20 * DAY_MS);
  expect(fired).toBe(0);
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});

it('never fires early: the system counts whole milliseconds, and begins with the one that is half over', () => {
  const now = vi.spyOn(performance, 'now');
  let fired = 0;
  now.mockReturnValue(0.9);
  systemClock.after(2000, () => fired++);
  now.mockReturnValue(2000.1);
  vi.advanceTimersByTime(2000);
  expect(fired).toBe(0);
  now.mockReturnValue(2001.1);
  vi.advanceTimersByTime(1);
  expect([fired, vi.getTimerCount()]).toEqual([1, 0]);
});
