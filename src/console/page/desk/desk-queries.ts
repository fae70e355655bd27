/** What the workspace reads. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ask } from '../../api/ask.ts';
import { CALLS, ENDED_CALLS, type Items, TODO } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { CallPage, CallRow, MissedCallRow, ScreenRow, TaskRow } from '../../api/types.ts';
import { dateOf, instantOf } from '../../kit/format.ts';

export const SCREEN = ['screen'] as const;

/** A missed call that is given to somebody else is told to him alone. */
const TODO_MS = 5 * 60_000;
const GOES_ON_MS = 2_000;
const SETTLE_MS = 1_500;
const MINE_MS = 20_000;

/** What is known of the call in hand; `phase`: read anew when it changes, such as when it was handed over. */
export const useScreen = (callId: string | undefined, phase: string) =>
  useQuery({
    queryKey: [...SCREEN, callId, phase],
    enabled: callId !== undefined,
    queryFn: ({ signal }) => ask<ScreenRow>(`/calls/${encodeURIComponent(callId!)}/screen`, { signal }),
    // The panels stay as they are under the agent's hands while the next state is read.
    placeholderData: (before) => (before?.callId === callId ? before : undefined),
    staleTime: 5_000,
  });

/** Whether a call that he has no part in any more is over: that decides what he is asked of it. */
export function useIsOver(callId: string, isWanted: boolean): boolean {
  const { data } = useQuery({
    queryKey: [...SCREEN, callId, 'over'],
    enabled: isWanted,
    queryFn: async ({ signal }) =>
      (await ask<CallRow>(`/calls/${encodeURIComponent(callId)}`, { signal })).state === 'ended',
    refetchInterval: ({ state }) => state.data !== true && GOES_ON_MS,
  });
  return data === true;
}

/** Calls of today that he had a part in. */
export function useMyCalls(isWanted: boolean, state: string) {
  const { zone, company } = useSession();
  const day = dateOf(Date.now(), zone);
  const client = useQueryClient();
  const ended =
    useQuery({ queryKey: ENDED_CALLS, queryFn: () => 0, staleTime: Number.POSITIVE_INFINITY }).data ?? 0;
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when a call has ended, or he has done with one
  useEffect(() => {
    // A record is there some moments after the end of its call.
    due.current ??= setTimeout(() => {
      due.current = undefined;
      void client.invalidateQueries({ queryKey: [...CALLS, 'mine'] });
    }, SETTLE_MS);
  }, [client, ended, state]);
  useEffect(() => () => clearTimeout(due.current), []);
  return useQuery({
    queryKey: [...CALLS, 'mine', company, day],
    enabled: isWanted,
    // One that a colleague ends after him is told to the colleague alone.
    refetchInterval: MINE_MS,
    queryFn: ({ signal }) =>
      ask<CallPage>('/calls', { query: { from: instantOf(day, '00:00:00', zone), limit: 50 }, signal }),
  });
}

export interface Todo {
  readonly tasks: readonly TaskRow[];
  readonly missed: readonly MissedCallRow[];
}

/** What he is to do: his tasks, and missed calls that are given to him. */
export function useTodo(agent: string) {
  return useQuery({
    queryKey: [...TODO, agent],
    refetchInterval: TODO_MS,
    queryFn: async ({ signal }): Promise<Todo> => {
      const [tasks, missed] = await Promise.all([
        ask<Items<TaskRow>>('/tasks', { query: { agent, limit: 100 }, signal }),
        ask<Items<MissedCallRow>>('/missed-calls', { query: { assignee: agent, limit: 50 }, signal }),
      ]);
      return { tasks: tasks.items, missed: missed.items };
    },
  });
}
