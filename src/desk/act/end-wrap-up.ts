import type { AgentAct } from './agent-act.ts';

export const endWrapUp: AgentAct = {
  title: { en: 'end the wrap-up', zh: '结束整理' },
  do: ({ parts: { acd }, tenant, id }) => acd.endWrapUp(tenant, id),
};
