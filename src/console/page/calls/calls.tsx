import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import LoginOutlined from '@ant-design/icons/es/icons/LoginOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import ReloadOutlined from '@ant-design/icons/es/icons/ReloadOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { Route, Routes, useLocation, useNavigate, useSearchParams } from 'react-router';
import { ask } from '../../api/ask.ts';
import { CALLS, ENDED_CALLS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallPage, CallRow, CallTotals } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count, duration } from '../../kit/format.ts';
import { Moment, Running, useTitle } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { useMedia } from '../../look.tsx';
import { useAwaited } from '../exports/awaited.tsx';
import { ExportDialog } from '../exports/export-dialog.tsx';
import { exportsWords } from '../exports/words.ts';
import { CallDrawer } from './call-drawer.tsx';
import { Outcome, waitOf } from './call-facts.tsx';
import { filterOf, isLongEnough, isNarrowed } from './filter.ts';
import { QueryBar } from './query-bar.tsx';
import { callsWords } from './words.ts';
import './calls.css';

const PAGE = 50;

/** The list of calls (话单), and one of them in a drawer. */
export default function Calls() {
  const say = useSay(callsWords);
  useTitle(say('title'));
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const opened = pathname.split('/')[2];
  const [order, setOrder] = useState<readonly string[]>([]);
  // Which moment was listened to is of the one call.
  const kept = new URLSearchParams(search);
  for (const name of ['t', 'rec']) kept.delete(name);
  const filters = kept.size > 0 ? `?${kept}` : '';
  const open = (id: string) => void navigate(`/calls/${encodeURIComponent(id)}${filters}`);
  const at = order.indexOf(decodeURIComponent(opened ?? ''));
  const neighbour = (place: number) => {
    const id = at < 0 ? undefined : order[place];
    return id === undefined ? undefined : () => open(id);
  };
  return (
    <div className="page calls">
      <List open={open} opened={opened} ordered={setOrder} />
      <Routes>
        <Route
          path=":id"
          element={
            <CallDrawer
              close={() => void navigate(`/calls${filters}`)}
              before={neighbour(at - 1)}
              behind={neighbour(at + 1)}
            />
          }
        />
      </Routes>
    </div>
  );
}

