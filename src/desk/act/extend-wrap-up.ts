import Type from 'typebox';
import { agentAct } from './agent-act.ts';

/** So much more of his wrap-up, as often as his queue has it. */
export const extendWrapUp = agentAct({
  title: { en: 'extend the wrap-up', zh: '延长整理' },
  of: 'agent',
  args: { forMs: Type.Integer({ minimum: 1000, maximum: 3_600_000, examples: [30_000] }) },
  do: ({ parts: { acd }, tenant, id }, { forMs }) => acd.extendWrapUp(tenant, id, forMs),
});
