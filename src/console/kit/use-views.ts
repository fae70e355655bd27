import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ask } from '../api/ask.ts';
import { useSession } from '../api/session.tsx';
import type { ViewRow } from '../api/types.ts';
import { useFilters } from './filters.tsx';
import type { ListColumn } from './list-column.ts';
import { remember, remembered } from './remembered.ts';
import {
  type FilterValues,
  filtersOf,
  firstColumns,
  isChanged,
  knownColumns,
  PLAIN_VIEW,
  VIEW_NAMES,
} from './view-state.ts';

const VIEWS = ['views'] as const;

export interface Views {
  /** The page's key. */
  readonly page: string;
  readonly all: readonly ViewRow[];
  /** The one that was chosen; undefined: the list as it is. */
  readonly view: ViewRow | undefined;
  /** Something else is in sight than it says. */
  readonly isChanged: boolean;
  readonly filters: FilterValues;
  /** Keys of the columns in sight, in their order. */
  readonly columns: readonly string[];
  /** Undefined: those that the list begins with. */
  readonly showColumns: (keys: readonly string[] | undefined) => void;
  /** Undefined: the list as it is. */
  readonly choose: (view: ViewRow | undefined) => void;
  readonly renew: () => Promise<void>;
}

/** Saved views of a list (已存视图), and what of it is in sight. */
export function useViews<Row>(
  page: string,
  names: readonly string[],
  columns: readonly ListColumn<Row>[],
): Views {
  const { company } = useSession();
  const client = useQueryClient();
  const { params, set } = useFilters();
  const key = [...VIEWS, company, page];
  const { data } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly ViewRow[] }>('/views', { query: { page }, signal }),
    staleTime: 60_000,
    // A phone's token, or an older server: lists are there without views.
    retry: false,
  });
  const all = data?.items ?? [];
  const view = all.find(({ id }) => id === params.get('view'));
  const choose = (chosen: ViewRow | undefined) => {
    const none = Object.fromEntries([...names, ...VIEW_NAMES].map((name) => [name, undefined]));
    const isNoneFirst = all.every(({ isFirst }) => !isFirst);
    set({ ...none, ...chosen?.filters, view: chosen?.id ?? (isNoneFirst ? undefined : PLAIN_VIEW) });
  };
  // Who comes without a word begins with his own view.
  const isBare = useRef(![...names, ...VIEW_NAMES].some((name) => params.has(name)));
  const first = all.find(({ isFirst }) => isFirst);
  const begin = useRef(choose);
  begin.current = choose;
  useEffect(() => {
    if (!data || !isBare.current) return;
    isBare.current = false;
    if (first) begin.current(first);
  }, [data, first]);
  const place = `columns.${page}`;
  const [own, setOwn] = useState(() => remembered(place)?.split(','));
  const wanted = params.get('cols')?.split(',') ?? (view ? view.columns : own);
  const shown = knownColumns(columns, wanted);
  const filters = filtersOf(params, names);
  return {
    page,
    all,
    view,
    isChanged: view !== undefined && isChanged(view, { filters, columns: shown }, columns, names),
    filters,
    columns: shown,
    showColumns: (keys) => {
      const said = knownColumns(columns, view ? view.columns : undefined).join();
      const next = (keys ?? firstColumns(columns)).join();
      // What a view says stands there; else they are how this browser shows the list.
      if (view) return set({ cols: next === said ? undefined : next });
      setOwn(keys ? [...keys] : undefined);
      remember(place, keys?.join());
      set({ cols: undefined });
    },
    choose,
    renew: () => client.invalidateQueries({ queryKey: key }),
  };
}
