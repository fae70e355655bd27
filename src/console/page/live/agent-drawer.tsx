import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CoffeeOutlined from '@ant-design/icons/es/icons/CoffeeOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import MinusCircleOutlined from '@ant-design/icons/es/icons/MinusCircleOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Drawer, Input, Select } from 'antd';
import { type ReactNode, useCallback, useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../../api/ask.ts';
import { useLiveAgents } from '../../api/live.ts';
import { groupOf, type Items } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { AgentRow, SupervisingRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count, duration } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { Empty } from '../../kit/states.tsx';
import { ActButton } from './act-button.tsx';
import { actWords } from './act-words.ts';
import { AgentState, AgentTimer } from './agent-facts.tsx';
import { useBreakReasons, useReason } from './reasons.tsx';
import { Modes } from './supervision.tsx';
import { type QueueTitle, useTitleOf } from './titles.ts';
import { useAct } from './use-act.tsx';
import { liveWords } from './words.ts';

export interface AgentDrawerProps {
  /** Work number; undefined: it is closed. */
  readonly id: string | undefined;
  readonly queues: readonly QueueTitle[];
  readonly supervision: SupervisingRow | undefined;
  readonly close: () => void;
}

/** An agent as he is now, and what a supervisor may do to him. What lies beside it stays seen and live. */
export function AgentDrawer({ id, queues, supervision, close }: AgentDrawerProps) {
  const say = useSay(actWords);
  const theOne = useCallback(
    ({ items }: Items<AgentRow>) => items.find(({ agent }) => agent === id) ?? null,
    [id],
  );
  const agent = useLiveAgents(theOne).data;
  const title = agent ? `${agent.agent} ${agent.name}` : (id ?? '');
  return (
    <Drawer open={id !== undefined} size={420} mask={false} onClose={close} title={title} destroyOnHidden>
      {agent ? (
        <Body agent={agent} queues={queues} supervision={supervision} />
      ) : (
        <Empty icon={<UserOutlined />} title={say('noSuchAgent')} />
      )}
    </Drawer>
  );
}

interface BodyProps extends Pick<AgentDrawerProps, 'queues' | 'supervision'> {
  readonly agent: AgentRow;
}

function Body({ agent, queues, supervision }: BodyProps) {
  const mayTakePart = useMay('supervise:create');
  const mayForce = useMay('supervise:update');
  const { me } = useSession();
  const isOwn = me.user?.agent === agent.agent;
  return (
    <>
      <Facts agent={agent} queues={queues} />
      {mayTakePart && !isOwn && <TakePart agent={agent} supervision={supervision} />}
      {mayForce && (
        <>
          <Force agent={agent} />
          {/* What somebody else has changed meanwhile is shown. */}
          <Queues key={agent.queues.join()} agent={agent} queues={queues} />
          {!isOwn && <Message agent={agent} />}
        </>
      )}
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="acts">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Facts({ agent, queues }: Pick<BodyProps, 'agent' | 'queues'>) {
  const say = useSay(actWords);
  const sayLive = useSay(liveWords);
  const maySeeCalls = useMay('call:read');
  const { since, by, extension, today, callId, queue } = agent;
  const titleOf = useTitleOf(queues);
  return (
    <>
      <div className="agent-now">
        <AgentState agent={agent} />
        <AgentTimer agent={agent} />
      </div>
      <dl className="agent-facts">
        <dt>{say('since')}</dt>
        <dd>
          <Moment at={since} />
          {by && <span className="faint"> {say('byWord', { by })}</span>}
        </dd>
        <dt>{say('extension')}</dt>
        <dd>{extension.replace(/^tel:/, '') || sayLive('none')}</dd>
        {callId && (
          <>
            <dt>{say('call')}</dt>
            <dd>
              {queue && `${titleOf(queue)} `}
              {maySeeCalls && <Link to={`/calls/${encodeURIComponent(callId)}`}>{say('showCall')}</Link>}
            </dd>
          </>
        )}
        <dt>{say('today')}</dt>
        <dd>
          {say('todayText', {
            answered: count(today.answered),
            missed: count(today.missed),
            talk: duration(today.talkMs),
          })}
        </dd>
      </dl>
    </>
  );
}

function TakePart({ agent: { agent, name, state }, supervision }: Pick<BodyProps, 'agent' | 'supervision'>) {
  const say = useSay(actWords);
  const { me } = useSession();
  const hasPhone = Boolean(me.user?.agent);
  const isTalking = groupOf(state) === 'onCall';
  return (
    <Part title={say('supervision')}>
      {hasPhone ? (
        <div className="acts-row">
          <Modes agent={agent} supervision={supervision} />
        </div>
      ) : (
        <p className="faint small">{say('noPhone')}</p>
      )}
      <div className="acts-row">
        {hasPhone && (
          <ActButton
            act="intercept"
            body={{ agent }}
            icon={<PhoneOutlined />}
            isDisabled={!isTalking}
            confirm={say('interceptAsk', { agent, name })}
            done={say('intercepted')}
          >
            {say('intercept')}
          </ActButton>
        )}
        <ActButton
          act="take-down"
          body={{ agent }}
          icon={<PhoneOutlined rotate={135} />}
          isDanger
          isDisabled={!isTalking}
          confirm={say('takeDownAsk', { agent, name })}
          done={say('takenDown')}
        >
          {say('takeDown')}
        </ActButton>
      </div>
      {!isTalking && <p className="faint small">{say('notTalking')}</p>}
    </Part>
  );
}

function Force({ agent: { agent, name, state } }: { readonly agent: AgentRow }) {
  const say = useSay(actWords);
  const reasons = useBreakReasons();
  const reasonOf = useReason();
  const [reason, setReason] = useState<string>();
  const isOut = state === 'signed-out';
  const isAtWork = groupOf(state) === 'onCall' || state === 'wrap-up';
  const done = say(isAtWork ? 'forcedLater' : 'forced');
  return (
    <Part title={say('state')}>
      {isOut && <p className="faint small">{say('isOut')}</p>}
      {!isOut && (
        <>
          <div className="acts-row">
            <ActButton
              act="force"
              body={{ agent, state: 'ready' }}
              icon={<CheckCircleOutlined />}
              isDisabled={state === 'ready'}
              done={done}
            >
              {say('force-ready')}
            </ActButton>
            <ActButton
              act="force"
              body={{ agent, state: 'busy' }}
              icon={<MinusCircleOutlined />}
              isDisabled={state === 'busy'}
              done={done}
            >
              {say('force-busy')}
            </ActButton>
            <ActButton
              act="force"
              body={{ agent, state: 'sign-out' }}
              icon={<LogoutOutlined />}
              isDanger
              confirm={say('signOutAsk', { agent, name })}
              done={done}
            >
              {say('force-sign-out')}
            </ActButton>
          </div>
          <div className="acts-row">
            <ActButton
              act="force"
              body={{ agent, state: 'break', ...(reason !== undefined && { reason }) }}
              icon={<CoffeeOutlined />}
              done={done}
            >
              {say('force-break')}
            </ActButton>
            {reasons.length > 0 && (
              <Select
                className="acts-choice"
                allowClear
                value={reason ?? null}
                placeholder={say('breakReason')}
                aria-label={say('breakReason')}
                onChange={(value) => setReason(value ?? undefined)}
                options={reasons.map(({ name: value }) => ({ value, label: reasonOf(value) }))}
              />
            )}
            {state === 'wrap-up' && (
              <ActButton act="end-wrap-up" body={{ agent }} icon={<EditOutlined />} done={say('wrapUpEnded')}>
                {say('endWrapUp')}
              </ActButton>
            )}
          </div>
        </>
      )}
    </Part>
  );
}

interface ListedQueue {
  readonly name: string;
  readonly agents: readonly string[];
  readonly tiers?: readonly { readonly agents: readonly string[] }[];
}

/** Names of the queues that list an agent; all where who asks may not read that. */
function useQueuesOf(agent: string, queues: readonly QueueTitle[]): readonly string[] {
  const may = useMay('queue:read');
  const { company } = useSession();
  const listed = useQuery({
    queryKey: ['queues', company],
    enabled: may,
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => ask<Items<ListedQueue>>('/queues', { query: { limit: 500 }, signal }),
  });
  if (!listed.data) return queues.map(({ name }) => name);
  const lists = ({ agents, tiers = [] }: ListedQueue) =>
    agents.includes(agent) || tiers.some((tier) => tier.agents.includes(agent));
  return listed.data.items.filter(lists).map(({ name }) => name);
}

function Queues({ agent: { agent, queues: serves, state }, queues }: Pick<BodyProps, 'agent' | 'queues'>) {
  const say = useSay(actWords);
  const titleOf = useTitleOf(queues);
  const names = useQueuesOf(agent, queues);
  const [chosen, setChosen] = useState<readonly string[]>(serves);
  const { mutate, isPending } = useAct({ done: say('queuesMoved') });
  const isChanged = chosen.length !== serves.length || chosen.some((name) => !serves.includes(name));
  if (state === 'signed-out' || names.length < 2) return null;
  return (
    <Part title={say('queues')}>
      <Checkbox.Group
        className="acts-queues"
        value={[...chosen]}
        onChange={(values) => setChosen(values as string[])}
        options={names.map((value) => ({ value, label: titleOf(value) }))}
      />
      <div className="acts-row">
        <Button
          disabled={!isChanged || chosen.length === 0}
          loading={isPending}
          onClick={() => mutate({ act: 'move-queues', body: { agent, queues: chosen } })}
        >
          {say('moveQueues')}
        </Button>
        {chosen.length === 0 && <span className="faint small">{say('oneAtLeast')}</span>}
      </div>
    </Part>
  );
}

function Message({ agent: { agent } }: { readonly agent: AgentRow }) {
  const say = useSay(actWords);
  const [text, setText] = useState('');
  const { mutate, isPending } = useAct({ done: say('messageSent'), after: () => setText('') });
  return (
    <Part title={say('message')}>
      <Input.TextArea
        value={text}
        maxLength={500}
        rows={3}
        placeholder={say('messageText')}
        aria-label={say('messageText')}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="acts-row">
        <Button
          icon={<SendOutlined />}
          disabled={text.trim() === ''}
          loading={isPending}
          onClick={() => mutate({ act: 'message', body: { agent, text: text.trim() } })}
        >
          {say('send')}
        </Button>
      </div>
    </Part>
  );
}
