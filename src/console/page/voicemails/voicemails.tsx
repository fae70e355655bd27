import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask } from '../../api/ask.ts';
import { type Items, VOICEMAILS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { VoicemailRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Choice, useFilters } from '../../kit/filters.tsx';
import { duration } from '../../kit/format.ts';
import type { ListColumn } from '../../kit/list-column.ts';
import { ListPage } from '../../kit/list-page.tsx';
import { Moment } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { useList } from '../../kit/use-list.ts';
import { MessageDone, MessageState } from './message-state.tsx';
import { VoicemailDrawer } from './voicemail-drawer.tsx';
import { voicemailWords } from './words.ts';
import './voicemails.css';

const STATES = ['new', 'heard', 'saved', 'deleted'] as const;
const FILTERS = ['state', 'done', 'mailbox'];
const SOURCES = { no: 'false', yes: 'true' } as const;

const keyOf = ({ id }: VoicemailRow): string => id;

/** What callers left in mailboxes (语音留言). */
export default function Voicemails() {
  const say = useSay(voicemailWords);
  const { params } = useFilters();
  const filter = {
    state: STATES.find((each) => each === params.get('state')),
    mailbox: params.get('mailbox') ?? undefined,
    done: SOURCES[params.get('done') as keyof typeof SOURCES],
  };
  const list = useList<VoicemailRow>({ key: [...VOICEMAILS, 'list'], path: '/voicemails', filter, keyOf });
  const columns = useColumns();
  return (
    <ListPage
      path="/voicemails"
      title={say('title')}
      list={list}
      columns={columns}
      filterNames={FILTERS}
      filters={<VoicemailFilters rows={list.rows.kept} />}
      empty={{
        icon: <MailOutlined />,
        title: say('emptyTitle'),
        text: say('emptyText'),
        filtered: say('emptyFiltered'),
      }}
      drawer={({ close }) => <VoicemailDrawer close={close} />}
    />
  );
}

/** Names of mailboxes: all, for who may read them; otherwise those of the messages in sight. */
function useMailboxes(rows: readonly (VoicemailRow | undefined)[], chosen: string | null): readonly string[] {
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
    ...rows.flatMap((row) => row?.mailbox ?? []),
    ...(chosen ? [chosen] : []),
  ]);
  return [...names].sort();
}

function VoicemailFilters({ rows }: { readonly rows: readonly (VoicemailRow | undefined)[] }) {
  const say = useSay(voicemailWords);
  const { params } = useFilters();
  const mailboxes = useMailboxes(rows, params.get('mailbox'));
  return (
    <>
      <Choice
        name="state"
        label={say('state')}
        first=""
        options={[['', say('all')], ...STATES.map((each) => [each, say(each)] as const)]}
      />
      <Choice
        name="done"
        label={say('done')}
        options={[
          ['no', say('doneNo')],
          ['yes', say('doneYes')],
        ]}
      />
      <Choice
        name="mailbox"
        label={say('mailbox')}
        isSearched
        options={mailboxes.map((each) => [each, each])}
      />
    </>
  );
}

function useColumns(): readonly ListColumn<VoicemailRow>[] {
  const say = useSay(voicemailWords);
  return useMemo(
    () => [
      {
        key: 'at',
        title: say('at'),
        width: '132px',
        narrow: '76px',
        cell: ({ startedAt }) => <Moment at={startedAt} isShort />,
      },
      {
        key: 'caller',
        title: say('caller'),
        width: 'minmax(120px, 1fr)',
        narrow: 'minmax(120px, 1fr)',
        cell: ({ id, state, caller: number }) => (
          <span className={state === 'new' ? 'message-new' : ''}>
            <PhoneNumber number={number} callId={id} />
          </span>
        ),
      },
      {
        key: 'mailbox',
        title: say('mailbox'),
        width: 'minmax(96px, 160px)',
        cell: ({ mailbox, subject }) => (subject === null ? mailbox : `${mailbox} · ${subject}`),
      },
      {
        key: 'length',
        title: say('length'),
        width: '64px',
        isNumber: true,
        cell: ({ durationMs }) => duration(durationMs),
      },
      {
        key: 'state',
        title: say('state'),
        width: '96px',
        narrow: '96px',
        cell: (row) => <MessageState state={row.state} />,
      },
      {
        key: 'handled',
        title: say('handled'),
        width: '112px',
        cell: ({ doneAt }) => <MessageDone doneAt={doneAt} />,
      },
      {
        key: 'note',
        title: say('note'),
        width: 'minmax(120px, 2fr)',
        cell: ({ note }) => note || <span className="faint">{say('none')}</span>,
      },
    ],
    [say],
  );
}