function useCalls(params: URLSearchParams) {
  const { zone, company } = useSession();
  // A range that ends with today begins at the same moment all day long.
  const filter = useMemo(() => filterOf(params, zone, Date.now()), [params, zone]);
  const isAsked = isLongEnough(params.get('q') ?? '');
  const key = [company, filter];
  const list = useInfiniteQuery({
    queryKey: [...CALLS, 'list', ...key],
    queryFn: ({ pageParam, signal }) =>
      ask<CallPage>('/calls', { query: { ...filter, limit: PAGE, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: isAsked,
  });
  const totals = useQuery({
    queryKey: [...CALLS, 'totals', ...key],
    queryFn: ({ signal }) => ask<CallTotals>('/calls/totals', { query: filter, signal }),
    placeholderData: keepPreviousData,
    enabled: isAsked,
  });
  const running = useQuery({
    queryKey: [...CALLS, 'running', company],
    queryFn: ({ signal }) => ask<CallPage>('/calls', { query: { state: 'running', limit: 50 }, signal }),
    enabled: !isNarrowed(params),
  });
  return { list, totals, running, filter };
}

interface ListProps {
  readonly open: (id: string) => void;
  readonly opened: string | undefined;
  /** Ids of the rows as they stand. */
  readonly ordered: (ids: readonly string[]) => void;
}

function List({ open, opened, ordered }: ListProps) {
  const say = useSay(callsWords);
  const [params, setParams] = useSearchParams();
  const { list, totals, running, filter } = useCalls(params);
  const sayExport = useSay(exportsWords);
  const mayExport = [useMay('export:create'), useMay('job:read')].every(Boolean);
  const awaited = useAwaited();
  const [isExporting, setExporting] = useState(false);
  const columns = useColumns();
  const ended =
    useQuery({ queryKey: ENDED_CALLS, queryFn: () => 0, staleTime: Number.POSITIVE_INFINITY }).data ?? 0;
  const [seen, setSeen] = useState(ended);
  const [isHeld, setHeld] = useState(false);
  const isFresh = ended !== seen;
  const refresh = () => {
    setSeen(ended);
    void list.refetch();
    void totals.refetch();
  };
  // Rows that somebody points at stay where they are: then a button says that there is more.
  const mayMove = isFresh && !isHeld && (list.data?.pages.length ?? 0) <= 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that it may
  useEffect(() => {
    if (mayMove) refresh();
  }, [mayMove]);
  const rows = useMemo(() => {
    const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
    const inList = new Set(all.map(({ id }) => id));
    const pinned = isNarrowed(params) ? [] : (running.data?.items ?? []);
    return [...pinned.filter(({ id }) => !inList.has(id)), ...all];
  }, [list.data, running.data, params]);
  useEffect(() => ordered(rows.map(({ id }) => id)), [rows, ordered]);
  const more = () => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  };
  const hasFilter = isNarrowed(params) || params.has('range');
  const clear = <Button onClick={() => setParams({})}>{say('clear')}</Button>;
  return (
    <>
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint" role="status">
          {totals.data &&
            say('totals', {
              calls: count(totals.data.calls),
              answered: count(totals.data.answered),
              talk: duration(totals.data.talkMs),
            })}
        </span>
        <span className="grow" />
        {mayExport && totals.data && (
          <Button icon={<DownloadOutlined />} onClick={() => setExporting(true)}>
            {sayExport('export')}
          </Button>
        )}
        <Button
          type={isFresh ? 'primary' : 'default'}
          icon={<ReloadOutlined />}
          loading={list.isRefetching}
          onClick={refresh}
        >
          {say(isFresh ? 'fresh' : 'refresh')}
        </Button>
      </div>
      <QueryBar />
      {isExporting && (
        <ExportDialog
          filter={filter}
          calls={totals.data?.calls ?? 0}
          close={() => setExporting(false)}
          begun={awaited}
        />
      )}
      <div className="card calls-table">
        {list.isPending && <Loading lines={10} />}
        {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Empty icon={<SearchOutlined />} title={say('emptyTitle')} {...(hasFilter && { act: clear })}>
            {say(hasFilter ? 'emptyFiltered' : 'emptyAll')}
          </Empty>
        )}
        {list.isSuccess && rows.length > 0 && (
          <VirtualTable
            label={say('title')}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            open={({ id }) => open(id)}
            opened={opened}
            more={list.hasNextPage ? more : undefined}
            held={setHeld}
            foot={list.isFetchingNextPage ? say('loadMore') : !list.hasNextPage && say('endOfList')}
          />
        )}
      </div>
    </>
  );
}

const DIRECTIONS = { inbound: <LoginOutlined />, outbound: <LogoutOutlined />, internal: <SwapOutlined /> };

function useColumns(): readonly Column<CallRow>[] {
  const say = useSay(callsWords);
  const isNarrow = useMedia('(max-width: 700px)');
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    const caller: Column<CallRow> = {
      key: 'caller',
      title: say('caller'),
      width: 'minmax(140px, 1.3fr)',
      cell: ({ id, state, direction, caller: number, area }) => (
        <>
          <span className="direction" role="img" aria-label={say(direction)} title={say(direction)}>
            {DIRECTIONS[direction]}
          </span>
          <PhoneNumber number={number} callId={state === 'ended' ? id : undefined} />
          {area && !isNarrow && <span className="faint small"> {area}</span>}
        </>
      ),
    };
    const talk: Column<CallRow> = {
      key: 'talk',
      title: say('talk'),
      width: '72px',
      isNumber: true,
      cell: (call) => {
        if (call.state === 'running') return <Running since={call.startedAt} />;
        return call.talkMs > 0 ? duration(call.talkMs) : none;
      },
    };
    const started: Column<CallRow> = {
      key: 'started',
      title: say('started'),
      width: isNarrow ? '76px' : '132px',
      cell: ({ startedAt }) => <Moment at={startedAt} isShort />,
    };
    const result: Column<CallRow> = {
      key: 'result',
      title: say('result'),
      width: isNarrow ? '104px' : 'minmax(120px, 168px)',
      cell: (call) => <Outcome call={call} />,
    };
    if (isNarrow) return [started, { ...caller, width: 'minmax(100px, 1fr)' }, result];
    return [
      started,
      caller,
      {
        key: 'called',
        title: say('called'),
        width: 'minmax(110px, 1fr)',
        cell: ({ id, state, called }) => (
          <PhoneNumber number={called} callId={state === 'ended' ? id : undefined} as="called" />
        ),
      },
      {
        key: 'queue',
        title: say('queue'),
        width: 'minmax(72px, 1fr)',
        cell: ({ asks }) => asks.at(-1)?.queue ?? none,
      },
      {
        key: 'agent',
        title: say('agent'),
        width: '72px',
        cell: ({ agent, agents }) => agent ?? agents[0]?.agent ?? none,
      },
      result,
      {
        key: 'wait',
        title: say('wait'),
        width: '72px',
        isNumber: true,
        cell: (call) => (call.asks.length > 0 ? duration(waitOf(call)) : none),
      },
      talk,
      {
        key: 'score',
        title: say('score'),
        width: '56px',
        isNumber: true,
        cell: ({ surveyDigit }) => surveyDigit ?? none,
      },
      {
        key: 'recording',
        title: say('recording'),
        width: '64px',
        cell: ({ recordings }) =>
          recordings.some(({ deletedAt, error }) => deletedAt === null && error === null) ? (
            <span role="img" aria-label={say('withRecording')} title={say('withRecording')}>
              <AudioOutlined />
            </span>
          ) : (
            none
          ),
      },
    ];
  }, [say, isNarrow]);
}
