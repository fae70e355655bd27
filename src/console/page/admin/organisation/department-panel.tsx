import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { EntityDrawer } from '../../../kit/entity/entity-drawer.tsx';
import { ENTITIES, type Entity, titleOf } from '../../../kit/entity/kinds.ts';
import { UserList, useUsers } from '../../../kit/entity/used-by.tsx';
import { Failed, Loading } from '../../../kit/states.tsx';
import { askAll, USERS, useRoleTitle } from '../people-data.ts';
import { UserState } from '../users/user-state.tsx';
import { type Branch, flatten, namesIn } from './tree.ts';
import { organisationWords } from './words.ts';
import '../people.css';

const KIND = { kind: 'department', path: '/departments' };

interface PanelProps {
  readonly branch: Branch;
  readonly tree: readonly Branch[];
  readonly agents: readonly Entity[];
  readonly open: (name: string | undefined) => void;
  readonly addBelow: () => void;
}

type Act = 'rename' | 'move' | 'delete' | 'details';

/** A department: who is in it, and what may be done to it. */
export function DepartmentPanel({ branch, tree, agents, open, addBelow }: PanelProps) {
  const say = useSay(organisationWords);
  const [act, setAct] = useState<Act>();
  const { name, title, parent, entity } = branch;
  const isOfFile = entity.meta.owner === 'file';
  const mayAdd = useMay('department:create');
  const mayChange = useMay('department:update') && !isOfFile;
  const mayDelete = useMay('department:delete') && !isOfFile;
  const above = flatten(tree).find(([each]) => each.name === parent)?.[0];
  const own = agents.filter((agent) => agent['department'] === name);
  const close = () => setAct(undefined);
  return (
    <>
      <div className="organisation-head">
        <h2>{title}</h2>
        <span className="faint">{above ? say('above', { name: above.title }) : say('top')}</span>
      </div>
      <div className="people-acts">
        {mayAdd && <Button onClick={addBelow}>{say('addBelow')}</Button>}
        {mayChange && <Button onClick={() => setAct('rename')}>{say('rename')}</Button>}
        {mayChange && <Button onClick={() => setAct('move')}>{say('move')}</Button>}
        <Button onClick={() => setAct('details')}>{say('details')}</Button>
        {mayDelete && (
          <Button danger type="text" icon={<DeleteOutlined />} onClick={() => setAct('delete')}>
            {say('delete')}
          </Button>
        )}
      </div>
      {isOfFile && <Alert type="info" showIcon title={say('ofFile', { file: entity.meta.file ?? '' })} />}
      <People department={name} />
      <section>
        <h3>{say('agents')}</h3>
        {own.length === 0 && <p className="faint">{say('noAgents')}</p>}
        <ul className="organisation-members">
          {own.map((agent) => {
            const id = String(agent['id']);
            return (
              <li key={id}>
                <Link to={`/admin/agents/${encodeURIComponent(id)}`}>{id}</Link>{' '}
                <span>{titleOf(agent, 'id')}</span>
              </li>
            );
          })}
        </ul>
      </section>
      {act === 'rename' && <Rename branch={branch} close={close} />}
      {act === 'move' && <Move branch={branch} tree={tree} close={close} />}
      {act === 'delete' && <Remove branch={branch} close={close} removed={() => open(parent)} />}
      {act === 'details' && <EntityDrawer kind="department" entityKey={name} close={close} />}
    </>
  );
}

function useMembers(department: string) {
  const { company } = useSession();
  const may = useMay('user:read');
  return useQuery({
    queryKey: [...USERS, 'of-department', department, company],
    enabled: may,
    queryFn: ({ signal }) => askAll<UserRow>('/users', { department }, signal),
  });
}

