import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError, ask, type Query } from '../api/ask.ts';
import type { Items } from '../api/live-data.ts';
import { useSession } from '../api/session.tsx';
import {
  EMPTY,
  hasMore,
  type ListWindow,
  PAGE_ROWS,
  pagesAround,
  type RowsOf,
  rowsOf,
  windowAfter,
} from './list-window.ts';

export interface ListOf<Row> {
  /** Begins as in `live-data.ts`, so that the stream keeps it true. */
  readonly key: readonly unknown[];
  /** Of the API; it answers with `items` and `next`. */
  readonly path: string;
  /** What it is asked by. */
  readonly filter: Query;
  readonly keyOf: (row: Row) => string;
  /** False: it is not asked yet (a word is too short). */
  readonly isAsked?: boolean;
  /**
   * How a row is shown that is held in its place and stands in the list no more; as it was by default. `isWhole`: all that the list has was
   * read, so that it is not merely further down.
   */
  readonly gone?: (row: Row, isWhole: boolean) => Row;
}

/** A list of the API as far as it was read: the rows around those in sight are kept, however far it is scrolled. */
export interface List<Row> {
  /** Changes when other rows are asked for. */
  readonly of: string;
  readonly rows: RowsOf<Row>;
  readonly keyOf: (row: Row) => string;
  readonly state: 'pending' | 'failed' | 'ready';
  /** Why it failed; of one that is ready: why what is in sight was not read anew. */
  readonly error: unknown;
  /** Whether there are more behind these. */
  readonly hasMore: boolean;
  readonly isReadingMore: boolean;
  readonly isRefreshing: boolean;
  /** Rows that are in sight now: they and those beside them are read. */
  readonly see: (first: number, last: number) => void;
  /** Reads it anew, and lets its rows go where they belong. */
  readonly refresh: () => void;
  /** Rows that somebody points at stay where they are, and show how they are now. */
  readonly isHeld: boolean;
  readonly hold: (isHeld: boolean) => void;
}

/** Pages out of sight are kept so long: whoever turns back has them still. */
const OUT_OF_SIGHT_MS = 2000;

const asItWas = <Row>(row: Row): Row => row;

/** So many rows further, and the page is told of it. */
const STEP_ROWS = 10;

interface Shown<Row> {
  /** The list. */
  readonly list: string;
  /** With its filter. */
  readonly asked: string;
  readonly window: ListWindow<Row>;
}

/** Reads what is in sight of a list, page by page. */
export function useList<Row>({
  key,
  path,
  filter,
  keyOf,
  isAsked = true,
  gone = asItWas,
}: ListOf<Row>): List<Row> {
  const { company } = useSession();
  const client = useQueryClient();
  const list = JSON.stringify([key, company]);
  const asked = JSON.stringify(filter);
  const [shown, setShown] = useState<Shown<Row>>();
  const [sight, setSight] = useState({ asked, first: 0, last: 0 });
  const [heldOf, setHeldOf] = useState<string>();
  const isHeld = heldOf === asked;
  const before = shown?.list === list && shown.asked === asked ? shown.window : EMPTY;
  const { first, last } = sight.asked === asked ? sight : { first: 0, last: 0 };
  const { from, to } = pagesAround(before, first, last);
  const queryKey = [...key, company, filter];
  const queries = useQueries({
    queries: before.places.slice(from, to).map(({ after }, index) => ({
      queryKey: [...queryKey, after ?? ''],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        ask<Items<Row>>(path, { query: { ...filter, limit: PAGE_ROWS, after }, signal }),
      enabled: isAsked,
      // The first is there at once for whoever comes back.
      ...(from + index > 0 && { gcTime: OUT_OF_SIGHT_MS }),
    })),
  });
  const after = windowAfter(before, {
    from,
    read: queries.map(({ data }) => data),
    isHeld,
    keyOf,
    gone,
  });
  const error = queries.find(({ error: each }) => each !== null)?.error ?? null;
  const isRead = after.pages.some((page) => page !== undefined);
  // Rows of the filter before stay until those of this one are there.
  if (isRead && (after !== before || shown?.asked !== asked)) setShown({ list, asked, window: after });
  const visible = isRead ? after : shown?.list === list ? shown.window : EMPTY;
  const refusal = error instanceof ApiError ? error : undefined;
  const isOldCursor = refusal?.code === 'bad-cursor';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that it is refused
  useEffect(() => {
    // Of another start of the server: the list begins anew.
    if (!isOldCursor) return;
    client.removeQueries({ queryKey });
    setShown(undefined);
    setSight({ asked, first: 0, last: 0 });
  }, [isOldCursor]);
  const rows = useMemo(() => rowsOf(visible), [visible]);
  const isThere = isRead || (shown?.list === list && (shown.asked === asked || !error));
  const isRefused = refusal !== undefined && isFinal(refusal) && !isOldCursor;
  const isAtEnd = hasMore(visible) && to === visible.places.length;
  const see = useCallback(
    (firstRow: number, lastRow: number) => {
      const [begin, end] = [Math.floor(firstRow / STEP_ROWS), Math.ceil(lastRow / STEP_ROWS)];
      setSight((now) => {
        const next = { asked, first: begin * STEP_ROWS, last: end * STEP_ROWS };
        return now.asked === asked && now.first === next.first && now.last === next.last ? now : next;
      });
    },
    [asked],
  );
  const hold = useCallback((is: boolean) => setHeldOf(is ? asked : undefined), [asked]);
  return {
    of: shown?.list === list ? shown.asked : asked,
    rows,
    keyOf,
    state: isRefused || (error && !isThere) ? 'failed' : isThere ? 'ready' : 'pending',
    error,
    hasMore: hasMore(visible),
    isReadingMore: isAtEnd && queries.at(-1)?.isLoading === true,
    isRefreshing: queries.some(({ isFetching, data }) => isFetching && data !== undefined),
    see,
    refresh: () => {
      setHeldOf(undefined);
      // Those out of sight, when they come into sight again.
      void client.invalidateQueries({ queryKey });
    },
    isHeld,
    hold,
  };
}

/** Whether what is in sight is not to be seen any more; else it stays until it can be read. */
const isFinal = ({ status }: ApiError): boolean => status >= 400 && status < 500 && status !== 429;
