import Type from 'typebox';
import { agentField, queueField } from '../act/fields.ts';
import { mustSupervise, supervised } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

/** An agent serves other queues than before, of those that list him. */
export const moveQueues = supervisorAct({
  title: { en: 'move between queues', zh: '调整队列' },
  args: {
    agent: agentField,
    queues: Type.Optional(
      Type.Array(queueField, { maxItems: 200, description: 'left out: all that list him' }),
    ),
  },
  do: (by, { agent, queues }) => {
    const { parts, tenant, id } = supervised(by, agent);
    for (const queue of queues ?? []) mustSupervise(by, queue);
    parts.acd.moveQueues(tenant, id, queues);
    return { agent, details: { queues } };
  },
});
