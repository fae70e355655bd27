import { resume as resumeFor } from '../../call/hold.ts';
import type { AgentAct } from './agent-act.ts';

export const resume: AgentAct = {
  title: { en: 'take up again', zh: '取回' },
  do: (at) => {
    const { talk, leg } = at.talking();
    return resumeFor(talk, leg);
  },
};
