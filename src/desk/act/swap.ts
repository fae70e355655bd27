import { alternate } from '../../call/attended-transfer.ts';
import type { AgentAct } from './agent-act.ts';

/** Back and forth between the caller and who is asked. */
export const swap: AgentAct = {
  title: { en: 'swap', zh: '来回切换' },
  do: (at) => alternate(at.asking()),
};
