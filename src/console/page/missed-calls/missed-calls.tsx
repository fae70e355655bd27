import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Select, Switch } from 'antd';
import { useMemo, useState } from 'react';
import { Route, Routes, useLocation, useNavigate, useSearchParams } from 'react-router';
import { ask } from '../../api/ask.ts';
import { type Items, MISSED_CALLS } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { MissedCallRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { count, dateOf, dayAfter, duration, instantOf } from '../../kit/format.ts';
import { Moment, useTitle } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { useMedia } from '../../look.tsx';
import { CallDrawer } from '../calls/call-drawer.tsx';
import { outcomeWords } from '../calls/words.ts';
import { CHANGED, type Changed, MissedActs, MissedState } from './missed-acts.tsx';
import { missedWords } from './words.ts';
import '../calls/calls.css';
import './missed-calls.css';

const STATES = ['open', 'assigned', 'done'] as const;
const RANGES = { days3: 3, days7: 7, days30: 30 } as const;
type Range = keyof typeof RANGES;
const FIRST_RANGE: Range = 'days3';
const PAGE = 50;
/** More calls of one caller are not counted by the server. */
const TIMES_LIMIT = 20;

/** Callers who reached nobody (未接来电), and what is done about them. */
export default function MissedCalls() {
  const say = useSay(missedWords);
  useTitle(say('title'));
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const opened = pathname.split('/')[2];
  return (
    <div className="page missed">
      <List
        open={(id) => void navigate(`/missed-calls/${encodeURIComponent(id)}${search}`)}
        opened={opened}
      />
      <Routes>
        <Route path=":id" element={<CallDrawer close={() => void navigate(`/missed-calls${search}`)} />} />
      </Routes>
    </div>
  );
}

function useMissed(params: URLSearchParams) {
  const { zone, company, me } = useSession();
  const filter = useMemo(() => {
    const range = rangeOf(params);
    const from = dayAfter(dateOf(Date.now(), zone), 1 - RANGES[range]);
    return {
      from: new Date(instantOf(from, '00:00:00', zone)).toISOString(),
      state: STATES.find((each) => each === params.get('state')),
      queue: params.get('queue') ?? undefined,
      assignee: params.get('mine') === '1' ? (me.user?.agent ?? undefined) : undefined,
    };
  }, [params, zone, me]);
  return useInfiniteQuery({
    queryKey: [...MISSED_CALLS, 'list', company, filter],
    queryFn: ({ pageParam, signal }) =>
      ask<Items<MissedCallRow>>('/missed-calls', {
        query: { ...filter, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

const rangeOf = (params: URLSearchParams): Range =>
  (Object.keys(RANGES) as Range[]).find((each) => each === params.get('range')) ?? FIRST_RANGE;

interface ListProps {
  readonly open: (id: string) => void;
  readonly opened: string | undefined;
}

function List({ open, opened }: ListProps) {
  const say = useSay(missedWords);
  const [params, setParams] = useSearchParams();
  const list = useMissed(params);
  const columns = useColumns();
  const fresh = list.data?.pages;
  // Rows that somebody points at stay where they are.
  const [held, setHeld] = useState<{ readonly of: string; readonly pages: typeof fresh }>();
  const asked = params.toString();
  const isHeld = held?.of === asked;
  const pages = isHeld ? held.pages : fresh;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? [], [pages]);
  const { data: changed } = useQuery<Changed>({ queryKey: CHANGED, enabled: false });
  const seesAllToDo = asked === '' && !list.hasNextPage;
  const shown = useMemo(
    () => (isHeld ? rows.map((row) => current(row, fresh, changed, seesAllToDo)) : rows),
    [rows, isHeld, fresh, changed, seesAllToDo],
  );
  const isFiltered = params.size > 0;
  const isLeftToDo = !params.has('state');
  const clear = <Button onClick={() => setParams({})}>{say('clear')}</Button>;
  return (
    <>
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint" role="status">
          {list.isSuccess &&
            isLeftToDo &&
            say(list.hasNextPage ? 'leftMore' : 'left', { n: count(rows.length) })}
        </span>
      </div>
      <Filters />
      <div className="card calls-table">
        {list.isPending && <Loading lines={10} />}
        {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Empty icon={<CheckOutlined />} title={say('emptyTitle')} {...(isFiltered && { act: clear })}>
            {say(isFiltered ? 'emptyFiltered' : 'emptyText')}
          </Empty>
        )}
        {list.isSuccess && rows.length > 0 && (
          <VirtualTable
            label={say('title')}
            columns={columns}
            rows={shown}
            keyOf={({ callId }) => callId}
            open={({ callId }) => open(callId)}
            opened={opened}
            more={
              list.hasNextPage && !isHeld ? () => !list.isFetching && void list.fetchNextPage() : undefined
            }
            held={(hold) =>
              setHeld((before) => {
                if (!hold) return undefined;
                return before?.of === asked ? before : { of: asked, pages: fresh };
              })
            }
            foot={list.isFetchingNextPage ? say('loadMore') : !list.hasNextPage && say('endOfList')}
          />
        )}
      </div>
    </>
  );
}

/** A row that stays in its place shows how it is now. */
function current(
  row: MissedCallRow,
  pages: readonly Items<MissedCallRow>[] | undefined,
  changed: Changed | undefined,
  seesAllToDo: boolean,
): MissedCallRow {
  const isIt = ({ callId }: MissedCallRow) => callId === row.callId;
  for (const { items } of pages ?? []) {
    const now = items.find(isIt);
    if (now) return now;
  }
  const own = changed?.[row.callId];
  if (own) return own;
  // What is not left to do any more was done by somebody else, or by a talk.
  return seesAllToDo ? { ...row, state: 'done' } : row;
}

function Filters() {
  const say = useSay(missedWords);
  const { me } = useSession();
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string | undefined) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return (
    <search className="query">
      <Select
        className="query-select"
        aria-label={say('stateOf')}
        value={params.get('state') ?? ''}
        onChange={(state: string) => set('state', state)}
        options={[
          { value: '', label: say('toDo') },
          ...STATES.map((value) => ({ value, label: say(value) })),
        ]}
      />
      <Select
        className="query-select"
        aria-label={say('range')}
        value={rangeOf(params)}
        onChange={(range) => set('range', range === FIRST_RANGE ? undefined : range)}
        options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: say(value) }))}
      />
      {me.user?.agent && (
        // biome-ignore lint/a11y/noLabelWithoutControl: antd's switch is one
        <label className="missed-mine">
          <Switch
            size="small"
            checked={params.get('mine') === '1'}
            onChange={(isMine) => set('mine', isMine ? '1' : undefined)}
          />
          {say('mine')}
        </label>
      )}
    </search>
  );
}

