import Type from 'typebox';
import { agentField, reasonField } from '../act/fields.ts';
import { supervised } from '../supervised.ts';
import { wish } from '../wish.ts';
import { supervisorAct } from './supervisor-act.ts';

/** Another state for an agent (强制签出、就绪、示忙、小休); during a call it is kept for its end. */
export const force = supervisorAct({
  title: { en: 'force a state', zh: '强制状态' },
  args: {
    agent: agentField,
    state: Type.Enum(['ready', 'busy', 'break', 'sign-out'], { examples: ['busy'] }),
    reason: Type.Optional(reasonField),
  },
  do: (by, { agent, state, reason }) => {
    const { isKept } = wish(supervised(by, agent), state, reason, by.id);
    return { agent, details: { state, reason, isKept } };
  },
});
