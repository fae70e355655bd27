/** Deleting an entity: what breaks is said first, and it can be taken back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Modal } from 'antd';
import { ApiError, ask } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { Failed, Loading, ProblemText } from '../states.tsx';
import { ENTITIES, type Entity, type Form, keyOf, pathTo, useWords } from './kinds.ts';
import { UserList, useUsers } from './used-by.tsx';
import { entityWords } from './words.ts';

const UNDO_S = 10;

interface RemoveProps {
  readonly form: Form;
  readonly entity: Entity;
  readonly close: () => void;
  readonly removed: () => void;
}

export function Remove({ form, entity, close, removed }: RemoveProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const client = useQueryClient();
  const { notification, message } = App.useApp();
  const { kind } = form;
  const key = keyOf(kind, entity);
  const named = { kind: speak(kind.title), name: key };
  const users = useUsers(kind, key);
  const isUsed = (users.data?.items.length ?? 0) > 0;
  const fresh = () => client.invalidateQueries({ queryKey: ENTITIES });
  const restore = async () => {
    const { meta: _, ...body } = entity;
    notification.destroy(`${kind.kind} ${key}`);
    try {
      await ask(kind.path, { method: 'POST', body });
      message.success(say('undone', named));
    } catch (error) {
      message.error(<ProblemText error={error} />);
    }
    await fresh();
  };
  const remove = useMutation({
    mutationFn: () => ask(pathTo(kind, key), { method: 'DELETE', revision: entity.meta.revision }),
    onSuccess: async () => {
      removed();
      notification.success({
        key: `${kind.kind} ${key}`,
        title: say('deleted', named),
        duration: UNDO_S,
        actions: <Button onClick={() => void restore()}>{say('undo')}</Button>,
      });
      await fresh();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'still-used') void users.refetch();
    },
  });
  const hasSecrets = kind.fields.some(({ isSecret }) => isSecret);
  return (
    <Modal
      open
      width={520}
      title={say('deleteOf', named)}
      okText={say('deleteOf', named)}
      cancelText={say('cancel')}
      okButtonProps={{ danger: true, disabled: !users.data || isUsed, loading: remove.isPending }}
      onOk={() => remove.mutate()}
      onCancel={close}
    >
      {users.isPending && <Loading lines={2} />}
      {users.isError && <Failed error={users.error} retry={() => void users.refetch()} />}
      {isUsed && users.data && (
        <>
          <Alert type="warning" showIcon title={say('deleteUsed', { n: users.data.items.length })} />
          <UserList users={users.data.items} />
        </>
      )}
      {users.data && !isUsed && (
        <>
          <p>{say('deleteText')}</p>
          {hasSecrets && <p className="faint">{say('deleteSecrets')}</p>}
        </>
      )}
      {remove.isError && <Alert type="error" showIcon title={<ProblemText error={remove.error} />} />}
    </Modal>
  );
}
