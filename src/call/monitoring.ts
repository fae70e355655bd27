import type { ConferenceRole } from '../media/media.ts';
import type { Leg } from './leg.ts';

/** How a monitor takes part: hears all (监听); is heard by one (密语); is heard by all (强插). */
export type Monitoring =
  | { readonly mode: 'listen' | 'barge' }
  | { readonly mode: 'whisper'; readonly to: Leg };

/** Of the talks that nobody listens to, nearly all. */
const NO_ROLES: ReadonlyMap<Leg, ConferenceRole> = new Map();

/** The parts of the monitors in the conference of those who talk. A whisper to somebody who does not talk reaches nobody. */
export function rolesOf(
  monitors: ReadonlyMap<Leg, Monitoring>,
  talkers: readonly Leg[],
): ReadonlyMap<Leg, ConferenceRole> {
  if (monitors.size === 0) return NO_ROLES;
  const roles = new Map<Leg, ConferenceRole>();
  for (const [leg, monitoring] of monitors) {
    if (monitoring.mode === 'barge') roles.set(leg, { kind: 'speaker' });
    else if (monitoring.mode === 'whisper' && talkers.includes(monitoring.to)) {
      roles.set(leg, { kind: 'whisper', to: monitoring.to.media });
    } else roles.set(leg, { kind: 'monitor' });
  }
  return roles;
}
