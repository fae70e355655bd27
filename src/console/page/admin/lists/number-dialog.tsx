import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Modal } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import type { ListNumberRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { dateTime, phoneNumber } from '../../../kit/format.ts';
import { ProblemText } from '../../../kit/states.tsx';
import { fieldsOf, flawsOf, givenOf, numbersPath } from './number-data.ts';
import { NumberFieldInputs } from './number-fields.tsx';
import { listsWords } from './words.ts';

interface DialogProps {
  readonly list: string;
  readonly row: ListNumberRow;
  readonly mayChange: boolean;
  readonly close: () => void;
  readonly changed: () => void;
}

/** One number of a list: its term and why it is there; it is taken off, with a way back. */
export function NumberDialog({ list, row, mayChange, close, changed }: DialogProps) {
  const say = useSay(listsWords);
  const { zone } = useSession();
  const { message, notification } = App.useApp();
  const [before] = useState(() => fieldsOf(row, zone));
  const [fields, setFields] = useState(before);
  const { number, until, reason, owner, note, at, by } = row;
  const put = (given: object) =>
    ask(numbersPath(list), { method: 'POST', body: { numbers: [{ number, ...given }] } });
  // A term within a day stays as it was, unless it is changed.
  const wish = { ...givenOf(number, fields, zone), ...(fields.until === before.until && until && { until }) };
  const save = useMutation({
    mutationFn: () => put(wish),
    onSuccess: () => {
      message.success(say('saved'));
      changed();
      close();
    },
  });
  const back = async (key: string) => {
    notification.destroy(key);
    const was = { until, reason, owner, note };
    await put(Object.fromEntries(Object.entries(was).filter(([, value]) => value !== null)));
    changed();
  };
  const off = useMutation({
    mutationFn: () => ask(`${numbersPath(list)}/${encodeURIComponent(number)}`, { method: 'DELETE' }),
    onSuccess: () => {
      const key = `off-${number}`;
      notification.success({
        key,
        title: say('offDone', { number: phoneNumber(number) }),
        actions: (
          <Button
            size="small"
            onClick={() =>
              void back(key).catch((error: unknown) => message.error(<ProblemText error={error} />))
            }
          >
            {say('undo')}
          </Button>
        ),
      });
      changed();
      close();
    },
  });
  const error = save.error ?? off.error;
  const [flaw] = flawsOf(error, [number]);
  return (
    <Modal
      open
      width={560}
      title={phoneNumber(number)}
      onCancel={close}
      footer={
        mayChange ? (
          <>
            <Button danger loading={off.isPending} onClick={() => off.mutate()}>
              {say('off')}
            </Button>
            <Button onClick={close}>{say('cancel')}</Button>
            <Button
              type="primary"
              loading={save.isPending}
              disabled={JSON.stringify(fields) === JSON.stringify(before)}
              onClick={() => save.mutate()}
            >
              {say('save')}
            </Button>
          </>
        ) : (
          <Button onClick={close}>{say('close')}</Button>
        )
      }
    >
      <div className="list-number-form">
        <NumberFieldInputs value={fields} change={setFields} isReadOnly={!mayChange} />
        <span className="faint small list-number-wide">
          {`${say('at')} ${dateTime(at, zone)} · ${say('by')} ${by}`}
        </span>
        {error && (
          <Alert
            className="list-number-wide"
            type="error"
            showIcon
            title={flaw ? say(flaw.why) : <ProblemText error={error} />}
          />
        )}
      </div>
    </Modal>
  );
}
