import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import LoginOutlined from '@ant-design/icons/es/icons/LoginOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import ReloadOutlined from '@ant-design/icons/es/icons/ReloadOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { CALLS, ENDED_CALLS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallPage, CallRow, CallTotals } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { FlagMark, RowFlag, useMark } from '../../kit/call-flag.tsx';
import { useFilters } from '../../kit/filters.tsx';
import { flagWords } from '../../kit/flag-words.ts';
import { count, duration } from '../../kit/format.ts';
import type { ListColumn } from '../../kit/list-column.ts';
import { ListPage } from '../../kit/list-page.tsx';
import { Moment, Running } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { useList } from '../../kit/use-list.ts';
import { useMedia } from '../../look.tsx';
import { useAwaited } from '../exports/awaited.tsx';
import { ExportDialog } from '../exports/export-dialog.tsx';
import { exportsWords } from '../exports/words.ts';
import { CallDrawer } from './call-drawer.tsx';
import { Outcome, waitOf } from './call-facts.tsx';
import { FILTERS, filterOf, isLongEnough, isNarrowed } from './filter.ts';
import { QueryBar } from './query-bar.tsx';
import { reasonWords } from './reason-words.ts';
import { callsWords } from './words.ts';
import './calls.css';

const keyOf = ({ id }: CallRow): string => id;

/** The list of calls (话单), and one of them in a drawer. */
export default function Calls() {
  const say = useSay(callsWords);
  const { params } = useFilters();
  const { list, totals, running, filter } = useCalls(params);
  const sayExport = useSay(exportsWords);
  const mayExport = [useMay('export:create'), useMay('job:read')].every(Boolean);
  const awaited = useAwaited();
  const [isExporting, setExporting] = useState(false);
  const columns = useColumns();
  const ended =
    useQuery({ queryKey: ENDED_CALLS, queryFn: () => 0, staleTime: Number.POSITIVE_INFINITY }).data ?? 0;
  const [seen, setSeen] = useState(ended);
  const isFresh = ended !== seen;
  const refresh = () => {
    setSeen(ended);
    list.refresh();
    void totals.refetch();
  };
  // Rows that somebody points at stay where they are: then a button says that there is more.
  const mayMove = isFresh && !list.isHeld;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that it may
  useEffect(() => {
    if (mayMove) refresh();
  }, [mayMove]);
  const facts =
    totals.data &&
    say('totals', {
      calls: count(totals.data.calls),
      answered: count(totals.data.answered),
      talk: duration(totals.data.talkMs),
    });
  const acts = (
    <>
      {mayExport && totals.data && (
        <Button icon={<DownloadOutlined />} onClick={() => setExporting(true)}>
          {sayExport('export')}
        </Button>
      )}
      <Button
        type={isFresh ? 'primary' : 'default'}
        icon={<ReloadOutlined />}
        loading={list.isRefreshing}
        onClick={refresh}
      >
        {say(isFresh ? 'fresh' : 'refresh')}
      </Button>
    </>
  );
  return (
    <>
      <ListPage
        path="/calls"
        title={say('title')}
        list={list}
        pinned={isNarrowed(params) ? [] : (running.data?.items ?? [])}
        columns={columns}
        filterNames={FILTERS}
        filters={<QueryBar />}
        facts={facts}
        acts={acts}
        empty={{
          icon: <SearchOutlined />,
          title: say('emptyTitle'),
          text: say('emptyAll'),
          filtered: say('emptyFiltered'),
        }}
        drawer={(beside) => <CallDrawer {...beside} />}
      />
      {isExporting && (
        <ExportDialog
          filter={filter}
          calls={totals.data?.calls ?? 0}
          close={() => setExporting(false)}
          begun={awaited}
        />
      )}
    </>
  );
}

