import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import SafetyOutlined from '@ant-design/icons/es/icons/SafetyOutlined';
import TeamOutlined from '@ant-design/icons/es/icons/TeamOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Tabs } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError, ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { RoleRow, UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { useWords } from '../../../kit/entity/kinds.ts';
import { Empty, Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { capital } from '../capital.ts';
import { askAll, ROLES, USERS, useRoles } from '../people-data.ts';
import { covers, rightsMap } from '../rights/permissions.ts';
import { RightsMatrix } from '../rights/rights-matrix.tsx';
import { type RoleDraft, RoleFields, roleBody, useGivable } from './role-fields.tsx';
import { rolesWords } from './words.ts';
import '../people.css';

interface DrawerProps {
  readonly close: () => void;
  readonly copy: (draft: RoleDraft) => void;
}

const rolePath = (name: string) => `/roles/${encodeURIComponent(name)}`;

/** A role: its rights, and who has it. */
export function RoleDrawer({ close, copy }: DrawerProps) {
  const say = useSay(rolesWords);
  const speak = useWords();
  const { id = '' } = useParams();
  const roles = useRoles();
  const maySeeUsers = useMay('user:read');
  const role = roles.data?.find(({ name }) => name === id);
  return (
    <Drawer
      open
      size={960}
      rootClassName="entity-drawer"
      onClose={close}
      title={
        <span className="people-head">
          {role ? capital(speak(role.title)) : say('title')}
          {role && <span className="faint small">{say(role.preset ? 'preset' : 'ownRole')}</span>}
        </span>
      }
    >
      {roles.isPending && <Loading lines={10} />}
      {roles.isError && <Failed error={roles.error} retry={() => void roles.refetch()} />}
      {roles.data && !role && (
        <Empty
          icon={<SafetyOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {role && (
        <RoleTabs
          key={`${role.name} ${role.revision}`}
          role={role}
          close={close}
          copy={copy}
          maySeeUsers={maySeeUsers}
        />
      )}
    </Drawer>
  );
}

function useHolders(role: string, may: boolean) {
  const { company } = useSession();
  return useQuery({
    queryKey: [...USERS, 'with-role', role, company],
    enabled: may,
    queryFn: ({ signal }) => askAll<UserRow>('/users', { role }, signal),
  });
}

function RoleTabs({
  role,
  close,
  copy,
  maySeeUsers,
}: DrawerProps & { readonly role: RoleRow; readonly maySeeUsers: boolean }) {
  const say = useSay(rolesWords);
  const speak = useWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { permissions, own } = useGivable();
  const mayAdd = useMay('role:create');
  const mayChange = useMay('role:update') && !role.preset;
  const mayDelete = useMay('role:delete') && !role.preset;
  const holders = useHolders(role.name, maySeeUsers);
  const rights = rightsMap(role.rights);
  const first: RoleDraft = { zh: role.title.zh, en: role.title.en, rights };
  const [value, setValue] = useState(first);
  const [isTried, setTried] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const body = roleBody(value);
  const isChanged = keyOf(value) !== keyOf(first);
  const fresh = () => client.invalidateQueries({ queryKey: ROLES });
  const save = useMutation({
    mutationFn: (wish: object) =>
      ask<RoleRow>(rolePath(role.name), {
        method: 'PATCH',
        body: wish,
        ...(role.revision !== null && { revision: role.revision }),
      }),
    onSuccess: async () => {
      message.success(say('saved'));
      await fresh();
    },
  });
  const submit = () => {
    setTried(true);
    if (body) save.mutate(body);
  };
  const copied = () => {
    const given = [...rights].filter(([permission, reach]) => covers(own, permission, reach));
    close();
    copy({
      zh: say('copyOf', { name: role.title.zh }),
      en: `${role.title.en} copy`,
      rights: new Map(given),
      dropped: rights.size - given.length,
    });
  };
  const name = capital(speak(role.title));
  const isConflict = save.error instanceof ApiError && save.error.code === 'changed-meanwhile';
  const n = holders.data?.length ?? 0;
  return (
    <div className="entity-editor">
      <Tabs
        className="entity-tabs"
        items={[
          {
            key: 'rights',
            label: say('permissions'),
            children: mayChange ? (
              <RoleFields value={value} isTried={isTried} change={setValue} />
            ) : (
              <div className="people-body">
                {role.preset && <Alert type="info" showIcon title={say('readOnly')} />}
                <RightsMatrix permissions={shownOf(permissions, role)} rights={rights} own={own} />
              </div>
            ),
          },
          ...(maySeeUsers
            ? [
                {
                  key: 'holders',
                  label: `${say('holdersOf')}${holders.data ? ` ${n}` : ''}`,
                  children: (
                    <>
                      {holders.isPending && <Loading lines={3} />}
                      {holders.isError && (
                        <Failed error={holders.error} retry={() => void holders.refetch()} />
                      )}
                      {n === 0 && holders.data && (
                        <Empty icon={<TeamOutlined />} title={say('nobody')}>
                          {say('nobodyText')}
                        </Empty>
                      )}
                      {holders.data && <Holders users={holders.data} />}
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      {save.isError && (
        <Alert
          type="error"
          showIcon
          title={isConflict ? say('changedMeanwhile') : <ProblemText error={save.error} />}
          action={
            isConflict && (
              <Button size="small" onClick={() => void fresh()}>
                {say('reload')}
              </Button>
            )
          }
        />
      )}
      <footer className="entity-foot">
        {mayDelete && (
          <Button danger type="text" icon={<DeleteOutlined />} onClick={() => setDeleting(true)}>
            {say('delete')}
          </Button>
        )}
        <span className="faint small grow">{isChanged && say(n > 0 ? 'affects' : 'unsaved', { n })}</span>
        {mayAdd && (
          <Button icon={<CopyOutlined />} onClick={copied}>
            {say('copy')}
          </Button>
        )}
        {mayChange && (
          <Button type="primary" loading={save.isPending} disabled={!isChanged} onClick={submit}>
            {say('save')}
          </Button>
        )}
      </footer>
      {isDeleting && (
        <ConfirmAct
          isDanger
          isRefused={n > 0}
          title={say('deleteOf', { name })}
          act={() =>
            ask(rolePath(role.name), {
              method: 'DELETE',
              ...(role.revision !== null && { revision: role.revision }),
            })
          }
          done={async () => {
            close();
            message.success(say('deleted', { name }));
            await fresh();
          }}
          close={() => setDeleting(false)}
        >
          {n > 0 && holders.data ? (
            <>
              <Alert type="warning" showIcon title={say('deleteUsed', { n })} />
              <Holders users={holders.data} />
            </>
          ) : (
            <p>{say('deleteText')}</p>
          )}
        </ConfirmAct>
      )}
    </div>
  );
}

function Holders({ users }: { readonly users: readonly UserRow[] }) {
  return (
    <ul className="entity-users">
      {users.map(({ id, name, login }) => (
        <li key={id}>
          <Link to={`/admin/users/${encodeURIComponent(id)}`}>{name}</Link>{' '}
          <span className="faint">{login}</span>
        </li>
      ))}
    </ul>
  );
}

/** Only the rows that it has something of: a right that is not there is not looked for. */
function shownOf(permissions: readonly string[], { rights }: RoleRow): readonly string[] {
  const resources = new Set(rights.map(({ permission }) => permission.split(':')[0]));
  const all = new Set([...permissions, ...rights.map(({ permission }) => permission)]);
  return [...all].filter((permission) => resources.has(permission.split(':')[0]));
}

const keyOf = ({ zh, en, rights }: RoleDraft) => JSON.stringify([zh, en, [...rights].toSorted()]);
