/** How things are now, as pages read it: the stream keeps it true. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { ask } from './ask.ts';
import { AGENTS, CALLERS, type Items, QUEUES } from './live-data.ts';
import { useSession } from './session.tsx';
import type { AgentRow, Permission, QueueRow, WaitingRow } from './types.ts';

/** Who hears of some agents only is told nothing of queues: it is read so often. */
const NARROW_MS = 5000;

/** Whether a right reaches the whole company, so that the stream tells all of it. */
function useReachesAll(permission: Permission): boolean {
  const { me } = useSession();
  return me.rights.some((right) => right.permission === permission && !NARROW.has(right.reach));
}

const NARROW: ReadonlySet<string> = new Set(['own', 'group', 'subtree']);

function useLive<Row>(key: readonly string[], permission: Permission): UseQueryResult<Items<Row>> {
  const { may } = useSession();
  const isTold = useReachesAll(permission);
  return useQuery({
    queryKey: key,
    // Not aborted when it is read anew: what is on its way has cost its time already.
    queryFn: () => ask<Items<Row>>(`/${key.join('/')}`),
    enabled: may(permission),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: isTold ? false : NARROW_MS,
  });
}

export const useLiveQueues = () => useLive<QueueRow>(QUEUES, 'queue:read');
export const useLiveAgents = () => useLive<AgentRow>(AGENTS, 'agent:read');
export const useLiveCallers = () => useLive<WaitingRow>(CALLERS, 'queue:read');
