import BookOutlined from '@ant-design/icons/es/icons/BookOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import PauseCircleOutlined from '@ant-design/icons/es/icons/PauseCircleOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Button } from 'antd';
import { type ReactNode, useRef } from 'react';
import type { CallInHand, ScreenRow } from '../../api/types.ts';
import { DeskFlag } from '../../desk/bar/flag-button.tsx';
import type { Desk } from '../../desk/desk-provider.tsx';
import { useSay } from '../../i18n/language.tsx';
import { clock, duration, phoneNumber } from '../../kit/format.ts';
import { ariaKeys } from '../../kit/keys.ts';
import { useNow } from '../../kit/moment.tsx';
import { Pill, StatusPill } from '../../kit/status-pill.tsx';
import { useKeys } from '../../kit/use-keys.ts';
import { deskWords } from './words.ts';

interface HeadProps {
  readonly screen: ScreenRow;
  /** Undefined: it is over, he wraps it up. */
  readonly call: CallInHand | undefined;
  readonly desk: Desk;
  readonly search: () => void;
}

/** Who it is, where he comes from, and how long it has been going on. */
export function CallHead({ screen, call, desk, search }: HeadProps) {
  const { directory } = useKeys();
  const say = useSay(deskWords);
  const { customer, area, carrier, hotline, queue, keys, callsToday, priority, waitMs } = screen;
  const facts = [
    say(screen.direction),
    [area, carrier].filter(Boolean).join(' '),
    hotline && say('hotlineOf', { hotline: phoneNumber(hotline) }),
    queue && say('queueOf', { queue: queue.title }),
    keys.length > 0 && say('keysOf', { keys: keys.map(({ digits }) => digits).join(' ') }),
  ].filter((fact) => typeof fact === 'string' && fact !== '');
  return (
    <header className="card desk-part desk-head">
      <div className="desk-head-line">
        <strong className="desk-number">{customer === '' ? say('withheld') : phoneNumber(customer)}</strong>
        <StatusPill state={desk.row.state} />
        {callsToday > 1 && (
          <Pill tone="amber" icon={<WarningOutlined />}>
            {say('nth', { count: callsToday })}
          </Pill>
        )}
        {priority > 0 && (
          <Pill tone="violet" icon={<WarningOutlined />}>
            {say('priority', { priority })}
          </Pill>
        )}
        <span className="desk-space" />
        {/* What he writes up without a wrap-up, or after it, is in the bar no more. */}
        {!desk.call && !desk.row.wrapUp && <DeskFlag callId={screen.callId} place="head" />}
        <Button icon={<BookOutlined />} onClick={search} aria-keyshortcuts={ariaKeys(directory)}>
          {say('directory')} <kbd>{directory}</kbd>
        </Button>
      </div>
      <p className="faint desk-facts">
        {facts.map((fact) => (
          <span key={String(fact)}>{fact}</span>
        ))}
      </p>
      <div className="desk-timers">
        {call && <Timers call={call} screen={screen} />}
        {waitMs >= 1000 && <Timer title={say('wait')} icon={<ClockCircleOutlined />} ms={waitMs} />}
      </div>
    </header>
  );
}

function Timers({ call, screen }: { readonly call: CallInHand; readonly screen: ScreenRow }) {
  const say = useSay(deskWords);
  const now = useNow();
  const since = (at: string) => Math.max(0, now - Date.parse(at));
  const { phase, talkSince, phaseSince } = call;
  if (phase === 'ringing' || phase === 'dialling' || phase === 'connecting')
    return (
      <Timer
        title={say(phase === 'ringing' ? 'ring' : 'dialling')}
        icon={<ClockCircleOutlined />}
        ms={since(phaseSince)}
      />
    );
  return (
    <>
      <Timer
        title={say('talk')}
        icon={<ClockCircleOutlined />}
        ms={since(talkSince ?? phaseSince)}
        limitMs={screen.queue?.talkLimitMs}
      />
      {phase === 'held' && (
        <Timer
          title={say('hold')}
          icon={<PauseCircleOutlined />}
          ms={since(phaseSince)}
          limitMs={screen.queue?.holdLimitMs}
        />
      )}
    </>
  );
}

interface TimerProps {
  readonly title: string;
  readonly icon: ReactNode;
  readonly ms: number;
  readonly limitMs?: number | null | undefined;
}

/** From this part of its limit on it is nearly over. */
const NEAR = 0.8;

/** Coloured by its limit, with an icon and in words besides. */
function Timer({ title, icon, ms, limitMs }: TimerProps) {
  const say = useSay(deskWords);
  const limit = limitMs ?? Number.POSITIVE_INFINITY;
  const look = ms >= limit ? 'over' : ms >= limit * NEAR ? 'near' : 'calm';
  const told = useRef(look);
  const isNews = told.current !== look;
  told.current = look;
  return (
    <span className={`desk-timer is-${look}`}>
      <span aria-hidden>{look === 'calm' ? icon : <WarningOutlined />}</span>
      <span className="small">{title}</span>
      <span className="running">{clock(ms)}</span>
      {look !== 'calm' && limitMs && (
        <span className="small" role={isNews ? 'status' : undefined}>
          {say(look === 'over' ? 'limitOver' : 'limitNear', { limit: duration(limitMs) })}
        </span>
      )}
    </span>
  );
}
