import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { ask } from '../../api/ask.ts';
import { type Items, MISSED_CALLS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { MissedCallRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { duration } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { MissedActs, MissedState } from '../missed-calls/missed-acts.tsx';
import { type HeldRow, useHeld } from './held.ts';
import { liveWords } from './words.ts';

const keyOf = ({ callId }: MissedCallRow) => callId;

/** Callers who reached nobody and are still to be called back. */
export function useMissed(queue: string | undefined) {
  const { company } = useSession();
  return useQuery({
    queryKey: [...MISSED_CALLS, 'live', company, queue],
    enabled: useMay('call:read'),
    queryFn: () => ask<Items<MissedCallRow>>('/missed-calls', { query: { limit: 100, queue } }),
  });
}

export interface MissedListProps {
  readonly missed: ReturnType<typeof useMissed>;
  readonly titleOf: (queue: string) => string;
}

/** Who gave up (呼损), with what is done about it and a call back by one key. */
export function MissedList({ missed, titleOf }: MissedListProps) {
  const say = useSay(liveWords);
  const navigate = useNavigate();
  const [isHeld, setHeld] = useState(false);
  const { rows } = useHeld(missed.data?.items ?? NONE, keyOf, isHeld);
  const columns = useMemo<readonly Column<HeldRow<MissedCallRow>>[]>(
    () => [
      {
        key: 'caller',
        title: say('caller'),
        width: 'minmax(150px, 1fr)',
        cell: ({ row }) => (
          <div className="two-lines">
            <div className="two-lines-first">
              <span className="strong">
                <PhoneNumber number={row.caller} callId={row.callId} />
              </span>
              {row.area && <span className="faint small">{row.area}</span>}
            </div>
            <span className="faint small why">
              <Moment at={row.at} isShort />
              {` · ${say('waitedFor', { time: duration(row.waitMs) })}`}
              {row.times > 1 && ` · ${say('times', { n: row.times })}`}
              {row.queue && ` · ${titleOf(row.queue)}`}
            </span>
          </div>
        ),
      },
      {
        key: 'state',
        title: say('state'),
        width: '92px',
        cell: ({ row }) => (
          <div className="two-lines two-lines-start">
            <MissedState row={row} />
            {row.assignee && <span className="faint small">{row.assignee}</span>}
          </div>
        ),
      },
      {
        key: 'acts',
        title: say('acts'),
        width: '72px',
        cell: ({ row, isGone }) => (isGone ? null : <MissedActs row={row} isNarrow />),
      },
    ],
    [say, titleOf],
  );
  if (missed.isPending) return <Loading />;
  if (missed.isError) return <Failed error={missed.error} retry={() => void missed.refetch()} />;
  if (rows.length === 0)
    return (
      <Empty icon={<CheckCircleOutlined />} title={say('noMissed')}>
        {say('noMissedText')}
      </Empty>
    );
  return (
    <VirtualTable
      label={say('missed')}
      columns={columns}
      rows={rows}
      rowPx={56}
      keyOf={({ row }) => keyOf(row)}
      classOfRow={({ isGone }) => (isGone ? 'row-gone' : '')}
      open={({ row }) => void navigate(`/calls/${encodeURIComponent(row.callId)}`)}
      held={setHeld}
    />
  );
}

const NONE: readonly MissedCallRow[] = [];
