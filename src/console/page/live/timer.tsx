import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import WarningFilled from '@ant-design/icons/es/icons/WarningFilled';
import type { ReactNode } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { Running, useEachSecond } from '../../kit/moment.tsx';
import { type Level, type Limit, levelOf } from './limits.ts';
import { liveWords } from './words.ts';

/** A figure that its level colours; an icon says the same. */
export function Leveled({ level, children }: { readonly level: Level; readonly children: ReactNode }) {
  const say = useSay(liveWords);
  return (
    <span className={`leveled leveled-${level}`}>
      {/* Its room is kept: a figure that becomes too large does not move. */}
      <span className="leveled-mark">
        {level === 'amber' && <ClockCircleOutlined aria-label={say('levelAmber')} />}
        {level === 'red' && <WarningFilled aria-label={say('levelRed')} />}
      </span>
      <span>{children}</span>
    </span>
  );
}

interface TimerProps {
  readonly since: string;
  /** In seconds; left out: nothing is too long. */
  readonly limit?: Limit | undefined;
  /** It is too long, whatever the limit. */
  readonly isOver?: boolean;
}

/** How long something lasts, coloured from when on that is long. */
export function Timer({ since, limit, isOver = false }: TimerProps) {
  const levelAt = (now: number): Level =>
    limit ? levelOf(Math.max(0, now - Date.parse(since)) / 1000, limit) : 'plain';
  const level = useEachSecond(levelAt);
  return (
    <Leveled level={isOver ? 'red' : level}>
      <Running since={since} />
    </Leveled>
  );
}
