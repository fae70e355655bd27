import Type from 'typebox';
import { agentField } from '../act/fields.ts';
import { helpOf } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

/** A short text to an agent who asks for help: he has it at his desk, and as a message in the stream. What he asks stands on. */
export const answerHelp = supervisorAct({
  title: { en: 'answer an agent who asks for help', zh: '答复求助' },
  description:
    'He has it at his desk, and as `agent.message` of the stream. What he asks stands on until `end-help`.',
  args: {
    agent: agentField,
    text: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', examples: ['I am coming'] }),
  },
  do: async (by, { agent, text }) => {
    const { parts, tenant } = by;
    const { callId } = helpOf(by, agent);
    const at = parts.clock.now();
    await parts.tellAgents({ tenantId: tenant, at, by: by.name, agents: [agent], queue: undefined, text });
    // It may have ended meanwhile.
    const ask = parts.help.of(tenant, agent);
    if (ask) parts.help.answer(ask, by.id, text);
    return { agent, callId, details: { characters: text.length } };
  },
});
