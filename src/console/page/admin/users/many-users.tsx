import { useQueryClient } from '@tanstack/react-query';
import { Button, Select, Switch } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import type { Query } from '../../../api/ask.ts';
import { useMay } from '../../../api/session.tsx';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { EditDialog } from '../../../kit/bulk/edit-dialog.tsx';
import type { EditField } from '../../../kit/bulk/edit-fields.tsx';
import { editWords } from '../../../kit/bulk/edit-words.ts';
import { useChoosing } from '../../../kit/choose/use-choosing.tsx';
import { useWords } from '../../../kit/entity/kinds.ts';
import { Picker } from '../../../kit/entity/picker.tsx';
import type { List } from '../../../kit/use-list.ts';
import { capital } from '../capital.ts';
import { USERS, useDepartmentTitle, useRoles, useRoleTitle } from '../people-data.ts';
import { usersWords } from './words.ts';

const loginOf = ({ login }: UserRow): string => login;

/** Accounts that are changed together; none is deleted so: whoever is turned off comes back. */
export function useManyUsers({ list, filter }: { readonly list: List<UserRow>; readonly filter: Query }) {
  const say = useSay(editWords);
  const sayUsers = useSay(usersWords);
  const client = useQueryClient();
  const mayAll = useMay('change:create');
  const mayChange = useMay('user:update');
  const mayReadJobs = useMay('job:read');
  const [names, setNames] = useState<readonly string[]>();
  const fields = useUserFields();
  const changed = useCallback(() => void client.invalidateQueries({ queryKey: USERS }), [client]);
  const choosing = useChoosing({
    ...{ list, path: '/users', filter, nameOf: loginOf },
    acts: (chosen) => (
      <Button type="primary" onClick={() => setNames(chosen)}>
        {say('edit')}
      </Button>
    ),
  });
  return {
    choosing: mayAll && mayChange && mayReadJobs ? choosing : undefined,
    dialog: names && (
      <EditDialog
        resource="user"
        title={sayUsers('title')}
        names={names}
        fields={fields}
        close={() => setNames(undefined)}
        changed={changed}
        done={() => choosing.chosen.clear()}
      />
    ),
  };
}

function useUserFields(): readonly EditField[] {
  const say = useSay(usersWords);
  const speak = useWords();
  const roles = useRoles();
  const roleTitle = useRoleTitle();
  const departmentTitle = useDepartmentTitle();
  return useMemo(() => {
    const titles = (roles.data ?? []).map(({ name, title }) => ({
      value: name,
      label: capital(speak(title)),
    }));
    const none = say('none');
    return [
      {
        ...{ path: 'roles', label: say('roles'), isList: true, first: [] },
        input: ({ id, value, change }) => (
          <Select
            id={id}
            aria-label={say('roles')}
            className="entity-wide"
            mode="multiple"
            value={[...(value as readonly string[])]}
            options={titles}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={change}
          />
        ),
        text: (value) => (value as readonly string[]).map(roleTitle).join(say('comma')) || none,
      },
      {
        ...{ path: 'department', label: say('department'), isList: false, first: null },
        input: ({ id, value, change }) => (
          <Picker
            id={id}
            label={say('department')}
            reference="department"
            value={(value as string | null) ?? undefined}
            change={(department) => change(department ?? null)}
            isReadOnly={false}
            isWrong={false}
          />
        ),
        text: (value) => (value ? departmentTitle(String(value)) : none),
      },
      {
        ...{ path: 'active', label: say('state'), isList: false, first: false },
        input: ({ id, value, change }) => (
          <span>
            <Switch id={id} aria-label={say('active')} checked={Boolean(value)} onChange={change} />
          </span>
        ),
        text: (value) => say(value ? 'active' : 'off'),
      },
    ];
  }, [roles.data, roleTitle, departmentTitle, say, speak]);
}
