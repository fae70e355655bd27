import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { ask } from '../../api/ask.ts';
import { CALLS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallPage, CallRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Running } from '../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { type HeldRow, useHeld } from './held.ts';
import { liveWords } from './words.ts';

const keyOf = ({ id }: CallRow) => id;

/** Calls that run now. */
export function useRunning(queue: string | undefined) {
  const { company } = useSession();
  return useQuery({
    queryKey: [...CALLS, 'running', company, 'live', queue],
    enabled: useMay('call:read'),
    queryFn: () => ask<CallPage>('/calls', { query: { state: 'running', limit: 500, queue } }),
  });
}

export interface RunningListProps {
  readonly running: ReturnType<typeof useRunning>;
  readonly titleOf: (queue: string) => string;
}

export function RunningList({ running, titleOf }: RunningListProps) {
  const say = useSay(liveWords);
  const navigate = useNavigate();
  const [isHeld, setHeld] = useState(false);
  const { rows } = useHeld(running.data?.items ?? NONE, keyOf, isHeld);
  const columns = useMemo<readonly Column<HeldRow<CallRow>>[]>(
    () => [
      {
        key: 'caller',
        title: say('caller'),
        width: 'minmax(130px, 1fr)',
        cell: ({ row }) => (row.caller === '' ? say('withheld') : phoneNumber(row.caller)),
      },
      {
        key: 'queue',
        title: say('queue'),
        width: 'minmax(72px, 1fr)',
        cell: ({ row }) => {
          const queue = row.asks.at(-1)?.queue;
          return queue ? titleOf(queue) : <span className="faint">{say('none')}</span>;
        },
      },
      {
        key: 'agent',
        title: say('agent'),
        width: '64px',
        cell: ({ row }) => row.agent ?? row.agents[0]?.agent ?? <span className="faint">{say('none')}</span>,
      },
      {
        key: 'lasts',
        title: say('lasts'),
        width: '64px',
        isNumber: true,
        cell: ({ row, isGone }) =>
          isGone ? <span className="faint small">{say('over')}</span> : <Running since={row.startedAt} />,
      },
    ],
    [say, titleOf],
  );
  if (running.isPending) return <Loading />;
  if (running.isError) return <Failed error={running.error} retry={() => void running.refetch()} />;
  if (rows.length === 0) return <Empty icon={<PhoneOutlined />} title={say('noRunning')} />;
  return (
    <VirtualTable
      label={say('running')}
      columns={columns}
      rows={rows}
      keyOf={({ row }) => keyOf(row)}
      classOfRow={({ isGone }) => (isGone ? 'row-gone' : '')}
      open={({ row }) => void navigate(`/calls/${encodeURIComponent(row.id)}`)}
      held={setHeld}
    />
  );
}

const NONE: readonly CallRow[] = [];
