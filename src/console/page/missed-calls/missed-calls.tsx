import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import { useQuery } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useCallback, useMemo } from 'react';
import { MISSED_CALLS } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { MissedCallRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { Choice, useFilters } from '../../kit/filters.tsx';
import { count, dateOf, dayAfter, duration, instantOf } from '../../kit/format.ts';
import type { ListColumn } from '../../kit/list-column.ts';
import { ListPage } from '../../kit/list-page.tsx';
import { Moment } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { useList } from '../../kit/use-list.ts';
import { useMedia } from '../../look.tsx';
import { CallDrawer } from '../calls/call-drawer.tsx';
import { outcomeWords } from '../calls/words.ts';
import { CHANGED, type Changed, MissedActs, MissedState } from './missed-acts.tsx';
import { missedWords } from './words.ts';
import './missed-calls.css';

const STATES = ['open', 'assigned', 'done'] as const;
const RANGES = { days3: 3, days7: 7, days30: 30 } as const;
type Range = keyof typeof RANGES;
const FIRST_RANGE: Range = 'days3';
const FILTERS = ['state', 'range', 'queue', 'mine'];
/** More calls of one caller are not counted by the server. */
const TIMES_LIMIT = 20;

const keyOf = ({ callId }: MissedCallRow): string => callId;

/** Callers who reached nobody (未接来电), and what is done about them. */
export default function MissedCalls() {
  const say = useSay(missedWords);
  const { params } = useFilters();
  const list = useMissed(params);
  const columns = useColumns();
  const isLeftToDo = list.state === 'ready' && !params.has('state');
  return (
    <ListPage
      path="/missed-calls"
      title={say('title')}
      list={list}
      columns={columns}
      filterNames={FILTERS}
      filters={<MissedFilters />}
      facts={isLeftToDo && say(list.hasMore ? 'leftMore' : 'left', { n: count(list.rows.length) })}
      empty={{
        icon: <CheckOutlined />,
        title: say('emptyTitle'),
        text: say('emptyText'),
        filtered: say('emptyFiltered'),
      }}
      drawer={(beside) => <CallDrawer {...beside} />}
    />
  );
}

const rangeOf = (params: URLSearchParams): Range =>
  (Object.keys(RANGES) as Range[]).find((each) => each === params.get('range')) ?? FIRST_RANGE;

function useMissed(params: URLSearchParams) {
  const { zone, me } = useSession();
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
  const { data: changed } = useQuery<Changed>({ queryKey: CHANGED, enabled: false });
  const isAllToDo = !FILTERS.some((name) => params.has(name));
  const gone = useCallback(
    (row: MissedCallRow, isWhole: boolean): MissedCallRow => {
      const own = changed?.[row.callId];
      if (own) return own;
      // What is not left to do any more was done by somebody else, or by a talk.
      return isAllToDo && isWhole ? { ...row, state: 'done' } : row;
    },
    [changed, isAllToDo],
  );
  return useList<MissedCallRow>({
    key: [...MISSED_CALLS, 'list'],
    path: '/missed-calls',
    filter,
    keyOf,
    gone,
  });
}

function MissedFilters() {
  const say = useSay(missedWords);
  const { me } = useSession();
  const { params, set } = useFilters();
  return (
    <>
      <Choice
        name="state"
        label={say('stateOf')}
        first=""
        options={[['', say('toDo')], ...STATES.map((each) => [each, say(each)] as const)]}
      />
      <Choice
        name="range"
        label={say('range')}
        first={FIRST_RANGE}
        options={(Object.keys(RANGES) as Range[]).map((each) => [each, say(each)])}
      />
      {me.user?.agent && (
        // biome-ignore lint/a11y/noLabelWithoutControl: antd's switch is one
        <label className="missed-mine">
          <Switch
            size="small"
            checked={params.get('mine') === '1'}
            onChange={(isMine) => set({ mine: isMine ? '1' : undefined })}
          />
          {say('mine')}
        </label>
      )}
    </>
  );
}

function useColumns(): readonly ListColumn<MissedCallRow>[] {
  const say = useSay(missedWords);
  const sayOutcome = useSayOf(outcomeWords);
  const isNarrow = useMedia('(max-width: 700px)');
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    return [
      {
        key: 'at',
        title: say('at'),
        width: '132px',
        narrow: '76px',
        cell: (row) => <Moment at={row.at} isShort />,
      },
      {
        key: 'caller',
        title: say('caller'),
        width: 'minmax(120px, 1.3fr)',
        narrow: 'minmax(120px, 1.3fr)',
        cell: ({ caller: number, area, callId }) => (
          <>
            <PhoneNumber number={number} callId={callId} />
            {area && !isNarrow && <span className="faint small"> {area}</span>}
          </>
        ),
      },
      {
        key: 'times',
        title: say('times'),
        width: '56px',
        narrow: '36px',
        isNumber: true,
        cell: (row) => (row.times >= TIMES_LIMIT ? say('timesMore', { n: row.times }) : <b>{row.times}</b>),
      },
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
      {
        key: 'acts',
        title: say('acts'),
        width: '172px',
        narrow: '80px',
        cell: (row) => <MissedActs row={row} isNarrow={isNarrow} />,
      },
    ];
  }, [say, sayOutcome, isNarrow]);
}
