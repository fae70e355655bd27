import Type from 'typebox';
import { agentField } from '../act/fields.ts';
import { mustMix, supervised } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

/**
 * The supervisor hears an agent's talks (监听), whispers to him (密语) or talks with all (强插), from this talk to the next, until
 * `leave`; again: changes between these, or to another agent. His phone is rung when it is in nothing yet.
 */
export const monitor = supervisorAct({
  title: { en: 'listen, whisper or barge in', zh: '监听、密语、强插' },
  takesPart: true,
  args: {
    agent: agentField,
    mode: Type.Optional(
      Type.Enum(['listen', 'whisper', 'barge'], {
        description: '监听, 密语, 强插; by default he listens',
        examples: ['whisper'],
      }),
    ),
  },
  do: async (chief, { agent, mode = 'listen' }, supervisions) => {
    const by = chief.seated();
    const of = supervised(by, agent);
    mustMix(by);
    const { heard } = await supervisions.watch(by, of, mode);
    return { agent, callId: heard?.id, details: { mode } };
  },
});
