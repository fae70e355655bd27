import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ENTITIES, type Entity } from '../../../kit/entity/kinds.ts';
import { Picker } from '../../../kit/entity/picker.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import { kitWords } from '../../../kit/words.ts';
import { organisationWords } from './words.ts';
import '../../../kit/entity/entity.css';
import '../people.css';

/** As the API wants keys. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

interface AddProps {
  readonly parent: string | undefined;
  readonly close: () => void;
  readonly made: (name: string) => void;
}

export function AddDepartment({ parent: first, close, made }: AddProps) {
  const say = useSay(organisationWords);
  const sayKit = useSay(kitWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const id = useId();
  const [key, setKey] = useState('');
  const [title, setTitle] = useState('');
  const [parent, setParent] = useState(first);
  const [isTried, setTried] = useState(false);
  const fault = !isTried || KEY.test(key) ? undefined : key === '' ? 'needed' : 'wrongKey';
  const isNameless = isTried && title.trim() === '';
  const add = useMutation({
    mutationFn: () =>
      ask<Entity>('/departments', {
        method: 'POST',
        body: { name: key, title: title.trim(), ...(parent !== undefined && { parent }) },
      }),
    onSuccess: async () => {
      message.success(say('created', { name: title.trim() }));
      await client.invalidateQueries({ queryKey: ENTITIES });
      made(key);
    },
  });
  const submit = () => {
    setTried(true);
    if (KEY.test(key) && title.trim() !== '') add.mutate();
  };
  return (
    <Modal
      open
      width={480}
      title={say('add')}
      okText={say('create')}
      cancelText={sayKit('cancel')}
      okButtonProps={{ loading: add.isPending }}
      onOk={submit}
      onCancel={close}
    >
      <div className="people-body">
        <div className={`entity-field${isNameless ? ' is-wrong' : ''}`}>
          <span className="entity-label">
            <label htmlFor={`${id}-title`}>{say('name')}</label>
          </span>
          <Input
            id={`${id}-title`}
            maxLength={64}
            {...(isNameless && { status: 'error' as const })}
            value={title}
            onChange={({ target }) => setTitle(target.value)}
          />
          {isNameless && (
            <span className="entity-fault small" role="alert">
              {say('needed')}
            </span>
          )}
        </div>
        <div className={`entity-field${fault ? ' is-wrong' : ''}`}>
          <span className="entity-label">
            <label htmlFor={`${id}-key`}>{say('key')}</label>
          </span>
          <Input
            id={`${id}-key`}
            maxLength={64}
            {...(fault && { status: 'error' as const })}
            value={key}
            onChange={({ target }) => setKey(target.value)}
          />
          {fault ? (
            <span className="entity-fault small" role="alert">
              {say(fault)}
            </span>
          ) : (
            <span className="entity-help faint small">{say('keyHelp')}</span>
          )}
        </div>
        <div className="entity-field">
          <span className="entity-label">
            <label htmlFor={`${id}-parent`}>{say('parent')}</label>
          </span>
          <Picker
            id={`${id}-parent`}
            label={say('parent')}
            reference="department"
            value={parent}
            change={setParent}
            isReadOnly={false}
            isWrong={false}
            placeholder={say('top')}
          />
        </div>
        {add.isError && <Alert type="error" showIcon title={<ProblemText error={add.error} />} />}
      </div>
    </Modal>
  );
}
