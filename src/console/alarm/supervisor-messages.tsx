import CommentOutlined from '@ant-design/icons/es/icons/CommentOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useSession } from '../api/session.tsx';
import { useSay } from '../i18n/language.tsx';
import { Moment } from '../kit/moment.tsx';
import { chime } from './chime.ts';
import { MESSAGES, type Message } from './messages.ts';
import { alarmWords } from './words.ts';
import './alarm.css';

const NONE: readonly Message[] = [];

/** `agent 8003`, `li@demo`: as colleagues call him. */
const nameOf = (by: string): string => by.replace(/^agent /, '').replace(/@[^@]*$/, '');

/** What a supervisor says to the agent who sits here (班长消息), on every page: each stays until it was read, the oldest first. */
export function SupervisorMessages() {
  const say = useSay(alarmWords);
  const { me } = useSession();
  const own = me.user?.agent ?? undefined;
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const { data: told = NONE } = useQuery<readonly Message[]>({ queryKey: MESSAGES, enabled: false });
  const unread = told.filter(({ id, agents }) => own !== undefined && agents.includes(own) && !seen.has(id));
  const newest = unread.at(-1)?.id;
  useEffect(() => {
    if (newest !== undefined) chime();
  }, [newest]);
  const [first] = unread;
  if (!first) return null;
  const { id, at, by, text } = first;
  return (
    <div className="alarm-banner message-banner" role="alert">
      <CommentOutlined aria-hidden />
      <span className="message-text">
        <span className="faint small">
          {say('from', { by: nameOf(by) })} <Moment at={at} isShort />
        </span>
        <span>{text}</span>
      </span>
      {unread.length > 1 && <span className="small">{say('more', { n: unread.length - 1 })}</span>}
      <Button size="small" onClick={() => setSeen(new Set([...seen, id]))}>
        {say('seen')}
      </Button>
    </div>
  );
}
