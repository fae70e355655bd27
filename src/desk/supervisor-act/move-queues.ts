import { mustSupervise, supervised } from '../supervised.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/** What an agent serves from now on, of the queues that list him. */
export interface Moved {
  readonly agent: string;
  /** Undefined: all. */
  readonly queues?: readonly string[];
}

/** An agent serves other queues than before. */
export const moveQueues: SupervisorAct<Moved> = {
  title: { en: 'move between queues', zh: '调整队列' },
  do: (by, { agent, queues }) => {
    const { parts, tenant, id } = supervised(by, agent);
    for (const queue of queues ?? []) mustSupervise(by, queue);
    parts.acd.moveQueues(tenant, id, queues);
    return { agent, details: { queues } };
  },
};