function useColumns(): readonly Column<MissedCallRow>[] {
  const say = useSay(missedWords);
  const sayOutcome = useSayOf(outcomeWords);
  const isNarrow = useMedia('(max-width: 700px)');
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    const at: Column<MissedCallRow> = {
      key: 'at',
      title: say('at'),
      width: isNarrow ? '76px' : '132px',
      cell: (row) => <Moment at={row.at} isShort />,
    };
    const caller: Column<MissedCallRow> = {
      key: 'caller',
      title: say('caller'),
      width: 'minmax(120px, 1.3fr)',
      cell: ({ caller: number, area, callId }) => (
        <>
          <PhoneNumber number={number} callId={callId} />
          {area && !isNarrow && <span className="faint small"> {area}</span>}
        </>
      ),
    };
    const times: Column<MissedCallRow> = {
      key: 'times',
      title: say('times'),
      width: isNarrow ? '36px' : '56px',
      isNumber: true,
      cell: (row) => (row.times >= TIMES_LIMIT ? say('timesMore', { n: row.times }) : <b>{row.times}</b>),
    };
    const acts: Column<MissedCallRow> = {
      key: 'acts',
      title: say('acts'),
      width: isNarrow ? '80px' : '172px',
      cell: (row) => <MissedActs row={row} isNarrow={isNarrow} />,
    };
    if (isNarrow) return [at, caller, times, acts];
    return [
      at,
      caller,
      times,
      {
        key: 'result',
        title: say('result'),
        width: 'minmax(80px, 148px)',
        cell: ({ outcome }) => sayOutcome(outcome),
      },
      {
        key: 'queue',
        title: say('queue'),
        width: 'minmax(72px, 1fr)',
        cell: ({ queue, hotline }) => queue ?? hotline ?? none,
      },
      {
        key: 'wait',
        title: say('wait'),
        width: '64px',
        isNumber: true,
        cell: ({ waitMs }) => (waitMs > 0 ? duration(waitMs) : none),
      },
      {
        key: 'state',
        title: say('state'),
        width: 'minmax(96px, 176px)',
        cell: (row) => <MissedState row={row} />,
      },
      {
        key: 'assignee',
        title: say('assignee'),
        width: '72px',
        cell: ({ assignee }) => assignee ?? none,
      },
      acts,
    ];
  }, [say, sayOutcome, isNarrow]);
}
