import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { SharedTopic, Store } from './store.ts';

/** A reading that failed is repeated after this. */
const RETRY_MS = 1000;

interface Services {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Has `read` called, now and when a node has changed `topic`: one reading after the other, and again when one has failed. Until closed. */
export function followChanges(
  { shared }: Pick<Store, 'shared'>,
  topic: SharedTopic,
  read: () => Promise<void>,
  { clock, logger }: Services,
): { close(): void } {
  let state: 'idle' | 'reading' | 'changed' | 'closed' = 'idle';
  let retry: Timer | undefined;
  const begin = () => {
    if (state === 'closed') return;
    if (state !== 'idle') {
      state = 'changed';
      return;
    }
    state = 'reading';
    retry?.cancel();
    read().then(
      () => done(state === 'changed' ? 0 : undefined),
      (error: unknown) => {
        logger.error({ topic, error: asError(error).message }, 'what a node has changed cannot be read');
        done(RETRY_MS);
      },
    );
  };
  const done = (againMs: number | undefined) => {
    if (state === 'closed') return;
    state = 'idle';
    if (againMs === 0) begin();
    else if (againMs !== undefined) retry = clock.after(againMs, begin);
  };
  const changes = shared.on('changed', (change) => {
    if (change.topic === topic) begin();
  });
  // What was changed since it was read for the start.
  begin();
  return {
    close: () => {
      state = 'closed';
      changes.off();
      retry?.cancel();
    },
  };
}
