import { alternate } from '../../call/attended-transfer.ts';
import { agentAct } from './agent-act.ts';

/** Back and forth between the caller and who is asked. */
export const swap = agentAct({
  title: { en: 'swap', zh: '来回切换' },
  of: 'talk',
  do: (at) => alternate(at.asking()),
});
