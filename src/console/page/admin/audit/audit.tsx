import FileSearchOutlined from '@ant-design/icons/es/icons/FileSearchOutlined';
import { useMemo } from 'react';
import { useSession } from '../../../api/session.tsx';
import type { AuditEntryRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { Choice, SearchBox, TextFilter, useFilters } from '../../../kit/filters.tsx';
import { dateOf, dayAfter, instantOf } from '../../../kit/format.ts';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { useList } from '../../../kit/use-list.ts';
import { AuditDrawer } from './audit-drawer.tsx';
import { useObjectText } from './detail-text.tsx';
import { actionWords, auditWords, didWords } from './words.ts';

const FILTERS = ['q', 'by', 'action', 'range'];
const RANGES = { today: 0, week: 6, month: 29 } as const;
const ACTIONS = Object.keys(actionWords.texts.en) as (keyof (typeof actionWords)['texts']['en'])[];
const keyOf = ({ seq }: AuditEntryRow): string => String(seq);

/** Who did what to what (操作日志). */
export default function Audit() {
  const say = useSay(auditWords);
  const sayAction = useSay(actionWords);
  const { zone } = useSession();
  const { params } = useFilters();
  const days = RANGES[params.get('range') as keyof typeof RANGES];
  const today = dateOf(Date.now(), zone);
  const filter = {
    q: params.get('q') ?? undefined,
    by: params.get('by') ?? undefined,
    action: params.get('action') ?? undefined,
    from:
      days === undefined
        ? undefined
        : new Date(instantOf(dayAfter(today, -days), '00:00:00', zone)).toISOString(),
  };
  const list = useList<AuditEntryRow>({ key: ['audit', 'list'], path: '/audit', filter, keyOf });
  const columns = useColumns();
  return (
    <ListPage
      path="/admin/audit"
      title={say('title')}
      list={list}
      columns={columns}
      filterNames={FILTERS}
      filters={
        <>
          <SearchBox name="q" label={say('search')} />
          <span className="audit-by">
            <TextFilter name="by" label={say('by')} />
          </span>
          <Choice
            name="action"
            label={say('action')}
            isSearched
            options={ACTIONS.map((action) => [action, sayAction(action)])}
          />
          <Choice
            name="range"
            label={say('range')}
            options={[
              ['today', say('today')],
              ['week', say('week')],
              ['month', say('month')],
            ]}
          />
        </>
      }
      empty={{
        icon: <FileSearchOutlined />,
        title: say('emptyTitle'),
        text: say('emptyText'),
        filtered: say('emptyFiltered'),
      }}
      drawer={({ close }) => <AuditDrawer list={list} close={close} />}
    />
  );
}

function useColumns(): readonly ListColumn<AuditEntryRow>[] {
  const say = useSay(auditWords);
  const sayAction = useSayOf(actionWords);
  const sayDid = useSayOf(didWords);
  const objectText = useObjectText();
  return useMemo(
    () => [
      {
        key: 'at',
        title: say('at'),
        width: '148px',
        narrow: '112px',
        cell: ({ at }) => <Moment at={at} isShort />,
      },
      {
        key: 'by',
        title: say('by'),
        width: 'minmax(120px, 1fr)',
        narrow: 'minmax(72px, 1fr)',
        cell: ({ by }) => by,
      },
      {
        key: 'action',
        title: say('action'),
        width: 'minmax(140px, 1fr)',
        narrow: 'minmax(96px, 1fr)',
        cell: ({ action, details }) => (
          <>
            {sayAction(action)}
            {typeof details['did'] === 'string' && <span className="faint"> · {sayDid(details['did'])}</span>}
          </>
        ),
      },
      {
        key: 'object',
        title: say('object'),
        width: 'minmax(160px, 2fr)',
        cell: (entry) => objectText(entry) ?? <span className="faint">{say('none')}</span>,
      },
      {
        key: 'address',
        title: say('details'),
        width: 'minmax(120px, 1fr)',
        isHidden: true,
        cell: ({ details }) => String(details['address'] ?? ''),
      },
    ],
    [say, sayAction, sayDid, objectText],
  );
}
