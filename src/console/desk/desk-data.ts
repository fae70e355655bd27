/** What the desk shows: read when it changes, patched by the stream (`api/live-data.ts`). */
import { useQuery } from '@tanstack/react-query';
import { ApiError, ask } from '../api/ask.ts';
import { DESK, DESK_TODAY, QUEUES } from '../api/live-data.ts';
import type { AgentRow, DeskRow, QueueRow } from '../api/types.ts';

/** Should an event be lost; a second call at a phone that is no agent's own is told to nobody who sees himself alone. */
const ANYWAY_MS = 30_000;
const ON_CALL_MS = 5000;

/** The own desk; null: who looks is no agent. */
export const useDeskQuery = (isWanted: boolean) =>
  useQuery({
    queryKey: DESK,
    enabled: isWanted,
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data?.calls.length ? ON_CALL_MS : ANYWAY_MS),
    queryFn: async () => {
      try {
        return await ask<DeskRow>('/agents/me/desk');
      } catch (error) {
        if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
        throw error;
      }
    },
  });

export type Today = AgentRow['today'];

export const useTodayQuery = (agent: string | undefined, isWanted: boolean) =>
  useQuery({
    queryKey: DESK_TODAY,
    enabled: isWanted && agent !== undefined,
    queryFn: () => ask<AgentRow>(`/agents/${agent}/state`),
    select: ({ today }): Today => today,
  });

/** A queue of his, as it is now. */
export interface Line {
  readonly name: string;
  readonly title: string;
  readonly waiting: number;
  readonly longestWaitMs: number | null;
}

export const useLinesQuery = (queues: DeskRow['queues'], isWanted: boolean) =>
  useQuery({
    queryKey: QUEUES,
    enabled: isWanted && queues.length > 0,
    queryFn: () => ask<{ readonly items: readonly QueueRow[]; readonly next: null }>('/live/queues'),
    select: ({ items }): readonly Line[] =>
      queues.flatMap(({ name, title }) => {
        const row = items.find((each) => each.name === name);
        return row ? [{ name, title, waiting: row.waiting, longestWaitMs: row.longestWaitMs }] : [];
      }),
  });
