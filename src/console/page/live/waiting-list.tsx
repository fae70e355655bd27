import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CrownOutlined from '@ant-design/icons/es/icons/CrownOutlined';
import RollbackOutlined from '@ant-design/icons/es/icons/RollbackOutlined';
import UpOutlined from '@ant-design/icons/es/icons/UpOutlined';
import { useMemo, useState } from 'react';
import type { CallerRow } from '../../api/live-data.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Empty } from '../../kit/states.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { type HeldRow, useHeld } from './held.ts';
import { useLimits } from './limits.ts';
import { Timer } from './timer.tsx';
import { WhyNot } from './why-not.tsx';
import { liveWords } from './words.ts';

/** Priorities from which on a caller is shown as one who goes before (`call/priority.ts`). */
const VIP = 10;

export interface WaitingListProps {
  readonly callers: readonly CallerRow[];
  readonly titleOf: (queue: string) => string;
  readonly open: (callId: string) => void;
  readonly opened: string | undefined;
}

const keyOf = ({ callId, queue }: CallerRow) => `${callId} ${queue}`;

/** Who waits (排队中), the longest first, and why nobody serves him yet. */
export function WaitingList({ callers, titleOf, open, opened }: WaitingListProps) {
  const say = useSay(liveWords);
  const limits = useLimits();
  const [isHeld, setHeld] = useState(false);
  const sorted = useMemo(
    () => callers.toSorted((a, b) => a.position - b.position || a.since.localeCompare(b.since)),
    [callers],
  );
  const { rows, fresh } = useHeld(sorted, keyOf, isHeld);
  const columns = useMemo<readonly Column<HeldRow<CallerRow>>[]>(
    () => [
      {
        key: 'position',
        title: say('position'),
        width: '32px',
        isNumber: true,
        cell: ({ row, isGone }) => (isGone ? <span className="faint">{say('none')}</span> : row.position),
      },
      {
        key: 'caller',
        title: say('caller'),
        width: 'minmax(150px, 1fr)',
        cell: ({ row, isGone }) => <Caller caller={row} isGone={isGone} queue={titleOf(row.queue)} />,
      },
      {
        key: 'wait',
        title: say('waited'),
        width: '84px',
        isNumber: true,
        cell: ({ row, isGone }) =>
          isGone ? (
            <span className="faint small">{say('left')}</span>
          ) : (
            <Timer since={row.since} limit={limits.longest} />
          ),
      },
    ],
    [say, titleOf, limits],
  );
  if (rows.length === 0)
    return (
      <Empty icon={<CheckCircleOutlined />} title={say('nobodyWaits')}>
        {say('nobodyWaitsText')}
      </Empty>
    );
  return (
    <>
      <VirtualTable
        label={say('waitingCallers')}
        columns={columns}
        rows={rows}
        rowPx={56}
        keyOf={({ row }) => keyOf(row)}
        classOfRow={({ isGone }) => (isGone ? 'row-gone' : '')}
        open={({ row, isGone }) => !isGone && open(row.callId)}
        opened={
          opened === undefined ? undefined : keyOf(callers.find(({ callId }) => callId === opened) ?? NOBODY)
        }
        held={setHeld}
      />
      <p className="list-foot faint small" role="status">
        {fresh > 0 && say('freshCallers', { n: fresh })}
      </p>
    </>
  );
}

const NOBODY = { callId: '', queue: '' } as CallerRow;

interface CallerProps {
  readonly caller: CallerRow;
  readonly isGone: boolean;
  readonly queue: string;
}

function Caller({ caller, isGone, queue }: CallerProps) {
  const say = useSay(liveWords);
  const { caller: number, area, priority, isCallback } = caller;
  return (
    <div className="two-lines">
      <div className="two-lines-first">
        <span className="strong">{number === '' ? say('withheld') : phoneNumber(number)}</span>
        {area && <span className="faint small">{area}</span>}
        {priority >= VIP ? (
          <Pill tone="violet" icon={<CrownOutlined />}>
            {say('vip')}
          </Pill>
        ) : (
          priority > 0 && (
            <Pill tone="blue" icon={<UpOutlined />}>
              {say('priority', { n: priority })}
            </Pill>
          )
        )}
        {isCallback && (
          <Pill tone="cyan" icon={<RollbackOutlined />}>
            {say('callback')}
          </Pill>
        )}
        <span className="faint small two-lines-end">{queue}</span>
      </div>
      {isGone ? <span className="faint small">{say('leftText')}</span> : <WhyNot caller={caller} />}
    </div>
  );
}
