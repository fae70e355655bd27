import { completeTransfer } from '../../call/attended-transfer.ts';
import { agentAct } from './agent-act.ts';

/** The caller goes to whom the agent asks, and the agent leaves. */
export const complete = agentAct({
  title: { en: 'complete the transfer', zh: '咨询转接' },
  of: 'talk',
  do: (at) => completeTransfer(at.asking()),
});
