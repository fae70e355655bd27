import { hangUp as leave } from '../../call/hang-up.ts';
import { DeskError } from '../desk-error.ts';
import { agentAct } from './agent-act.ts';

/** Ends the agent's part in his talk; without one, the call that he dials, or refuses the one that his phone is rung for. */
export const hangUp = agentAct({
  title: { en: 'hang up', zh: '挂机' },
  of: 'talk',
  do: (at) => {
    const { place } = at;
    if (place) return leave(place.talk, place.leg);
    const leg = at.legs.at(-1);
    if (!leg) throw new DeskError('no-talk', `agent ${at.id} is on no call`);
    const isRung = leg.sip.direction === 'outbound' && leg.sip.state !== 'confirmed';
    leg.sip.end({ cause: isRung ? 'rejected' : 'normal' });
  },
});
