import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import type { RoleRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import { ROLES, useRoles } from '../people-data.ts';
import { type RoleDraft, RoleFields, roleBody } from './role-fields.tsx';
import { roleName } from './role-name.ts';
import { rolesWords } from './words.ts';
import '../people.css';

interface NewProps {
  readonly draft: RoleDraft;
  readonly close: () => void;
  readonly made: (name: string) => void;
}

/** Makes a role of the company's own. */
export function NewRole({ draft, close, made }: NewProps) {
  const say = useSay(rolesWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const roles = useRoles();
  const [value, setValue] = useState(draft);
  const [isTried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: (body: object) => ask<RoleRow>('/roles', { method: 'POST', body }),
    onSuccess: async ({ name, title }) => {
      message.success(say('created', { name: title.zh }));
      await client.invalidateQueries({ queryKey: ROLES });
      made(name);
    },
  });
  const submit = () => {
    setTried(true);
    const body = roleBody(value);
    const taken = new Set((roles.data ?? []).map(({ name }) => name));
    if (body) add.mutate({ name: roleName(body.title.en, taken), ...body });
  };
  return (
    <Drawer open size={960} rootClassName="entity-drawer" onClose={close} title={say('add')}>
      <div className="entity-editor">
        <div className="entity-body">
          {(value.dropped ?? 0) > 0 && (
            <Alert type="info" showIcon title={say('dropped', { n: value.dropped ?? 0 })} />
          )}
          <RoleFields
            value={value}
            isTried={isTried}
            change={(next) => {
              setValue(next);
              if (add.isError) add.reset();
            }}
          />
        </div>
        {add.isError && <Alert type="error" showIcon title={<ProblemText error={add.error} />} />}
        <footer className="entity-foot">
          <span className="grow" />
          <Button type="primary" loading={add.isPending} onClick={submit}>
            {say('create')}
          </Button>
        </footer>
      </div>
    </Drawer>
  );
}
