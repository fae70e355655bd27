import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { FlowRow, NodeKinds, Permission, WholeFlow } from '../../api/types.ts';
import type { Doc } from './model/tree.ts';

export const FLOWS = ['flows'] as const;

export const useFlows = () => {
  const { company } = useSession();
  return useQuery({
    queryKey: [...FLOWS, company],
    queryFn: async ({ signal }) =>
      (await ask<{ readonly items: readonly FlowRow[] }>('/flows', { signal })).items,
  });
};

/** Kinds of nodes are the engine's: they stay as long as the page is open. */
export const useNodeKinds = () =>
  useQuery({
    queryKey: ['node-kinds'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => ask<NodeKinds>('/node-kinds', { signal }),
  });

/** A version as the API has it. */
export interface VersionRow {
  readonly version: number;
  readonly state: 'draft' | 'checked' | 'canary' | 'published' | 'retired';
  readonly base: number | null;
  readonly comment: string;
  readonly changedBy: string;
  readonly changedAt: string;
  readonly publishedBy: string | null;
  readonly publishedAt: string | null;
  readonly canary: { readonly percent: number } | { readonly callers: readonly string[] } | null;
  readonly revision: number;
}
export type WholeVersion = VersionRow & { readonly hotline: Doc };

export const pathOfHotline = (number: string) => `/hotlines/${encodeURIComponent(number)}`;

export const useVersions = (number: string, isOn: boolean) => {
  const { company } = useSession();
  return useQuery({
    queryKey: [...FLOWS, company, number, 'versions'],
    enabled: isOn,
    queryFn: async ({ signal }) =>
      (await ask<{ readonly items: readonly VersionRow[] }>(`${pathOfHotline(number)}/versions`, { signal }))
        .items,
  });
};

/** What an editor opens: what holds, and the draft where there is one. */
export interface Opened {
  readonly flow: WholeFlow;
  readonly draft: WholeVersion | undefined;
}

export const useOpened = (number: string) => {
  const { company } = useSession();
  return useQuery({
    queryKey: [...FLOWS, company, number],
    // What is edited is not taken out of somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<Opened> => {
      const flow = await ask<WholeFlow>(`/flows/${encodeURIComponent(number)}`, { signal });
      const draft =
        flow.draft === null
          ? undefined
          : await ask<WholeVersion>(`${pathOfHotline(number)}/draft`, { signal });
      return { flow, draft };
    },
  });
};

/** What a hotline holds without what says which it is. */
export function docOf({ number: _, tenant: __, type: ___, ...doc }: Doc): Doc {
  return doc;
}

/** Entities that fields name, by the kind of the field. */
const NAMED: Readonly<
  Record<string, { readonly path: string; readonly right: Permission; readonly key?: string }>
> = {
  queue: { path: '/queues', right: 'queue:read' },
  skill: { path: '/skills', right: 'skill:read' },
  mailbox: { path: '/mailboxes', right: 'mailbox:read' },
  survey: { path: '/surveys', right: 'survey:read' },
  extension: { path: '/extensions', right: 'extension:read', key: 'number' },
  group: { path: '/groups', right: 'group:read', key: 'number' },
  conference: { path: '/conferences', right: 'conference:read', key: 'number' },
  trunk: { path: '/trunks', right: 'trunk:read' },
  calendar: { path: '/calendars', right: 'calendar:read' },
  prompts: { path: '/prompts', right: 'prompt:read' },
  list: { path: '/lists', right: 'list:read' },
};

/** Names that a field of this kind may have; none where they may not be read. */
export function useNames(kind: string): readonly string[] {
  const { company } = useSession();
  const of = NAMED[kind];
  const may = useMay(of?.right ?? 'hotline:read');
  const { data } = useQuery({
    queryKey: ['names', kind, company],
    enabled: of !== undefined && may,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      ask<Items<Readonly<Record<string, unknown>>>>(of!.path, { query: { limit: 500 }, signal }),
  });
  return data?.items.map((item) => String(item[of!.key ?? 'name'])) ?? [];
}
