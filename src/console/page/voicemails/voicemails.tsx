import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useMemo } from 'react';
import { Route, Routes, useLocation, useNavigate, useSearchParams } from 'react-router';
import { ask } from '../../api/ask.ts';
import { type Items, VOICEMAILS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { VoicemailRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { duration } from '../../kit/format.ts';
import { Moment, useTitle } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { useMedia } from '../../look.tsx';
import { MessageDone, MessageState } from './message-state.tsx';
import { VoicemailDrawer } from './voicemail-drawer.tsx';
import { voicemailWords } from './words.ts';
import '../calls/calls.css';
import './voicemails.css';

const STATES = ['new', 'heard', 'saved', 'deleted'] as const;
const PAGE = 50;

/** What callers left in mailboxes (语音留言). */
export default function Voicemails() {
  const say = useSay(voicemailWords);
  useTitle(say('title'));
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const opened = pathname.split('/')[2];
  return (
    <div className="page voicemails">
      <List open={(id) => void navigate(`/voicemails/${encodeURIComponent(id)}${search}`)} opened={opened} />
      <Routes>
        <Route path=":id" element={<VoicemailDrawer close={() => void navigate(`/voicemails${search}`)} />} />
      </Routes>
    </div>
  );
}

const SOURCES = { no: 'false', yes: 'true' } as const;

function useMessages(params: URLSearchParams) {
  const { company } = useSession();
  const filter = {
    state: STATES.find((each) => each === params.get('state')),
    mailbox: params.get('mailbox') ?? undefined,
    done: SOURCES[params.get('done') as keyof typeof SOURCES],
  };
  return useInfiniteQuery({
    queryKey: [...VOICEMAILS, 'list', company, filter],
    queryFn: ({ pageParam, signal }) =>
      ask<Items<VoicemailRow>>('/voicemails', {
        query: { ...filter, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

interface ListProps {
  readonly open: (id: string) => void;
  readonly opened: string | undefined;
}

function List({ open, opened }: ListProps) {
  const say = useSay(voicemailWords);
  const [params, setParams] = useSearchParams();
  const list = useMessages(params);
  const columns = useColumns();
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const isFiltered = params.size > 0;
  const clear = <Button onClick={() => setParams({})}>{say('clear')}</Button>;
  return (
    <>
      <div className="page-head">
        <h1>{say('title')}</h1>
      </div>
      <Filters rows={rows} />
      <div className="card calls-table">
        {list.isPending && <Loading lines={10} />}
        {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Empty icon={<MailOutlined />} title={say('emptyTitle')} {...(isFiltered && { act: clear })}>
            {say(isFiltered ? 'emptyFiltered' : 'emptyText')}
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
            more={list.hasNextPage ? () => !list.isFetching && void list.fetchNextPage() : undefined}
            foot={list.isFetchingNextPage ? say('loadMore') : !list.hasNextPage && say('endOfList')}
          />
        )}
      </div>
    </>
  );
}

/** Names of mailboxes: all, for who may read them; otherwise those of the messages in sight. */
function useMailboxes(rows: readonly VoicemailRow[], chosen: string | null): readonly string[] {
  const may = useMay('mailbox:read');
  const { company } = useSession();
  const all = useQuery({
    queryKey: ['mailboxes', company],
    enabled: may,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      ask<Items<{ readonly name: string }>>('/mailboxes', { query: { limit: 500 }, signal }),
  });
  const names = new Set([
    ...(all.data?.items.map(({ name }) => name) ?? []),
    ...rows.map(({ mailbox }) => mailbox),
    ...(chosen ? [chosen] : []),
  ]);
  return [...names].sort();
}

function Filters({ rows }: { readonly rows: readonly VoicemailRow[] }) {
  const say = useSay(voicemailWords);
  const [params, setParams] = useSearchParams();
  const mailbox = params.get('mailbox');
  const mailboxes = useMailboxes(rows, mailbox);
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
        aria-label={say('state')}
        value={params.get('state') ?? ''}
        onChange={(state: string) => set('state', state)}
        options={[{ value: '', label: say('all') }, ...STATES.map((value) => ({ value, label: say(value) }))]}
      />
      <Select
        className="query-select"
        aria-label={say('done')}
        allowClear
        placeholder={say('done')}
        value={params.get('done')}
        onChange={(done?: string) => set('done', done)}
        options={[
          { value: 'no', label: say('doneNo') },
          { value: 'yes', label: say('doneYes') },
        ]}
      />
      <Select
        className="query-select"
        aria-label={say('mailbox')}
        allowClear
        showSearch
        placeholder={say('mailbox')}
        popupMatchSelectWidth={false}
        value={mailbox}
        onChange={(name?: string) => set('mailbox', name)}
        options={mailboxes.map((value) => ({ value, label: value }))}
      />
    </search>
  );
}

function useColumns(): readonly Column<VoicemailRow>[] {
  const say = useSay(voicemailWords);
  const isNarrow = useMedia('(max-width: 700px)');
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    const at: Column<VoicemailRow> = {
      key: 'at',
      title: say('at'),
      width: isNarrow ? '76px' : '132px',
      cell: ({ startedAt }) => <Moment at={startedAt} isShort />,
    };
    const caller: Column<VoicemailRow> = {
      key: 'caller',
      title: say('caller'),
      width: 'minmax(120px, 1fr)',
      cell: ({ id, state, caller: number }) => (
        <span className={state === 'new' ? 'message-new' : ''}>
          <PhoneNumber number={number} callId={id} />
        </span>
      ),
    };
    const state: Column<VoicemailRow> = {
      key: 'state',
      title: say('state'),
      width: '96px',
      cell: (row) => <MessageState state={row.state} />,
    };
    if (isNarrow) return [at, caller, state];
    return [
      at,
      caller,
      { key: 'mailbox', title: say('mailbox'), width: 'minmax(96px, 160px)', cell: ({ mailbox }) => mailbox },
      {
        key: 'length',
        title: say('length'),
        width: '64px',
        isNumber: true,
        cell: ({ durationMs }) => duration(durationMs),
      },
      state,
      {
        key: 'handled',
        title: say('handled'),
        width: '112px',
        cell: ({ doneAt }) => <MessageDone doneAt={doneAt} />,
      },
      { key: 'note', title: say('note'), width: 'minmax(120px, 2fr)', cell: ({ note }) => note || none },
    ];
  }, [say, isNarrow]);
}
