import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { Button, Drawer, Select } from 'antd';
import { useCallback, useState } from 'react';
import { useLiveCallers, useLiveQueues } from '../../api/live.ts';
import type { CallerRow, Items } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { QueueRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { duration, phoneNumber } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { Empty } from '../../kit/states.tsx';
import { ActButton } from './act-button.tsx';
import { actWords } from './act-words.ts';
import { useLimits } from './limits.ts';
import { Timer } from './timer.tsx';
import { type QueueTitle, useTitleOf } from './titles.ts';
import { useAct } from './use-act.tsx';
import { WhyNot } from './why-not.tsx';
import { liveWords } from './words.ts';

/** What a supervisor may give (`prioritise-caller`). */
const PRIORITIES = [0, 1, 2, 5, 9];

export interface CallerDrawerProps {
  readonly id: string | undefined;
  readonly queues: readonly QueueTitle[];
  readonly close: () => void;
}

/** A caller who waits, and what a supervisor may do for him. */
export function CallerDrawer({ id, queues, close }: CallerDrawerProps) {
  const say = useSay(actWords);
  const sayLive = useSay(liveWords);
  const theOne = useCallback(
    ({ items }: Items<CallerRow>) => items.find(({ callId }) => callId === id) ?? null,
    [id],
  );
  const caller = useLiveCallers(theOne).data;
  const title = caller
    ? caller.caller === ''
      ? sayLive('withheld')
      : phoneNumber(caller.caller)
    : sayLive('caller');
  return (
    <Drawer open={id !== undefined} size={420} mask={false} onClose={close} title={title} destroyOnHidden>
      {caller ? (
        <Body caller={caller} queues={queues} />
      ) : (
        <Empty
          icon={<CheckCircleOutlined />}
          title={say('waitsNoLonger')}
          act={<Button onClick={close}>{say('close')}</Button>}
        />
      )}
    </Drawer>
  );
}

function Body({ caller, queues }: Pick<CallerDrawerProps, 'queues'> & { readonly caller: CallerRow }) {
  const say = useSay(actWords);
  const sayLive = useSay(liveWords);
  const limits = useLimits();
  const mayTake = useMay('supervise:create');
  const mayMove = useMay('supervise:update');
  const { me } = useSession();
  const { callId, area, queue, since, expectedWaitMs, priority, isCallback } = caller;
  const titleOf = useTitleOf(queues);
  return (
    <>
      <dl className="agent-facts">
        <dt>{sayLive('queue')}</dt>
        <dd>
          {titleOf(queue)} · {say('place', { n: caller.position })}
        </dd>
        {area && (
          <>
            <dt>{say('area')}</dt>
            <dd>{area}</dd>
          </>
        )}
        <dt>{say('since')}</dt>
        <dd>
          <Moment at={since} /> <Timer since={since} limit={limits.longest} />
        </dd>
        {expectedWaitMs !== null && (
          <>
            <dt>{say('expected')}</dt>
            <dd>{duration(expectedWaitMs)}</dd>
          </>
        )}
        <dt>{say('why')}</dt>
        <dd>
          <WhyNot caller={caller} />
        </dd>
      </dl>
      {mayTake && Boolean(me.user?.agent) && !isCallback && (
        <section className="acts">
          <h2>{say('take')}</h2>
          <div className="acts-row">
            <ActButton act="intercept" body={{ call: callId }} icon={<PhoneOutlined />} done={say('taken')}>
              {say('takeCaller')}
            </ActButton>
            <span className="faint small">{say('takeText')}</span>
          </div>
        </section>
      )}
      {mayMove && <Move callId={callId} queue={queue} isCallback={isCallback} />}
      {mayMove && <Prioritise callId={callId} priority={priority} />}
    </>
  );
}

interface MoveProps {
  readonly callId: string;
  readonly queue: string;
  readonly isCallback: boolean;
}

/** Queues to choose from, by what is known of them when one chooses. */
const choicesIn = ({ items }: Items<QueueRow>) =>
  items.map(({ name, title, waiting, agents }) => ({ name, title, waiting, ready: agents.ready }));

function Move({ callId, queue, isCallback }: MoveProps) {
  const say = useSay(actWords);
  const [to, setTo] = useState<string>();
  const { mutate, isPending } = useAct({ done: say('moved') });
  const others = (useLiveQueues(choicesIn).data ?? []).filter(({ name }) => name !== queue);
  if (others.length === 0 || isCallback) return null;
  return (
    <section className="acts">
      <h2>{say('moveTo')}</h2>
      <div className="acts-row">
        <Select
          className="acts-choice"
          value={to ?? null}
          placeholder={say('otherQueue')}
          aria-label={say('otherQueue')}
          onChange={(value) => setTo(value ?? undefined)}
          options={others.map(({ name, title, waiting, ready }) => ({
            value: name,
            label: say('queueChoice', { queue: title || name, waiting, ready }),
          }))}
        />
        <Button
          loading={isPending}
          disabled={to === undefined}
          onClick={() => mutate({ act: 'move-caller', body: { call: callId, queue: to } })}
        >
          {say('move')}
        </Button>
      </div>
      <p className="faint small">{say('moveText')}</p>
    </section>
  );
}

function Prioritise({ callId, priority }: { readonly callId: string; readonly priority: number }) {
  const say = useSay(actWords);
  const [chosen, setChosen] = useState(priority);
  const { mutate, isPending } = useAct({ done: say('prioritised') });
  const values = [...new Set([...PRIORITIES, priority])].toSorted((a, b) => a - b);
  return (
    <section className="acts">
      <h2>{say('prioritise')}</h2>
      <div className="acts-row">
        <Select
          className="acts-choice"
          value={chosen}
          aria-label={say('prioritise')}
          onChange={setChosen}
          options={values.map((value) => ({
            value,
            disabled: value > 9,
            label: say(value === 0 ? 'priority-0' : 'priority-n', { n: value, minutes: value * 5 }),
          }))}
        />
        <Button
          loading={isPending}
          disabled={chosen === priority}
          onClick={() => mutate({ act: 'prioritise-caller', body: { call: callId, priority: chosen } })}
        >
          {say('givePriority')}
        </Button>
      </div>
    </section>
  );
}
