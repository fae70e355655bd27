import { resume as resumeFor } from '../../call/hold.ts';
import { agentAct } from './agent-act.ts';

export const resume = agentAct({
  title: { en: 'take up again', zh: '取回' },
  of: 'talk',
  do: (at) => {
    const { talk, leg } = at.talking();
    return resumeFor(talk, leg);
  },
});
