import { endConsultation } from '../../call/attended-transfer.ts';
import type { AgentAct } from './agent-act.ts';

/** Who is asked, or still rung, is let go, and the agent has the caller back; from a conference, too. */
export const withdraw: AgentAct = {
  title: { en: 'end the consultation', zh: '取消咨询' },
  do: (at) => endConsultation(at.asking()),
};
