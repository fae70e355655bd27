import { hold as holdFor } from '../../call/hold.ts';
import { agentAct } from './agent-act.ts';

/** The customer hears music until `resume`. */
export const hold = agentAct({
  title: { en: 'hold', zh: '保持' },
  of: 'talk',
  do: (at) => {
    const { talk, leg } = at.talking();
    return holdFor(talk, leg);
  },
});
