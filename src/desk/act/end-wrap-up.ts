import { agentAct } from './agent-act.ts';

export const endWrapUp = agentAct({
  title: { en: 'end the wrap-up', zh: '结束整理' },
  of: 'agent',
  do: ({ parts: { acd }, tenant, id }) => acd.endWrapUp(tenant, id),
});
