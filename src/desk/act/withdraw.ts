import { endConsultation } from '../../call/attended-transfer.ts';
import { agentAct } from './agent-act.ts';

/** Who is asked, or still rung, is let go, and the agent has the caller back; from a conference, too. */
export const withdraw = agentAct({
  title: { en: 'end the consultation', zh: '取消咨询' },
  of: 'talk',
  do: (at) => endConsultation(at.asking()),
});
