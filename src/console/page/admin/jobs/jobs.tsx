import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import ScheduleOutlined from '@ant-design/icons/es/icons/ScheduleOutlined';
import StopOutlined from '@ant-design/icons/es/icons/StopOutlined';
import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import { useMemo } from 'react';
import { JOBS } from '../../../api/live-data.ts';
import type { JobRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { Choice, useFilters } from '../../../kit/filters.tsx';
import { count } from '../../../kit/format.ts';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { useList } from '../../../kit/use-list.ts';
import { SupportButton } from '../support/support-button.tsx';
import { JobDrawer } from './job-drawer.tsx';
import { jobKindWords, jobsWords } from './words.ts';

const FILTERS = ['state', 'kind'];
const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const;
const KINDS = [
  ...([
    'export',
    'import',
    'import-preview',
    'edit',
    'edit-preview',
    'undo',
    'replay',
    'support-bundle',
  ] as const),
  ...(['list-number-import', 'list-number-export'] as const),
] as const;
const keyOf = ({ id }: JobRow): string => id;

const LOOKS = {
  waiting: { tone: 'grey', icon: <ClockCircleOutlined /> },
  running: { tone: 'blue', icon: <SyncOutlined /> },
  done: { tone: 'green', icon: <CheckCircleOutlined /> },
  failed: { tone: 'red', icon: <CloseCircleOutlined /> },
  cancelled: { tone: 'grey', icon: <StopOutlined /> },
  interrupted: { tone: 'red', icon: <StopOutlined /> },
} as const;

function JobState({ state }: Pick<JobRow, 'state'>) {
  const say = useSay(jobsWords);
  return <Pill {...LOOKS[state]}>{say(state === 'interrupted' ? 'interruptedShort' : state)}</Pill>;
}

/** How far it is: done, and of how much where that is known. */
function useProgress(): (job: JobRow) => string {
  const say = useSay(jobsWords);
  return ({ done, total }) =>
    total === null ? count(done) : say('of', { done: count(done), total: count(total) });
}

/** Long work (后台任务): how far it is, and what came of it. */
export default function JobsPage() {
  const say = useSay(jobsWords);
  const sayKind = useSay(jobKindWords);
  const { params } = useFilters();
  const filter = {
    state: STATES.find((each) => each === params.get('state')),
    kind: params.get('kind') ?? undefined,
  };
  const list = useList<JobRow>({ key: [...JOBS, 'list'], path: '/jobs', filter, keyOf });
  const columns = useColumns();
  return (
    <ListPage
      path="/admin/jobs"
      title={say('title')}
      list={list}
      columns={columns}
      filterNames={FILTERS}
      filters={
        <>
          <Choice
            name="state"
            label={say('state')}
            options={STATES.map((state) => [
              state,
              say(state === 'interrupted' ? 'interruptedShort' : state),
            ])}
          />
          <Choice name="kind" label={say('kind')} options={KINDS.map((kind) => [kind, sayKind(kind)])} />
        </>
      }
      acts={<SupportButton />}
      empty={{
        icon: <ScheduleOutlined />,
        title: say('emptyTitle'),
        text: say('emptyText'),
        filtered: say('emptyFiltered'),
      }}
      drawer={({ close }) => <JobDrawer close={close} />}
    />
  );
}

function useColumns(): readonly ListColumn<JobRow>[] {
  const say = useSay(jobsWords);
  const sayKind = useSayOf(jobKindWords);
  const progress = useProgress();
  return useMemo(
    () => [
      {
        key: 'kind',
        title: say('kind'),
        width: 'minmax(140px, 1.4fr)',
        narrow: 'minmax(88px, 1fr)',
        cell: ({ kind }) => sayKind(kind),
      },
      {
        key: 'state',
        title: say('state'),
        width: '128px',
        narrow: '112px',
        cell: (job) => <JobState {...job} />,
      },
      {
        key: 'progress',
        title: say('progress'),
        width: '160px',
        narrow: '96px',
        isNumber: true,
        cell: progress,
      },
      { key: 'by', title: say('by'), width: 'minmax(120px, 1fr)', cell: ({ by }) => by },
      {
        key: 'started',
        title: say('started'),
        width: '132px',
        cell: ({ startedAt }) => <Moment at={startedAt} isShort />,
      },
      {
        key: 'ended',
        title: say('ended'),
        width: '132px',
        cell: ({ endedAt }) =>
          endedAt === null ? <span className="faint">{say('none')}</span> : <Moment at={endedAt} isShort />,
      },
    ],
    [say, sayKind, progress],
  );
}
