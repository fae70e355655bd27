import BellOutlined from '@ant-design/icons/es/icons/BellOutlined';
import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import MessageOutlined from '@ant-design/icons/es/icons/MessageOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, type InputRef, Popover } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { HELP, type Items } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { HelpRow, SupervisingRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Moment } from '../../kit/moment.tsx';
import { ActButton } from './act-button.tsx';
import { helpListWords } from './help-list-words.ts';
import { Modes } from './supervision.tsx';
import { Timer } from './timer.tsx';
import { useAct } from './use-act.tsx';
import './help-list.css';

/** Should an event be lost. */
const ANYWAY_MS = 60_000;
/** Seconds from which on somebody has waited long, and too long. */
const LIMIT = [30, 90] as const;

/** Agents who ask for help, but for who looks himself: he sees to that in his bar. */
function useHelp(): readonly HelpRow[] {
  const { me } = useSession();
  const { data } = useQuery({
    queryKey: HELP,
    enabled: useMay('agent:read'),
    queryFn: () => ask<Items<HelpRow>>('/live/help'),
    refetchInterval: ANYWAY_MS,
  });
  return (data?.items ?? []).filter(({ agent }) => agent !== me.user?.agent);
}

/** Agents who ask for help (求助), who has waited longest in front; nothing where nobody does. */
export function HelpList({ supervision }: { readonly supervision: SupervisingRow | undefined }) {
  const say = useSay(helpListWords);
  const asks = useHelp();
  if (asks.length === 0) return null;
  return (
    <section className="card help-list" aria-label={say('title')}>
      <h2>
        <BellOutlined aria-hidden /> {say('count', { n: asks.length })}
      </h2>
      <ul>
        {asks.map((row) => (
          <Asked key={row.help} row={row} supervision={supervision} />
        ))}
      </ul>
    </section>
  );
}

interface AskedProps {
  readonly row: HelpRow;
  readonly supervision: SupervisingRow | undefined;
}

function Asked({ row, supervision }: AskedProps) {
  const say = useSay(helpListWords);
  const { me } = useSession();
  const mayListen = useMay('supervise:create') && Boolean(me.user?.agent);
  const mayAct = useMay('supervise:update');
  const { agent, name, at, text, queue, callId, helpers, answers } = row;
  return (
    <li className="help-ask">
      <div className="help-who">
        <span className="strong">{name === '' ? agent : `${name} ${agent}`}</span>
        <Timer since={at} limit={LIMIT} />
        <span className="faint small">{queue?.title ?? say(callId === null ? 'noCall' : 'ownCall')}</span>
      </div>
      <div className="help-said">
        <span className={text === '' ? 'faint' : ''}>{text === '' ? say('noWords') : text}</span>
        <span className="faint small help-came">
          {helpers.length === 0 && answers.length === 0 && say('nobody')}
          {helpers.map((helper) => (
            <span key={helper.by}>
              <CustomerServiceOutlined aria-hidden /> {say(`came-${helper.mode}`, { by: helper.by })}{' '}
              <Moment at={helper.at} isShort />
            </span>
          ))}
          {answers.map((answer) => (
            <span key={`${answer.at} ${answer.by}`}>
              <MessageOutlined aria-hidden /> {answer.by}: {answer.text}
            </span>
          ))}
        </span>
      </div>
      <div className="acts-row">
        {mayListen && callId !== null && <Modes agent={agent} supervision={supervision} />}
        {mayAct && <Answer agent={agent} />}
        {mayAct && (
          <ActButton act="end-help" body={{ agent }} icon={<CheckOutlined />} done={say('ended')}>
            {say('end')}
          </ActButton>
        )}
      </div>
    </li>
  );
}

function Answer({ agent }: { readonly agent: string }) {
  const say = useSay(helpListWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={<AnswerForm agent={agent} close={() => setOpen(false)} />}
    >
      <Button icon={<MessageOutlined />}>{say('answer')}</Button>
    </Popover>
  );
}

function AnswerForm({ agent, close }: { readonly agent: string; readonly close: () => void }) {
  const say = useSay(helpListWords);
  const client = useQueryClient();
  const [text, setText] = useState('');
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus(), []);
  const { mutate, isPending } = useAct({
    done: say('sent'),
    after: () => {
      void client.invalidateQueries({ queryKey: HELP });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') mutate({ act: 'answer-help', body: { agent, text: text.trim() } });
  };
  return (
    <form className="help-answer" aria-label={say('answerText', { agent })} onSubmit={submit}>
      <Input
        ref={input}
        value={text}
        maxLength={500}
        placeholder={say('answerText', { agent })}
        aria-label={say('answerText', { agent })}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="primary" htmlType="submit" disabled={text.trim() === ''} loading={isPending}>
        {say('send')}
      </Button>
    </form>
  );
}
