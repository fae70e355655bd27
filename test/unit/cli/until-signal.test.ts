import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { untilSecondSignal, untilSignal } from '../../../src/cli/until-signal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What came of it so far. */
async function outcome(promise: Promise<string>): Promise<string> {
  return await Promise.race([promise, Promise.resolve().then(() => 'nothing yet')]);
}

it('resolves with the signal, once', async () => {
  const first = untilSignal();
  process.emit('SIGTERM', 'SIGTERM');
  expect(await first).toBe('SIGTERM');
  expect(process.listenerCount('SIGTERM')).toBe(process.listenerCount('SIGINT'));
});

it('takes a Ctrl-C that npx hands on, which the terminal has sent already, for one press', async () => {
  const second = untilSecondSignal();
  vi.advanceTimersByTime(299);
  process.emit('SIGINT', 'SIGINT');
  expect(await outcome(second)).toBe('nothing yet');
  vi.advanceTimersByTime(1);
  process.emit('SIGINT', 'SIGINT');
  expect(await second).toBe('SIGINT');
});

it('takes SIGTERM for another one at any time', async () => {
  const second = untilSecondSignal();
  process.emit('SIGTERM', 'SIGTERM');
  expect(await second).toBe('SIGTERM');
});
