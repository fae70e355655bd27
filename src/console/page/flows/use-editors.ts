import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { FlowSeen } from '../../api/types.ts';
import { useSettled } from './editor-parts.ts';
import type { Base } from './use-draft.ts';

const EVERY_MS = 5000;

/** What somebody else has saved or published since the document was read. */
export interface News {
  readonly by: string;
  readonly at: string;
  readonly what: 'saved' | 'published';
}

export interface Editors {
  /** Other people, and other pages of oneself. */
  readonly people: FlowSeen['items'];
  readonly news: News | undefined;
}

interface EditorsParts {
  readonly number: string;
  /** There are changes that are not saved. */
  readonly isEditing: boolean;
  readonly base: Base;
  /** What is stored is about to be another: nothing is news until that is known. */
  readonly isBusy: boolean;
}

/** Says that this page has the flow open, and hears who else has. */
export function useEditors({ number, isEditing, base, isBusy }: EditorsParts): Editors {
  const { company } = useSession();
  const [page] = useState(() => Math.random().toString(36).slice(2));
  const path = `/flows/${encodeURIComponent(number)}/editors/${page}`;
  const { draft, published } = base;
  const editing = useRef(isEditing);
  const { data, isPlaceholderData, refetch } = useQuery({
    // Another base asks anew: what was heard before it is no news.
    queryKey: ['flow-editors', company, path, draft?.version, draft?.revision, published],
    queryFn: ({ signal }) =>
      ask<FlowSeen>(path, { method: 'PUT', body: { isEditing: editing.current }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    // What is edited in a tab behind others is edited all the same.
    refetchIntervalInBackground: true,
    gcTime: 0,
    retry: false,
  });
  // Told when it stays so: not with each letter.
  const settled = useSettled(isEditing);
  useEffect(() => {
    if (editing.current === settled) return;
    editing.current = settled;
    void refetch({ cancelRefetch: false });
  }, [settled, refetch]);
  useEffect(() => {
    const leave = () =>
      void ask(path, { method: 'DELETE', keepalive: true }).catch(() => {
        // It is taken for closed when it says nothing more.
      });
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [path]);
  const isKnown = data !== undefined && !isPlaceholderData && !isBusy;
  return { people: data?.items ?? [], news: isKnown ? newsIn(data, base) : undefined };
}

function newsIn({ draft, published }: FlowSeen, base: Base): News | undefined {
  if (draft && (base.draft?.version !== draft.version || base.draft.revision !== draft.revision))
    return { by: draft.changedBy, at: draft.changedAt, what: 'saved' };
  if (!draft && published && published.version !== base.published)
    return {
      by: published.publishedBy ?? '',
      at: published.publishedAt ?? '',
      what: 'published',
    };
  return undefined;
}
