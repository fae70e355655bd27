import type { Call, EndedBy } from './call.ts';
import type { Refusal } from './ring.ts';

/** Statuses that are between us and the far end: the caller must not act upon them. */
const OURS: ReadonlySet<number> = new Set([401, 407, 503]);

/** Ends a call the way its target refused it: the caller gets the far end's status and Q.850 value. */
export function endRefused(call: Call, refusal: Refusal | undefined, by: EndedBy = 'target'): void {
  if (!refusal) return call.end('unavailable');
  const { cause, status, q850 } = refusal;
  // RFC 3261 16.7: a redirection or a challenge is answered by us, and an overload of the next hop is not ours.
  const isHis = status >= 400 && !OURS.has(status);
  call.end(cause, by, { q850, ...(isHis && { status }) });
}
