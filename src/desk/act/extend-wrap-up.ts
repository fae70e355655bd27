import type { AgentAct } from './agent-act.ts';

/** So much more of his wrap-up, as often as his queue has it. */
export const extendWrapUp: AgentAct<{ readonly ms: number }> = {
  title: { en: 'extend the wrap-up', zh: '延长整理' },
  do: ({ parts: { acd }, tenant, id }, { ms }) => acd.extendWrapUp(tenant, id, ms),
};
