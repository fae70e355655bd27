import { completeTransfer } from '../../call/attended-transfer.ts';
import type { AgentAct } from './agent-act.ts';

/** The caller goes to whom the agent asks, and the agent leaves. */
export const complete: AgentAct = {
  title: { en: 'complete the transfer', zh: '咨询转接' },
  do: (at) => completeTransfer(at.asking()),
};
