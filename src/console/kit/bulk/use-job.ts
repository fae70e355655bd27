import { useQuery } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/ask.ts';
import { JOBS } from '../../api/live-data.ts';
import type { JobRow } from '../../api/types.ts';

const LOOK_MS = 700;

export const isOver = ({ state }: JobRow): boolean => state !== 'waiting' && state !== 'running';
export const fileOf = (id: string): string => pathOf(`/jobs/${encodeURIComponent(id)}/file`);
export const cancelJob = (id: string): Promise<unknown> =>
  ask(`/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });

/** A job as long as it runs, and what came of it. `ofAll`: it is of the whole installation. */
export function useJob(id: string | undefined, ofAll = false): JobRow | undefined {
  const { data } = useQuery<JobRow>({
    queryKey: [...JOBS, 'one', id],
    enabled: id !== undefined,
    gcTime: 0,
    refetchInterval: ({ state: { data: known } }) => (known && isOver(known) ? false : LOOK_MS),
    queryFn: ({ signal }) => ask<JobRow>(`/jobs/${encodeURIComponent(id!)}`, { signal, ofAll }),
  });
  return data?.id === id ? data : undefined;
}
