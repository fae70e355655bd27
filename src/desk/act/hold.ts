import { hold as holdFor } from '../../call/hold.ts';
import type { AgentAct } from './agent-act.ts';

/** The customer hears music until `resume`. */
export const hold: AgentAct = {
  title: { en: 'hold', zh: '保持' },
  do: (at) => {
    const { talk, leg } = at.talking();
    return holdFor(talk, leg);
  },
};
