import type { Snapshot } from '../stream/messages.ts';
import { type Heard, keyOf } from '../stream/topics.ts';
import type { AcdBoard } from './routes/live.ts';
import type { Hearing } from './stream-grant.ts';

/** How queues and agents are that a client asks for, as their routes have them. */
export function snapshotOf(board: AcdBoard) {
  return async ({ keys }: Heard, { scopes }: Hearing): Promise<Snapshot> => {
    const wants = (resource: 'queue' | 'agent', name?: string) =>
      keys.has(keyOf(resource, name === undefined ? `${resource}s` : `${resource}s/${name}`));
    const isAsked = (resource: 'queue' | 'agent') =>
      [...keys].some((key) => key.startsWith(keyOf(resource, `${resource}s`)));
    const { queue, agent } = scopes;
    const queues = queue && (isAsked('queue') || wants('queue')) ? await board.queues(queue) : undefined;
    const agents = agent && isAsked('agent') ? await board.agents(agent) : undefined;
    return {
      ...(queues && { queues: queues.filter(({ name }) => wants('queue') || wants('queue', name)) }),
      ...(agents && { agents: agents.filter((row) => wants('agent') || wants('agent', row.agent)) }),
    };
  };
}
