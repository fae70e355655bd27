import type { AppDialog, AppDialogs } from './app-dialogs.ts';

/** RFC 6665 3.1.1: an event package names its own; an hour is what most take. */
const DEFAULT_EXPIRES_SECONDS = 3600;

/** A request in the dialog of a subscription and its final response, of either end. */
export interface SubscriptionExchange {
  readonly method: string;
  /** 408 or 503 when none came. */
  readonly status: number;
  /** Subscription-State of the request. */
  readonly state: string | undefined;
  /** Seconds that were granted, or asked for. */
  readonly expires: number | undefined;
}

/**
 * RFC 6665 4.4.1: the dialog of a subscription ends with the NOTIFY that says `terminated`, answered or not, with the
 * 481 of an end that does not know it any more, or when its time is over. Dialogs of calls end with their BYE.
 */
export function noteSubscription(
  dialogs: AppDialogs,
  entry: AppDialog,
  exchange: SubscriptionExchange,
): void {
  const { method, status, state = '', expires = DEFAULT_EXPIRES_SECONDS } = exchange;
  if (entry.isCall || entry.state === 'over') return;
  const isLast = method === 'NOTIFY' && /^\s*terminated/i.test(state);
  if (isLast || status === 481) return dialogs.remove(entry);
  // RFC 3515 2.4.4: a REFER subscribes as well.
  const subscribes = method === 'SUBSCRIBE' || method === 'REFER';
  if (subscribes && status >= 200 && status < 300) dialogs.limit(entry, expires * 1000);
}

/** Subscription-State among header lines. */
export function stateOf(headerLines: string): string | undefined {
  return /^subscription-state[ \t]*:(.*)$/im.exec(headerLines)?.[1];
}
