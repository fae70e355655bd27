import type { Leg } from './leg.ts';
import type { Talk } from './talk.ts';

/** Ends somebody's part in a talk. With the caller's the call ends, with the partner's the caller goes on to what follows. Idempotent. */
export function hangUp(talk: Talk, leg: Leg): void {
  if (leg === talk.places.caller.leg) talk.call.end('normal');
  else talk.leave(leg, 'engine');
}
