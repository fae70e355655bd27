import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import { useMemo } from 'react';
import { CHANGES } from '../../../api/live-data.ts';
import type { ChangeRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { useList } from '../../../kit/use-list.ts';
import { ChangeSource, useCounts, useKindTitle } from './about-change.tsx';
import { ChangeDrawer } from './change-drawer.tsx';
import { changesWords } from './words.ts';

const FILTERS: readonly string[] = [];
const NO_FILTER = {};
const keyOf = ({ id }: ChangeRow): string => id;

/** Changes of many at once (改动记录): who did what, and taking it back. */
export default function Changes() {
  const say = useSay(changesWords);
  const list = useList<ChangeRow>({ key: [...CHANGES, 'list'], path: '/changes', filter: NO_FILTER, keyOf });
  const columns = useColumns();
  return (
    <ListPage
      path="/admin/changes"
      title={say('title')}
      list={list}
      columns={columns}
      filterNames={FILTERS}
      empty={{
        icon: <HistoryOutlined />,
        title: say('emptyTitle'),
        text: say('emptyText'),
        filtered: say('emptyText'),
      }}
      drawer={({ close }) => <ChangeDrawer close={close} />}
    />
  );
}

function useColumns(): readonly ListColumn<ChangeRow>[] {
  const say = useSay(changesWords);
  const titleOf = useKindTitle();
  const counts = useCounts();
  return useMemo(
    () => [
      {
        key: 'at',
        title: say('at'),
        width: '132px',
        narrow: '120px',
        cell: ({ at }) => <Moment at={at} isShort />,
      },
      {
        key: 'what',
        title: say('what'),
        width: '136px',
        narrow: '112px',
        cell: (change) => <ChangeSource {...change} />,
      },
      { key: 'kind', title: say('kind'), width: 'minmax(96px, 1fr)', cell: ({ kind }) => titleOf(kind) },
      {
        key: 'count',
        title: say('count'),
        width: 'minmax(140px, 1.4fr)',
        narrow: 'minmax(80px, 1fr)',
        cell: counts,
      },
      {
        key: 'file',
        title: say('file'),
        width: 'minmax(96px, 1fr)',
        cell: ({ file }) => <span className="faint">{file ?? '—'}</span>,
      },
      { key: 'by', title: say('by'), width: 'minmax(96px, 1fr)', cell: ({ by }) => by },
    ],
    [say, titleOf, counts],
  );
}
