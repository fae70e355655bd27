import AlertOutlined from '@ant-design/icons/es/icons/AlertOutlined';
import SoundOutlined from '@ant-design/icons/es/icons/SoundOutlined';
import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Popover, Switch } from 'antd';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import { useLiveQueues } from '../api/live.ts';
import { useSession } from '../api/session.tsx';
import { useSay } from '../i18n/language.tsx';
import { Moment, useNow } from '../kit/moment.tsx';
import { remember, remembered } from '../kit/remembered.ts';
import { useLimits } from '../page/live/limits.ts';
import { type Alarm, QueueAlarms, TOLD_ALARMS } from './alarms.ts';
import { chime } from './chime.ts';
import { alarmWords } from './words.ts';
import './alarm.css';

const SOUND = 'alarm.sound';
/** Two at once make one sound. */
const QUIET_MS = 3000;

/** Alarms for supervisors, on every page: how many stand, the newest in words, and a sound. */
export function AlarmBell() {
  const { may } = useSession();
  return may('supervise:update') || may('supervise:create') ? <Bell /> : null;
}

function useAlarms(): readonly Alarm[] {
  const queues = useLiveQueues();
  const limits = useLimits();
  const now = useNow();
  const rules = useRef<QueueAlarms>(undefined);
  rules.current ??= new QueueAlarms();
  const ofQueues = rules.current.look(queues.data?.items ?? [], limits, now);
  const { data: told = NONE } = useQuery<readonly Alarm[]>({ queryKey: TOLD_ALARMS, enabled: false });
  const own = useSession().me.user?.agent;
  return useMemo(
    () =>
      [...told, ...ofQueues]
        .filter(({ kind, agent }) => kind !== 'help' || agent !== own)
        .toSorted((a, b) => b.at - a.at),
    [told, ofQueues, own],
  );
}
const NONE: readonly Alarm[] = [];

function Bell() {
  return <BellOf alarms={useAlarms()} />;
}

/** Drawn anew when an alarm comes or goes, not with each figure. */
const BellOf = memo(function BellOf({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const say = useSay(alarmWords);
  const [seenAt, setSeenAt] = useState(() => Date.now());
  const [isLoud, setLoud] = useState(() => remembered(SOUND) !== 'off');
  const [isOpen, setOpen] = useState(false);
  const fresh = alarms.filter(({ at, isOver }) => at > seenAt && !isOver);
  const newest = fresh[0];
  const rangAt = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each alarm
  useEffect(() => {
    if (!newest || !isLoud || Date.now() - rangAt.current < QUIET_MS) return;
    rangAt.current = Date.now();
    chime();
  }, [newest?.id]);
  const see = () => setSeenAt(Date.now());
  const list = (
    <div className="alarms">
      <div className="alarms-sound">
        <SoundOutlined aria-hidden /> {say('sound')}
        <Switch
          size="small"
          checked={isLoud}
          aria-label={say('sound')}
          onChange={(is) => {
            remember(SOUND, is ? undefined : 'off');
            setLoud(is);
          }}
        />
      </div>
      {alarms.length === 0 && <p className="faint">{say('none')}</p>}
      <ul>
        {alarms.slice(0, 20).map((alarm) => (
          <li key={alarm.id} className={alarm.isOver ? 'faint' : undefined}>
            <Moment at={new Date(alarm.at).toISOString()} isShort /> <Text alarm={alarm} />
            {alarm.isOver && ` ${say('isOver')}`}
          </li>
        ))}
      </ul>
    </div>
  );
  return (
    <>
      <Popover
        content={list}
        title={say('title')}
        trigger="click"
        placement="bottomRight"
        open={isOpen}
        onOpenChange={(is) => {
          setOpen(is);
          if (is) see();
        }}
      >
        <Badge count={fresh.length} size="small" offset={[-6, 6]}>
          <Button type="text" icon={<AlertOutlined />} aria-label={say('bell', { n: fresh.length })} />
        </Badge>
      </Popover>
      {newest && !isOpen && (
        <div className="alarm-banner" role="alert">
          <AlertOutlined aria-hidden />
          <span className="alarm-text">
            <Text alarm={newest} />
          </span>
          {fresh.length > 1 && <span className="small">{say('more', { n: fresh.length - 1 })}</span>}
          <Link to={targetOf(newest)} onClick={see}>
            {say('show')}
          </Link>
          <Button size="small" onClick={see}>
            {say('seen')}
          </Button>
        </div>
      )}
    </>
  );
});

function targetOf({ kind, queue, agent, callId }: Alarm): string {
  // What stands on top there.
  if (kind === 'help') return '/live';
  if (agent !== undefined) return `/live?agent=${encodeURIComponent(agent)}`;
  if ((kind === 'talk' || kind === 'hold') && callId !== undefined)
    return `/calls/${encodeURIComponent(callId)}`;
  return queue === undefined ? '/live' : `/live?queue=${encodeURIComponent(queue)}`;
}

function Text({ alarm: { kind, queue = '', agent = '', limit = 0, text } }: { readonly alarm: Alarm }) {
  const say = useSay(alarmWords);
  const limits = useLimits();
  const queues = useLiveQueues();
  const title = queues.data?.items.find(({ name }) => name === queue)?.title || queue;
  switch (kind) {
    case 'queue-waiting':
      return say(kind, { queue: title, n: limits.waiting[1] });
    case 'queue-longest':
      return say(kind, { queue: title, n: limits.longest[1] });
    case 'talk':
    case 'hold':
      return say(kind, { queue: title, n: limit });
    case 'help':
      return text ? say('helpWith', { agent, text }) : say(kind, { agent });
    default:
      return say(kind, { agent });
  }
}
