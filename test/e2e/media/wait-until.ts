import { systemClock } from '../../../src/shared/clock.ts';
import { sleep } from '../../../src/shared/deadline.ts';

/** Resolves when `done()` is true, looked at every 10 ms; rejects with what was waited for. For e2e tests only. */
export async function waitUntil(done: () => boolean, what: string, limitMs = 5000): Promise<void> {
  const start = systemClock.monotonic();
  while (!done()) {
    if (systemClock.monotonic() - start > limitMs) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await sleep(systemClock, 10);
  }
}