function People({ department }: { readonly department: string }) {
  const say = useSay(organisationWords);
  const roleTitle = useRoleTitle();
  const people = useMembers(department);
  if (people.isLoading) return <Loading lines={3} />;
  if (people.isError) return <Failed error={people.error} retry={() => void people.refetch()} />;
  if (!people.data) return null;
  return (
    <section>
      <h3>{say('people')}</h3>
      {people.data.length === 0 && <p className="faint">{say('noPeople')}</p>}
      <ul className="organisation-members">
        {people.data.map((user) => (
          <li key={user.id}>
            <Link to={`/admin/users/${encodeURIComponent(user.id)}`}>{user.name}</Link>
            {user.roles.map((role) => (
              <span key={role} className="faint">
                {roleTitle(role)}
              </span>
            ))}
            <UserState {...user} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const pathTo = (name: string) => `/departments/${encodeURIComponent(name)}`;

function useChanged() {
  const client = useQueryClient();
  const { message } = App.useApp();
  return async (text: string) => {
    message.success(text);
    await client.invalidateQueries({ queryKey: ENTITIES });
    await client.invalidateQueries({ queryKey: USERS });
  };
}

function Rename({ branch, close }: { readonly branch: Branch; readonly close: () => void }) {
  const say = useSay(organisationWords);
  const changed = useChanged();
  const { name, title, entity } = branch;
  const [text, setText] = useState(title);
  const wanted = text.trim();
  return (
    <ConfirmAct
      title={say('renameOf', { name: title })}
      verb={say('rename')}
      isRefused={wanted === '' || wanted === title}
      act={() =>
        ask(pathTo(name), { method: 'PATCH', body: { title: wanted }, revision: entity.meta.revision })
      }
      done={() => changed(say('renamed', { name: wanted }))}
      close={close}
    >
      <Input
        aria-label={say('name')}
        maxLength={64}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </ConfirmAct>
  );
}

interface MoveProps {
  readonly branch: Branch;
  readonly tree: readonly Branch[];
  readonly close: () => void;
}

const TOP = '';

function Move({ branch, tree, close }: MoveProps) {
  const say = useSay(organisationWords);
  const changed = useChanged();
  const { name, title, parent, entity } = branch;
  const [to, setTo] = useState(parent ?? TOP);
  // None goes below itself.
  const below = new Set(namesIn(branch));
  const places = flatten(tree).filter(([each]) => !below.has(each.name));
  return (
    <ConfirmAct
      title={say('moveOf', { name: title })}
      verb={say('move')}
      isRefused={to === (parent ?? TOP)}
      act={() =>
        ask(pathTo(name), {
          method: 'PATCH',
          body: { parent: to === TOP ? null : to },
          revision: entity.meta.revision,
        })
      }
      done={() => changed(say('moved', { name: title }))}
      close={close}
    >
      <Select
        aria-label={say('parent')}
        className="entity-wide"
        value={to}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={setTo}
        options={[
          { value: TOP, label: say('top') },
          ...places.map(([each, depth]) => ({
            value: each.name,
            label: `${'　'.repeat(depth)}${each.title}`,
          })),
        ]}
      />
      <p className="faint">{say('moveText')}</p>
    </ConfirmAct>
  );
}

interface RemoveProps {
  readonly branch: Branch;
  readonly close: () => void;
  readonly removed: () => void;
}

function Remove({ branch, close, removed }: RemoveProps) {
  const say = useSay(organisationWords);
  const changed = useChanged();
  const { name, title, entity } = branch;
  const used = useUsers(KIND, name);
  const people = useMembers(name);
  const uses = used.data?.items ?? [];
  const own = people.data?.filter(({ department }) => department === name) ?? [];
  return (
    <ConfirmAct
      isDanger
      isRefused={!used.data || uses.length > 0 || people.isLoading}
      title={say('deleteOf', { name: title })}
      act={() => ask(pathTo(name), { method: 'DELETE', revision: entity.meta.revision })}
      done={async () => {
        removed();
        await changed(say('deleted', { name: title }));
      }}
      close={close}
    >
      {used.isPending && <Loading lines={2} />}
      {used.isError && <Failed error={used.error} retry={() => void used.refetch()} />}
      {uses.length > 0 && (
        <>
          <Alert type="warning" showIcon title={say('deleteUsed', { n: uses.length })} />
          <UserList users={uses} />
        </>
      )}
      {used.data && uses.length === 0 && <p>{say('deleteText')}</p>}
      {own.length > 0 && (
        <>
          <Alert type="warning" showIcon title={say('deletePeople', { n: own.length })} />
          <ul className="entity-users">
            {own.map((user) => (
              <li key={user.id}>
                <Link to={`/admin/users/${encodeURIComponent(user.id)}`}>{user.name}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </ConfirmAct>
  );
}
