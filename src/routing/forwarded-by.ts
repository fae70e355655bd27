import type { Arrival, Party } from '../call/arrival.ts';
import type { ForwardReason } from '../call/destination.ts';
import type { Diversion } from '../trunk/forwarding.ts';

/** RFC 5806 3: values of `reason`. */
const REASONS: Readonly<Record<ForwardReason, string>> = {
  always: 'unconditional',
  busy: 'user-busy',
  noAnswer: 'no-answer',
  unreachable: 'unavailable',
  redirected: 'deflection',
};

/**
 * What a carrier is told of a call that an extension forwards out: the company's number that it was for, as whoever called from
 * outside dialled it, else what the extension shows. `publicNumber`: that; no number of the house leaves it.
 */
export function forwardedBy(
  { direction, called }: Pick<Arrival, 'direction' | 'called'>,
  asker: Party | undefined,
  forwarded: ForwardReason | undefined,
  publicNumber: (party: Party) => string,
): Diversion | undefined {
  if (!forwarded || !asker) return undefined;
  const number = direction === 'inbound' ? called : publicNumber(asker);
  return { number, reason: REASONS[forwarded] };
}
