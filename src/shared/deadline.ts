import type { Clock } from './clock.ts';
import { DeadlineError } from './errors.ts';

/**
 * The result of `work`, or {@link DeadlineError} when it takes longer than `limitMs`. The work itself is not
 * stopped; use this where the other side may never answer.
 */
export function withDeadline<T>(clock: Clock, limitMs: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(limitMs, () => reject(new DeadlineError(what, limitMs)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** Resolves after `delayMs`; rejects with the signal's reason when `signal` aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
