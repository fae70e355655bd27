import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useMay } from '../../../api/session.tsx';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { titleOf, useWords } from '../../../kit/entity/kinds.ts';
import { Choice, SearchBox, useFilters } from '../../../kit/filters.tsx';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { useList } from '../../../kit/use-list.ts';
import { capital } from '../capital.ts';
import { USERS, useDepartments, useDepartmentTitle, useRoles, useRoleTitle } from '../people-data.ts';
import { AddUser } from './add-user.tsx';
import { useManyUsers } from './many-users.tsx';
import { UserDrawer } from './user-drawer.tsx';
import { UserState } from './user-state.tsx';
import { usersWords } from './words.ts';

const FILTERS = ['q', 'role', 'department', 'state', 'away'];
const STATES = { active: true, off: false } as const;
const AWAY_DAYS = { '30': 30, '90': 90 } as const;
const DAY_MS = 86_400_000;

const keyOf = ({ id }: UserRow): string => id;

/** Who signs in (人员). */
export default function Users() {
  const say = useSay(usersWords);
  const { params } = useFilters();
  const client = useQueryClient();
  const mayAdd = useMay('user:create');
  const [isAdding, setAdding] = useState(false);
  // By whole days: the list is the same all day.
  const [today] = useState(() => Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const away = AWAY_DAYS[params.get('away') as keyof typeof AWAY_DAYS];
  const filter = {
    q: params.get('q') ?? undefined,
    role: params.get('role') ?? undefined,
    department: params.get('department') ?? undefined,
    active: STATES[params.get('state') as keyof typeof STATES],
    awaySince: away && new Date(today - away * DAY_MS).toISOString(),
  };
  const list = useList<UserRow>({ key: [...USERS, 'list'], path: '/users', filter, keyOf });
  const columns = useColumns();
  const many = useManyUsers({ list, filter });
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {say('add')}
    </Button>
  );
  return (
    <>
      <ListPage
        path="/admin/users"
        title={say('title')}
        list={list}
        columns={columns}
        filterNames={FILTERS}
        filters={<UserFilters />}
        acts={mayAdd && add}
        empty={{
          icon: <UserOutlined />,
          title: say('emptyTitle'),
          text: say('emptyText'),
          ...(mayAdd && { act: add }),
          filtered: say('emptyFiltered'),
        }}
        choosing={many.choosing}
        drawer={({ close }) => (
          <UserDrawer
            close={close}
            removed={() => {
              close();
              // His row goes, though somebody points at it.
              void client.invalidateQueries({ queryKey: USERS }).then(list.refresh);
            }}
          />
        )}
      />
      {many.dialog}
      {isAdding && <AddUser close={() => setAdding(false)} />}
    </>
  );
}

function UserFilters() {
  const say = useSay(usersWords);
  const speak = useWords();
  const roles = useRoles();
  const departments = useDepartments();
  return (
    <>
      <SearchBox name="q" label={say('search')} />
      {roles.data && (
        <Choice
          name="role"
          label={say('roles')}
          isSearched
          options={roles.data.map(({ name, title }) => [name, capital(speak(title))])}
        />
      )}
      {departments.data && departments.data.length > 0 && (
        <Choice
          name="department"
          label={say('department')}
          isSearched
          options={departments.data.map((each) => {
            const name = String(each['name']);
            return [name, titleOf(each, 'name') ?? name];
          })}
        />
      )}
      <Choice
        name="state"
        label={say('state')}
        options={[
          ['active', say('active')],
          ['off', say('off')],
        ]}
      />
      <Choice
        name="away"
        label={say('away')}
        options={[
          ['30', say('away30')],
          ['90', say('away90')],
        ]}
      />
    </>
  );
}

function useColumns(): readonly ListColumn<UserRow>[] {
  const say = useSay(usersWords);
  const roleTitle = useRoleTitle();
  const departmentTitle = useDepartmentTitle();
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    return [
      {
        key: 'name',
        title: say('name'),
        width: 'minmax(96px, 1fr)',
        narrow: 'minmax(72px, 1fr)',
        cell: ({ name }) => name,
      },
      { key: 'login', title: say('login'), width: 'minmax(88px, 1fr)', cell: ({ login }) => login },
      {
        key: 'roles',
        title: say('roles'),
        width: 'minmax(120px, 1.6fr)',
        narrow: 'minmax(88px, 1.2fr)',
        cell: ({ roles }) =>
          roles.length > 0 ? (
            roles.map(roleTitle).join(say('comma'))
          ) : (
            <span className="faint">{say('noRoles')}</span>
          ),
      },
      {
        key: 'department',
        title: say('department'),
        width: 'minmax(88px, 1fr)',
        cell: ({ standsIn }) => (standsIn === null ? none : departmentTitle(standsIn)),
      },
      { key: 'agent', title: say('agent'), width: '88px', cell: ({ agent }) => agent ?? none },
      {
        key: 'state',
        title: say('state'),
        width: '136px',
        narrow: '128px',
        cell: (user) => <UserState {...user} />,
      },
      {
        key: 'factor',
        title: say('factor'),
        width: '96px',
        cell: ({ secondFactor }) => (secondFactor ? say('factorOn') : none),
      },
      {
        key: 'signedIn',
        title: say('lastSignIn'),
        width: '132px',
        cell: ({ signedInAt }) =>
          signedInAt === null ? (
            <span className="faint">{say('never')}</span>
          ) : (
            <Moment at={signedInAt} isShort />
          ),
      },
      {
        key: 'created',
        title: say('created'),
        width: '132px',
        isHidden: true,
        cell: ({ createdAt }) => <Moment at={createdAt} isShort />,
      },
    ];
  }, [say, roleTitle, departmentTitle]);
}
