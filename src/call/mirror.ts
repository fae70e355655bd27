import { CAUSES, type CauseSlug, causeOfStatus } from '../shared/cause.ts';
import type { Call } from './call.ts';

/**
 * Keeps a call without legs like another one that they belong to, and each ends with the other: the caller's own company
 * has its call and its record, and sees of what happens at the other company what any caller does.
 */
export function mirror(own: Call, real: Call): void {
  own.segment('ring', own.arrival.called);
  real.events.once('answered', () => {
    own.markAnswered();
    own.note('connected', { target: own.arrival.called, kind: 'line' });
    own.segment('talk', own.arrival.called);
  });
  real.events.once('ended', ({ cause, by }) =>
    own.end(by === 'caller' ? cause : told(cause, own), by === 'caller' ? by : 'target'),
  );
  own.events.once('ended', ({ cause, by }) => real.end(cause, by));
}

/** What the caller's side is told of the end: a SIP status before the answer, a BYE after it. What failed here stays so. */
function told(cause: CauseSlug, own: Call): CauseSlug {
  const { status, fault } = CAUSES[cause];
  if (fault === 'system') return cause;
  return own.state === 'answered' ? 'normal' : causeOfStatus(status);
}
