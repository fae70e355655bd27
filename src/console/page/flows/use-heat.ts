import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { FlowWays } from '../../api/types.ts';
import { FLOWS } from './flow-queries.ts';
import type { RootSpot } from './model/tree.ts';
import { trafficOf } from './model/ways.ts';
import { type Overlay, overlayOf } from './overlay.ts';

const DAYS = 7;

/** Where the calls of the last days went (热力), on the flow as it is edited. */
export function useHeat(number: string, roots: readonly RootSpot[]) {
  const { company } = useSession();
  const [isOn, setOn] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [...FLOWS, company, number, 'ways'],
    enabled: isOn,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      ask<FlowWays>(`/flows/${encodeURIComponent(number)}/ways`, { query: { days: DAYS }, signal }),
  });
  const overlay = useMemo(
    (): Overlay | undefined => (isOn && data ? overlayOf(trafficOf(roots, data.ways)) : undefined),
    [isOn, data, roots],
  );
  return {
    isOn,
    turn: setOn,
    found: isOn ? data : undefined,
    error: isOn ? error : null,
    isFetching,
    refetch: () => void refetch(),
    overlay,
  };
}

export type Heat = ReturnType<typeof useHeat>;
