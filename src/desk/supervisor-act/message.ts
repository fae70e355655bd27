import Type from 'typebox';
import { agentField, queueField } from '../act/fields.ts';
import type { Chief } from '../chief.ts';
import { DeskError } from '../desk-error.ts';
import { mustSupervise, supervised, supervisedBy } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

/** A short text for an agent, for the agents of a queue, or for all whom he supervises (消息): they find it in the stream, later, too. */
export const message = supervisorAct({
  title: { en: 'message', zh: '发消息' },
  description:
    'A short text for an agent, for those of a queue, or, where neither is named, for all whom he supervises. It is `agent.message` of the stream, under `agents/WORK NUMBER`; who is not there reads on from where he left off.',
  args: {
    agent: Type.Optional(agentField),
    queue: Type.Optional(queueField),
    text: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      examples: ['lunch is at twelve today'],
    }),
  },
  do: async (by, { agent, queue, text }) => {
    const agents = receiversOf(by, agent, queue);
    const { parts, tenant } = by;
    const at = parts.clock.now();
    await parts.tellAgents({ tenantId: tenant, at, by: by.name, agents, queue, text });
    // Its words are in the stream, which an erasure reaches.
    return { agent, details: { queue, agents: agents.length, characters: text.length } };
  },
});

function receiversOf(by: Chief, agent: string | undefined, queue: string | undefined): readonly string[] {
  if (agent !== undefined && queue !== undefined)
    throw new DeskError('bad-request', 'a message is for an agent, or for a queue, or for all');
  if (agent !== undefined) return [supervised(by, agent).id];
  if (queue !== undefined) {
    if (!by.parts.provisioning.snapshot.get('queue', by.tenant, queue))
      throw new DeskError('no-such-queue', `there is no queue ${queue}`);
    mustSupervise(by, queue);
  }
  const agents = supervisedBy(by, queue);
  if (agents.length > 0) return agents;
  const of = queue === undefined ? `agent ${by.id} supervises` : `queue ${queue} has`;
  throw new DeskError('no-such-agent', `${of} nobody who could read it`);
}
