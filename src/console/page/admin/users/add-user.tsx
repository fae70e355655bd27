import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Modal } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import { USERS } from '../people-data.ts';
import { FirstPassword, type WithPassword } from './first-password.tsx';
import { faultsOf, type UserFaults, type UserFields, UserForm } from './user-form.tsx';
import { usersWords } from './words.ts';

const NOBODY: UserFields = { login: '', name: '', roles: [], department: null, agent: null };

/** Adds somebody, whose first password is told once. */
export function AddUser({ close }: { readonly close: () => void }) {
  const say = useSay(usersWords);
  const client = useQueryClient();
  const [value, setValue] = useState(NOBODY);
  const [faults, setFaults] = useState<UserFaults>({});
  const add = useMutation({
    mutationFn: ({ department, agent, ...fields }: UserFields) =>
      ask<WithPassword>('/users', {
        method: 'POST',
        body: { ...fields, ...(department && { department }), ...(agent && { agent }) },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: USERS }),
  });
  const submit = () => {
    const found = faultsOf(value);
    setFaults(found);
    if (Object.keys(found).length === 0) add.mutate({ ...value, name: value.name.trim() });
  };
  if (add.data) return <FirstPassword {...add.data} close={close} />;
  return (
    <Modal
      open
      width={640}
      title={say('add')}
      okText={say('createUser')}
      cancelText={say('cancel')}
      okButtonProps={{ loading: add.isPending }}
      onOk={submit}
      onCancel={close}
    >
      <UserForm
        isNew
        value={value}
        faults={faults}
        change={(next) => {
          setValue(next);
          setFaults({});
          if (add.isError) add.reset();
        }}
      />
      {add.isError && (
        <Alert className="people-problem" type="error" showIcon title={<ProblemText error={add.error} />} />
      )}
    </Modal>
  );
}
