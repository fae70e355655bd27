import type { WebhookState } from './webhook-store.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
/** Before the second attempt, the third, and so on; after the last one the event is given up. */
const RETRY_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
/** So much longer at most, that receivers which were away are not met by all at once. */
const JITTER = 0.1;

/** What an attempt came to. */
export interface Attempt {
  /** Of HTTP; undefined: there was no answer. */
  readonly status: number | undefined;
}

/** What follows: the next event, the same one again at a time, or no more. */
export interface Following {
  readonly did: 'delivered' | 'waiting' | 'failed';
  readonly state: WebhookState;
  /** Of the same event; milliseconds since 1970, 0: the next event's turn. */
  readonly nextAt: number;
}

/** `attempts`: with this one; `random`: in [0, 1). */
export function afterAttempt(attempt: Attempt, attempts: number, now: number, random: number): Following {
  const status = attempt.status ?? 0;
  if (status >= 200 && status < 300) return { did: 'delivered', state: 'on', nextAt: 0 };
  // RFC 9110 15.5.11: it is gone for good.
  if (status === 410) return { did: 'failed', state: 'gone', nextAt: 0 };
  const delayMs = RETRY_MS[attempts - 1];
  if (delayMs === undefined) return { did: 'failed', state: 'on', nextAt: 0 };
  return { did: 'waiting', state: 'on', nextAt: now + Math.round(delayMs * (1 + JITTER * random)) };
}
