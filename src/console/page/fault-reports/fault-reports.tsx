import BugOutlined from '@ant-design/icons/es/icons/BugOutlined';
import { useMemo } from 'react';
import type { FaultRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Choice, useFilters } from '../../kit/filters.tsx';
import type { ListColumn } from '../../kit/list-column.ts';
import { ListPage } from '../../kit/list-page.tsx';
import { Moment } from '../../kit/moment.tsx';
import { useList } from '../../kit/use-list.ts';
import { FaultDrawer } from './fault-drawer.tsx';
import { FAULTS, FaultState } from './fault-state.tsx';
import { faultPageWords } from './words.ts';
import './fault-reports.css';

const STATES = ['open', 'closed', 'all'] as const;
const keyOf = ({ id }: FaultRow): string => id;

/** Faults (故障报告) as agents report them, for who mends them: those that are open first. */
export default function FaultReports() {
  const say = useSay(faultPageWords);
  const { params } = useFilters();
  const state = STATES.find((each) => each === params.get('state')) ?? 'open';
  const filter = { state: state === 'all' ? undefined : state };
  const list = useList<FaultRow>({ key: [...FAULTS, 'list'], path: '/fault-reports', filter, keyOf });
  const columns = useColumns();
  return (
    <ListPage
      path="/fault-reports"
      title={say('title')}
      list={list}
      columns={columns}
      filterNames={['state']}
      filters={
        <Choice
          name="state"
          label={say('state')}
          first="open"
          options={STATES.map((each) => [each, say(each)] as const)}
        />
      }
      empty={{
        icon: <BugOutlined />,
        title: say('emptyTitle'),
        text: say('emptyText'),
        filtered: say('emptyFiltered'),
      }}
      drawer={({ close }) => <FaultDrawer close={close} />}
    />
  );
}

function useColumns(): readonly ListColumn<FaultRow>[] {
  const say = useSay(faultPageWords);
  return useMemo(
    () => [
      {
        key: 'at',
        title: say('at'),
        width: '132px',
        narrow: '76px',
        cell: ({ at }) => <Moment at={at} isShort />,
      },
      {
        key: 'by',
        title: say('by'),
        width: 'minmax(120px, 200px)',
        cell: ({ agent, by }) => (agent === null ? by : `${agent} · ${by}`),
      },
      {
        key: 'text',
        title: say('text'),
        width: 'minmax(160px, 3fr)',
        narrow: 'minmax(120px, 1fr)',
        cell: ({ text }) => text || <span className="faint">{say('noText')}</span>,
      },
      {
        key: 'call',
        title: say('call'),
        width: 'minmax(120px, 1fr)',
        cell: ({ callId }) => callId ?? <span className="faint">{say('none')}</span>,
      },
      {
        key: 'state',
        title: say('state'),
        width: '96px',
        narrow: '96px',
        cell: ({ closed }) => <FaultState isClosed={closed !== null} />,
      },
    ],
    [say],
  );
}
