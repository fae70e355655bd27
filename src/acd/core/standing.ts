import type { Standing } from './rest.ts';
import type { Agent } from './state.ts';

export function standingOf({ state, wish, seat, serves }: Readonly<Agent>): Standing {
  // Who is to go when his call is over has gone when the call is lost.
  const isSignedIn = state !== 'signed-out' && wish.state !== 'sign-out';
  return { isSignedIn, wish, seat, queues: serves && [...serves] };
}