function useCalls(params: URLSearchParams) {
  const { zone, company } = useSession();
  // A range that ends with today begins at the same moment all day long.
  const filter = useMemo(() => filterOf(params, zone, Date.now()), [params, zone]);
  const isAsked = isLongEnough(params.get('q') ?? '');
  const list = useList<CallRow>({ key: [...CALLS, 'list'], path: '/calls', filter, keyOf, isAsked });
  const totals = useQuery({
    queryKey: [...CALLS, 'totals', company, filter],
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

const DIRECTIONS = { inbound: <LoginOutlined />, outbound: <LogoutOutlined />, internal: <SwapOutlined /> };

/** The line that it came in by, or went out by. */
const trunkOf = ({ origin, targets }: CallRow) =>
  origin['trunk'] ?? targets.find(({ trunk }) => trunk !== null)?.trunk;

function useColumns(): readonly ListColumn<CallRow>[] {
  const say = useSay(callsWords);
  const sayReason = useSayOf(reasonWords);
  const sayFlag = useSay(flagWords);
  const mayNote = useMay('call:note');
  const mark = useMark();
  const isNarrow = useMedia('(max-width: 700px)');
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    return [
      {
        key: 'started',
        title: say('started'),
        width: '132px',
        narrow: '112px',
        cell: ({ startedAt, flag }) => (
          <>
            <Moment at={startedAt} isShort /> {isNarrow && flag && <FlagMark flag={flag} />}
          </>
        ),
      },
      {
        key: 'caller',
        title: say('caller'),
        width: 'minmax(140px, 1.3fr)',
        narrow: 'minmax(100px, 1fr)',
        cell: ({ id, state, direction, caller: number, area }) => (
          <>
            <span className="direction" role="img" aria-label={say(direction)} title={say(direction)}>
              {DIRECTIONS[direction]}
            </span>
            <PhoneNumber number={number} callId={state === 'ended' ? id : undefined} />
            {area && !isNarrow && <span className="faint small"> {area}</span>}
          </>
        ),
      },
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
        width: 'minmax(64px, 1fr)',
        cell: ({ asks }) => asks.at(-1)?.queue ?? none,
      },
      {
        key: 'agent',
        title: say('agent'),
        width: '64px',
        cell: ({ agent, agents }) => agent ?? agents[0]?.agent ?? none,
      },
      {
        key: 'result',
        title: say('result'),
        width: 'minmax(112px, 168px)',
        narrow: '98px',
        cell: (call) => <Outcome call={call} />,
      },
      {
        key: 'wait',
        title: say('wait'),
        width: '64px',
        isNumber: true,
        cell: (call) => (call.asks.length > 0 ? duration(waitOf(call)) : none),
      },
      {
        key: 'talk',
        title: say('talk'),
        width: '64px',
        isNumber: true,
        cell: (call) => {
          if (call.state === 'running') return <Running since={call.startedAt} />;
          return call.talkMs > 0 ? duration(call.talkMs) : none;
        },
      },
      {
        key: 'score',
        title: say('score'),
        width: '52px',
        isNumber: true,
        cell: ({ surveyDigit }) => surveyDigit ?? none,
      },
      {
        key: 'recording',
        title: say('recording'),
        width: '56px',
        cell: ({ recordings }) =>
          recordings.some(({ deletedAt, error }) => deletedAt === null && error === null) ? (
            <span role="img" aria-label={say('withRecording')} title={say('withRecording')}>
              <AudioOutlined />
            </span>
          ) : (
            none
          ),
      },
      {
        key: 'flag',
        title: sayFlag('flag'),
        width: '36px',
        cell: ({ id, flag }) =>
          mayNote ? <RowFlag callId={id} flag={flag} mark={mark} /> : flag ? <FlagMark flag={flag} /> : none,
      },
      {
        key: 'area',
        title: say('area'),
        width: 'minmax(88px, 1fr)',
        isHidden: true,
        cell: ({ area }) => area || none,
      },
      {
        key: 'hotline',
        title: say('hotline'),
        width: '120px',
        isHidden: true,
        cell: ({ hotline }) => hotline ?? none,
      },
      {
        key: 'disposition',
        title: say('disposition'),
        width: 'minmax(88px, 1fr)',
        isHidden: true,
        cell: ({ disposition }) => disposition ?? none,
      },
      {
        key: 'trunk',
        title: say('trunk'),
        width: '104px',
        isHidden: true,
        cell: (call) => trunkOf(call) ?? none,
      },
      {
        key: 'cause',
        title: say('cause'),
        width: '104px',
        isHidden: true,
        cell: ({ cause }) => (cause === null ? none : sayReason(cause)),
      },
      {
        key: 'duration',
        title: say('duration'),
        width: '72px',
        isNumber: true,
        isHidden: true,
        cell: ({ durationMs, state }) => (state === 'ended' ? duration(durationMs) : none),
      },
      {
        key: 'id',
        title: say('id'),
        width: 'minmax(180px, 1fr)',
        isHidden: true,
        cell: ({ id }) => <code>{id}</code>,
      },
    ];
  }, [say, sayReason, sayFlag, mayNote, mark, isNarrow]);
}
