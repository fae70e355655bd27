import type { Leg } from './leg.ts';
import type { Monitoring } from './monitoring.ts';
import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';

/**
 * A supervisor's leg listens to a talk (监听), whispers to one of it (密语) or talks with all (强插); called again, he
 * changes between these. He hears who talks, whoever that is, until he or the talk ends. His leg belongs to the talk's call
 * (`takeIn`, or rung for it) and ends with the talk, or to a call of his own, and goes on to other talks. Throws OperationError.
 */
export function monitor(talk: Talk, leg: Leg, monitoring: Monitoring): Promise<void> {
  if (!talk.call.context.media.capabilities.conference) {
    throw new OperationError('not-supported', 'the media engine cannot mix, so nobody can listen in');
  }
  if (leg.party && leg.party.tenant !== talk.call.arrival.tenantId) {
    throw new OperationError('no-such-party', 'who listens in is of another company');
  }
  if (talk.state === 'over' || leg.sip.state === 'ended') {
    throw new OperationError('wrong-state', `the talk is ${talk.state}: monitor is not possible`);
  }
  talk.call.note('step', { step: 'monitor', why: `${leg.name}: ${monitoring.mode}` });
  return talk.setMonitor(leg, monitoring);
}
