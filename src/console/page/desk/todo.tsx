import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import MessageOutlined from '@ant-design/icons/es/icons/MessageOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import ScheduleOutlined from '@ant-design/icons/es/icons/ScheduleOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { ReactNode } from 'react';
import { ask } from '../../api/ask.ts';
import { TODO } from '../../api/live-data.ts';
import { useMay } from '../../api/session.tsx';
import type { MissedCallRow, TaskRow } from '../../api/types.ts';
import type { Desk } from '../../desk/desk-provider.tsx';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Moment, useNow } from '../../kit/moment.tsx';
import { Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { useKeyActs, useKeys } from '../../kit/use-keys.ts';
import { type Todo as All, useTodo } from './desk-queries.ts';
import { deskWords } from './words.ts';

/** One thing to do, whatever it is. */
interface Item {
  readonly key: string;
  readonly kind: 'call-back' | 'message' | 'missed';
  readonly icon: ReactNode;
  readonly number: string;
  readonly text: string;
  readonly at: string;
  readonly isDue: boolean;
  readonly isOverdue: boolean;
  readonly facts: readonly ReactNode[];
  readonly callPath: string;
  readonly done: () => Promise<unknown>;
}

/** What the agent is to do: one key calls (待办). */
export function Todo({ desk }: { readonly desk: Desk }) {
  const say = useSay(deskWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const todo = useTodo(desk.row.agent);
  const items = useItems(todo.data, desk.row.queues);
  const mayNote = useMay('call:note');
  const renew = () => void client.invalidateQueries({ queryKey: TODO });
  const run = async (act: () => Promise<unknown>, told: string) => {
    try {
      await act();
      message.success(told);
    } catch (error) {
      message.error(<ProblemText error={error} />);
    } finally {
      renew();
    }
  };
  const call = ({ callPath }: Item) => run(() => ask(callPath, { method: 'POST' }), say('dialled'));
  const first = items.find(({ number }) => number !== '');
  const canCall = desk.row.calls.length === 0 && desk.row.state !== 'signed-out';
  const keys = useKeys();
  useKeyActs({ todo: first && canCall ? () => void call(first) : undefined });
  return (
    <section className="card desk-part" aria-labelledby="desk-todo">
      <div className="desk-head-line">
        <h2 id="desk-todo">{say('todo')}</h2>
        <span className="faint number">{items.length > 0 && items.length}</span>
        <span className="desk-space" />
        {first && canCall && (
          <span className="small faint" title={say('callKey', { keys: keys.todo })}>
            <kbd>{keys.todo}</kbd> {say('todo-call-back')}
          </span>
        )}
      </div>
      {todo.isPending && <Loading lines={3} />}
      {todo.isError && <Failed error={todo.error} retry={() => void todo.refetch()} />}
      {todo.isSuccess && items.length === 0 && (
        <p className="faint small desk-none">
          <strong>{say('noTodo')}</strong>
          <br />
          {say('noTodoText')}
        </p>
      )}
      <ul className="desk-list">
        {items.map((item) => (
          <TodoItem
            key={item.key}
            item={item}
            canCall={canCall}
            call={() => void call(item)}
            {...((item.kind !== 'missed' || mayNote) && {
              done: () => void run(item.done, say('finished')),
            })}
          />
        ))}
      </ul>
    </section>
  );
}

interface ItemProps {
  readonly item: Item;
  readonly canCall: boolean;
  readonly call: () => void;
  readonly done?: () => void;
}

function TodoItem({ item, canCall, call, done }: ItemProps) {
  const say = useSay(deskWords);
  const { kind, icon, number, text, at, isDue, isOverdue, facts } = item;
  const shown = number === '' ? '' : phoneNumber(number);
  const title = `${say(`todo-${kind}`)} ${shown}`.trim();
  return (
    <li>
      <span className={`desk-todo-icon is-${kind}`} role="img" aria-label={say(`todo-${kind}`)}>
        {icon}
      </span>
      <div className="desk-todo-text">
        <p>
          <strong>{shown || say(`todo-${kind}`)}</strong>{' '}
          <span className="small faint">{shown !== '' && say(`todo-${kind}`)}</span>
        </p>
        {text !== '' && <p className="desk-note">{text}</p>}
        <p className="small faint desk-facts">
          <span className={isOverdue ? 'desk-warning' : ''}>
            {isOverdue && (
              <>
                <WarningOutlined aria-hidden /> {say('overdue')}{' '}
              </>
            )}
            <Moment at={at} isShort />
            {isDue && !isOverdue && ` ${say('due', { time: '' }).trim()}`}
          </span>
          {facts.map((fact, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they stay where they are
            <span key={place}>{fact}</span>
          ))}
        </p>
      </div>
      <span className="desk-todo-acts">
        {number !== '' && (
          <Button
            size="small"
            type="primary"
            ghost
            icon={<PhoneOutlined />}
            disabled={!canCall}
            onClick={call}
            aria-label={say('callNow', { number: shown })}
            title={say('callNow', { number: shown })}
          />
        )}
        {done && (
          <Button
            size="small"
            icon={<CheckOutlined />}
            onClick={done}
            aria-label={say('doneOf', { what: title })}
            title={say('doneOf', { what: title })}
          />
        )}
      </span>
    </li>
  );
}

function useItems(todo: All | undefined, queues: Desk['row']['queues']): readonly Item[] {
  const say = useSay(deskWords);
  const titleOf = (queue: string | null) => queues.find(({ name }) => name === queue)?.title ?? queue;
  const now = useNow();
  if (!todo) return [];
  const taskItem = (task: TaskRow): Item => ({
    ...{ key: task.id, kind: task.kind, number: task.number, text: task.text, at: task.dueAt },
    icon: task.kind === 'message' ? <MessageOutlined /> : <ScheduleOutlined />,
    isDue: task.kind === 'call-back',
    isOverdue: task.kind === 'call-back' && Date.parse(task.dueAt) < now - 60_000,
    facts: [
      task.kind === 'message' && say('from', { by: task.createdBy.split('@')[0]! }),
      task.called && (
        <>
          <PhoneOutlined aria-hidden /> <Moment at={task.called.at} isShort />
        </>
      ),
    ].filter(Boolean),
    callPath: `/tasks/${encodeURIComponent(task.id)}/call`,
    done: () => changed(`/tasks/${encodeURIComponent(task.id)}`, task.revision, { done: true }),
  });
  const missedItem = (missed: MissedCallRow): Item => ({
    ...{
      key: missed.callId,
      kind: 'missed' as const,
      number: missed.caller,
      text: missed.note,
      at: missed.at,
    },
    icon: <PhoneOutlined />,
    isDue: false,
    isOverdue: false,
    facts: [
      missed.area,
      titleOf(missed.queue),
      missed.times > 1 && say('times', { count: missed.times }),
    ].filter(Boolean),
    callPath: `/missed-calls/${encodeURIComponent(missed.callId)}/call`,
    done: () =>
      changed(`/missed-calls/${encodeURIComponent(missed.callId)}`, missed.revision, { done: true }),
  });
  const tasks = todo.tasks.map(taskItem);
  const isLater = ({ at, isDue }: Item) => isDue && Date.parse(at) > now;
  // What is due now comes first, then who called in vain, then what is due later.
  return [
    ...tasks.filter((each) => !isLater(each)),
    ...todo.missed.map(missedItem),
    ...tasks.filter(isLater),
  ];
}

const changed = (path: string, revision: number, body: object) =>
  ask(path, { method: 'PATCH', body, revision });
