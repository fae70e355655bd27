import { useQuery } from '@tanstack/react-query';
import { Navigate } from 'react-router';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { FlowRow } from '../../api/types.ts';
import { Loading } from '../../kit/states.tsx';

/** Where somebody begins: in the wizard where there is no company, or it has no number, and he may give it one. */
export function Home({ first }: { readonly first: string }) {
  const { company, may } = useSession();
  const mayBegin = may('hotline:create') && may('hotline:read');
  const hasNone = company === undefined && may('tenant:create');
  const flows = useQuery({
    queryKey: ['flows', company],
    enabled: mayBegin && company !== undefined,
    retry: false,
    queryFn: async ({ signal }) => (await ask<Items<FlowRow>>('/flows', { signal })).items,
  });
  if (hasNone || (mayBegin && flows.data?.length === 0)) return <Navigate to="/setup" replace />;
  if (mayBegin && flows.isLoading) return <Loading />;
  return <Navigate to={first} replace />;
}
