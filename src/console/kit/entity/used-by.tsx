/** Who uses an entity: each is a way to it. */
import LinkOutlined from '@ant-design/icons/es/icons/LinkOutlined';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { Empty, Failed, Loading } from '../states.tsx';
import { ENTITIES, pathTo, useForm, useKinds, useWords } from './kinds.ts';
import { entityWords } from './words.ts';

export interface User {
  readonly kind: string;
  readonly tenant: string;
  readonly name: string;
  readonly pointer: string;
}

export function useUsers(kind: { readonly kind: string; readonly path: string }, key: string) {
  const { company } = useSession();
  return useQuery({
    queryKey: [...ENTITIES, kind.kind, key, 'used-by', company],
    staleTime: 0,
    queryFn: ({ signal }) => ask<Items<User>>(`${pathTo(kind, key)}/used-by`, { signal }),
  });
}

export function UsedBy({
  kind,
  entityKey,
}: {
  readonly kind: { kind: string; path: string };
  readonly entityKey: string;
}) {
  const say = useSay(entityWords);
  const users = useUsers(kind, entityKey);
  if (users.isPending) return <Loading lines={4} />;
  if (users.isError) return <Failed error={users.error} retry={() => void users.refetch()} />;
  if (users.data.items.length === 0)
    return (
      <Empty icon={<LinkOutlined />} title={say('noUsers')}>
        {say('noUsersText')}
      </Empty>
    );
  return <UserList users={users.data.items} />;
}

export function UserList({ users }: { readonly users: readonly User[] }) {
  return (
    <ul className="entity-users">
      {users.map((user) => (
        <li key={`${user.kind} ${user.tenant} ${user.name} ${user.pointer}`}>
          <UserLine user={user} />
        </li>
      ))}
    </ul>
  );
}

function UserLine({ user }: { readonly user: User }) {
  const say = useSay(entityWords);
  const speak = useWords();
  const kinds = useKinds();
  const kind = kinds.data?.find((each) => each.kind === user.kind);
  const { form } = useForm(kind && user.kind);
  const top = user.pointer.split('/')[1];
  const field = form?.fields.find(({ name }) => name === top)?.field;
  return (
    <>
      <span className="faint">{kind ? speak(kind.title) : user.kind}</span>{' '}
      {kind ? <Link to={`/admin${pathTo(kind, user.name)}`}>{user.name}</Link> : user.name}{' '}
      {field && <span className="faint small">{say('usedIn', { field: speak(field.label) })}</span>}
    </>
  );
}
