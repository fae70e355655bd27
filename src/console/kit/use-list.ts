import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { ask, type Query } from '../api/ask.ts';
import type { Items } from '../api/live-data.ts';
import { useSession } from '../api/session.tsx';

const PAGE = 50;

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

/** A list of the API as far as it was read. */
export interface List<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly state: 'pending' | 'failed' | 'ready';
  readonly error: unknown;
  /** Whether there are more behind these. */
  readonly hasMore: boolean;
  readonly isReadingMore: boolean;
  readonly isRefreshing: boolean;
  readonly more: () => void;
  /** Reads it anew, and lets its rows go where they belong. */
  readonly refresh: () => void;
  /** Rows that somebody points at stay where they are, and show how they are now. */
  readonly isHeld: boolean;
  readonly hold: (isHeld: boolean) => void;
}

/** Reads a list page by page, as its end comes near. */
export function useList<Row>({ key, path, filter, keyOf, isAsked = true, gone }: ListOf<Row>): List<Row> {
  const { company } = useSession();
  const asked = JSON.stringify([company, filter]);
  const query = useInfiniteQuery({
    queryKey: [...key, company, filter],
    queryFn: ({ pageParam, signal }) =>
      ask<Items<Row>>(path, { query: { ...filter, limit: PAGE, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: isAsked,
  });
  const fresh = query.data?.pages;
  const [held, setHeld] = useState<{ readonly asked: string; readonly pages: typeof fresh }>();
  const isHeld = held?.asked === asked;
  const before = isHeld ? held.pages : undefined;
  const rows = useMemo(() => {
    const isWhole = !fresh?.at(-1)?.next;
    return rowsOf(fresh ?? [], before ?? [], keyOf, (row) => gone?.(row, isWhole) ?? row);
  }, [fresh, before, keyOf, gone]);
  const hold = useCallback(
    (is: boolean) => {
      if (!is) setHeld(undefined);
      else setHeld((now) => (now?.asked === asked ? now : { asked, pages: fresh }));
    },
    [asked, fresh],
  );
  const { isPending, isError, error, hasNextPage, isFetching, isFetchingNextPage, isRefetching } = query;
  return {
    rows,
    keyOf,
    state: isError ? 'failed' : isPending ? 'pending' : 'ready',
    error,
    hasMore: hasNextPage,
    isReadingMore: isFetchingNextPage,
    isRefreshing: isRefetching,
    more: () => {
      if (hasNextPage && !isFetching) void query.fetchNextPage();
    },
    refresh: () => {
      setHeld(undefined);
      void query.refetch();
    },
    isHeld,
    hold,
  };
}

/** Rows in the order in which they are held, as they are now, and what was read since behind them. */
function rowsOf<Row>(
  fresh: readonly Items<Row>[],
  held: readonly Items<Row>[],
  keyOf: (row: Row) => string,
  gone: (row: Row) => Row,
): readonly Row[] {
  if (held.length === 0) return fresh.flatMap(({ items }) => items);
  const now = new Map(fresh.flatMap(({ items }) => items.map((row) => [keyOf(row), row] as const)));
  const inPlace = held.flatMap(({ items }) => items);
  const keys = new Set(inPlace.map(keyOf));
  const behind = fresh.slice(held.length).flatMap(({ items }) => items);
  return [
    ...inPlace.map((row) => now.get(keyOf(row)) ?? gone(row)),
    ...behind.filter((row) => !keys.has(keyOf(row))),
  ];
}
