import { useMutation } from '@tanstack/react-query';
import { Alert, App, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import { useSay } from '../../../i18n/language.tsx';
import { count } from '../../../kit/format.ts';
import { ProblemText } from '../../../kit/states.tsx';
import { flawsOf, givenOf, NO_FIELDS, numbersIn, numbersPath } from './number-data.ts';
import { NumberFieldInputs } from './number-fields.tsx';
import { listsWords } from './words.ts';

/** Of one request; more are imported. */
const MOST = 500;

interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

interface AddProps {
  readonly list: string;
  /** Who may not see numbers adds one at a time. */
  readonly isOne: boolean;
  readonly close: () => void;
  readonly added: () => void;
}

/** Puts numbers on a list, several at once with the same term and reason. */
export function AddNumbers({ list, isOne, close, added }: AddProps) {
  const say = useSay(listsWords);
  const { zone } = useSession();
  const { message } = App.useApp();
  const id = useId();
  const [text, setText] = useState('');
  const [fields, setFields] = useState(NO_FIELDS);
  const numbers = numbersIn(text);
  const isTooMany = numbers.length > (isOne ? 1 : MOST);
  const add = useMutation({
    mutationFn: () =>
      ask<Counts>(numbersPath(list), {
        method: 'POST',
        body: { numbers: numbers.map((number) => givenOf(number, fields, zone)) },
      }),
    onSuccess: ({ created, updated, unchanged }) => {
      message.success(
        say('added', { created: count(created), updated: count(updated), unchanged: count(unchanged) }),
      );
      added();
      close();
    },
  });
  const flaws = flawsOf(add.error, numbers);
  return (
    <Modal
      open
      width={560}
      title={say('addTitle', { list })}
      okText={say('addN', { n: count(numbers.length) })}
      cancelText={say('cancel')}
      okButtonProps={{ disabled: numbers.length === 0 || isTooMany, loading: add.isPending }}
      onOk={() => add.mutate()}
      onCancel={close}
    >
      <div className="list-number-form">
        <label className="list-number-wide" htmlFor={id}>
          <span>{say(isOne ? 'numbersOne' : 'numbers')}</span>
          <Input.TextArea
            id={id}
            autoFocus
            rows={isOne ? 1 : 6}
            maxLength={40_000}
            value={text}
            status={isTooMany ? 'error' : ''}
            onChange={({ target }) => setText(target.value)}
          />
          <span className="faint small" role="status">
            {isTooMany && !isOne ? say('tooMany') : say('found', { n: count(numbers.length) })}
          </span>
        </label>
        <NumberFieldInputs value={fields} change={setFields} />
        {add.isError && (
          <Alert
            className="list-number-wide"
            type="error"
            showIcon
            title={
              flaws.length === 0 ? (
                <ProblemText error={add.error} />
              ) : (
                <ul className="list-number-flaws">
                  {flaws.map(({ number, why }) => (
                    <li key={`${number} ${why}`}>{say('wrongOf', { number, why: say(why) })}</li>
                  ))}
                </ul>
              )
            }
          />
        )}
      </div>
    </Modal>
  );
}
