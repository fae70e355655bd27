/** A start while the database is away: it is waited for, and said in the log, before the start fails. */
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { DatabaseAwayError } from './store.ts';

/** Longer than a PostgreSQL needs to recover; whoever started us (systemd, Docker) starts us again. */
const PATIENCE_MS = 120_000;
const RETRY_MS = 1000;
const SAY_MS = 5000;

/**
 * What `open` resolves with, asked again while the database is away. Rejects with its error at once when that is another one, else
 * when the patience is over.
 */
export async function waitForDatabase<Opened>(
  open: () => Promise<Opened>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Opened> {
  const began = clock.monotonic();
  let said = Number.NEGATIVE_INFINITY;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof DatabaseAwayError)) throw error;
      const now = clock.monotonic();
      const waitedMs = Math.round(now - began);
      if (waitedMs >= PATIENCE_MS) throw error.after(waitedMs);
      if (now - said >= SAY_MS) {
        said = now;
        const fix = 'see that it runs and can be reached; nothing else has to be done';
        logger.warn({ error: error.message, waitedMs, fix }, 'the start waits for the database');
      }
      await new Promise<void>((next) => clock.after(RETRY_MS, next));
    }
  }
}
