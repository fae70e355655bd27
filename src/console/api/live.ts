/** How things are now, as pages read it: the stream keeps it true. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { ask } from './ask.ts';
import { AGENTS, CALLERS, type CallerRow, type Items, QUEUES } from './live-data.ts';
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

/** `select`: what is made of it; who uses it is drawn anew when that has become another. */
function useLive<Row, Selected = Items<Row>>(
  key: readonly string[],
  permission: Permission,
  read: () => Promise<Items<Row>>,
  select?: (held: Items<Row>) => Selected,
): UseQueryResult<Selected> {
  const { may } = useSession();
  const isTold = useReachesAll(permission);
  return useQuery({
    queryKey: key,
    // Not aborted when it is read anew: what is on its way has cost its time already.
    queryFn: read,
    enabled: may(permission),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: isTold ? false : NARROW_MS,
    ...(select && { select }),
  });
}

const pathOf = (key: readonly string[]) => `/${key.join('/')}`;
const readQueues = () => ask<Items<QueueRow>>(pathOf(QUEUES));
const readAgents = () => ask<Items<AgentRow>>(pathOf(AGENTS));
async function readCallers(): Promise<Items<CallerRow>> {
  const { items, next } = await ask<Items<WaitingRow>>(pathOf(CALLERS));
  return { items: items.map(({ waitMs: _, ...row }) => row), next };
}

export const useLiveQueues = <Selected = Items<QueueRow>>(select?: (held: Items<QueueRow>) => Selected) =>
  useLive<QueueRow, Selected>(QUEUES, 'queue:read', readQueues, select);
export const useLiveAgents = <Selected = Items<AgentRow>>(select?: (held: Items<AgentRow>) => Selected) =>
  useLive<AgentRow, Selected>(AGENTS, 'agent:read', readAgents, select);
export const useLiveCallers = <Selected = Items<CallerRow>>(select?: (held: Items<CallerRow>) => Selected) =>
  useLive<CallerRow, Selected>(CALLERS, 'queue:read', readCallers, select);
