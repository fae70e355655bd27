import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Tabs } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { ApiError, ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { USERS, userPath } from '../people-data.ts';
import { FirstPassword, type WithPassword } from './first-password.tsx';
import { UserActs } from './user-acts.tsx';
import { faultsOf, type UserFields, UserForm } from './user-form.tsx';
import { UserSessions } from './user-sessions.tsx';
import { UserState } from './user-state.tsx';
import { usersWords } from './words.ts';
import '../people.css';

interface DrawerProps {
  readonly close: () => void;
  /** He is deleted. */
  readonly removed: () => void;
}

/** Somebody: what he is, what may be done to his account, where he is signed in. */
export function UserDrawer({ close, removed }: DrawerProps) {
  const say = useSay(usersWords);
  const { id = '' } = useParams();
  const [told, setTold] = useState<WithPassword>();
  const user = useQuery({
    queryKey: [...USERS, id],
    queryFn: ({ signal }) => ask<UserRow>(userPath(id), { signal }),
  });
  const isGone = user.error instanceof ApiError && user.error.status === 404;
  return (
    <Drawer
      open
      size={760}
      rootClassName="entity-drawer"
      onClose={close}
      title={
        <span className="people-head">
          {user.data?.name ?? say('title')}
          {user.data && <span className="faint">{user.data.login}</span>}
          {user.data && <UserState {...user.data} />}
        </span>
      }
    >
      {user.isPending && <Loading lines={8} />}
      {isGone && (
        <Empty
          icon={<UserOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {user.isError && !isGone && <Failed error={user.error} retry={() => void user.refetch()} />}
      {user.data && (
        <div className="entity-editor">
          <Tabs
            className="entity-tabs"
            items={[
              {
                key: 'profile',
                label: say('profile'),
                children: (
                  <Profile
                    key={`${id} ${user.data.revision}`}
                    user={user.data}
                    told={setTold}
                    removed={removed}
                  />
                ),
              },
              {
                key: 'sessions',
                label: say('sessions'),
                children: <UserSessions user={user.data} />,
              },
            ]}
          />
        </div>
      )}
      {told && <FirstPassword {...told} close={() => setTold(undefined)} />}
    </Drawer>
  );
}

interface ProfileProps {
  readonly user: UserRow;
  readonly told: (password: WithPassword) => void;
  readonly removed: () => void;
}

const fieldsOf = ({ login, name, roles, department, agent }: UserRow): UserFields => ({
  login,
  name,
  roles,
  department,
  agent,
});

function Profile({ user, told, removed }: ProfileProps) {
  const say = useSay(usersWords);
  const { me } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayChange = useMay('user:update');
  const [value, setValue] = useState(() => fieldsOf(user));
  const [isTried, setTried] = useState(false);
  const isChanged = JSON.stringify(value) !== JSON.stringify(fieldsOf(user));
  const faults = faultsOf(value);
  const save = useMutation({
    mutationFn: ({ login: _, ...fields }: UserFields) =>
      ask<UserRow>(userPath(user.id), { method: 'PATCH', body: fields, revision: user.revision }),
    onSuccess: async (changed) => {
      message.success(say('saved'));
      client.setQueryData([...USERS, user.id], changed);
      await client.invalidateQueries({ queryKey: USERS });
    },
  });
  const submit = () => {
    setTried(true);
    if (Object.keys(faults).length === 0) save.mutate({ ...value, name: value.name.trim() });
  };
  const isConflict = save.error instanceof ApiError && save.error.code === 'changed-meanwhile';
  return (
    <div className="people-body">
      <UserForm
        value={value}
        faults={isTried ? faults : {}}
        isReadOnly={!mayChange}
        change={(next) => {
          setValue(next);
          if (save.isError) save.reset();
        }}
      />
      {save.isError && (
        <Alert
          className="people-problem"
          type="error"
          showIcon
          title={isConflict ? say('changedMeanwhile') : <ProblemText error={save.error} />}
          action={
            isConflict && (
              <Button
                size="small"
                onClick={() => void client.invalidateQueries({ queryKey: [...USERS, user.id] })}
              >
                {say('reload')}
              </Button>
            )
          }
        />
      )}
      {mayChange && (
        <div className="people-save">
          <Button type="primary" loading={save.isPending} disabled={!isChanged} onClick={submit}>
            {say('save')}
          </Button>
        </div>
      )}
      <dl className="people-facts">
        <div>
          <dt>{say('lastSignIn')}</dt>
          <dd>{user.signedInAt === null ? say('never') : <Moment at={user.signedInAt} />}</dd>
        </div>
        <div>
          <dt>{say('factor')}</dt>
          <dd>{say(user.secondFactor ? 'factorOn' : 'factorOff')}</dd>
        </div>
        <div>
          <dt>{say('created')}</dt>
          <dd>
            <Moment at={user.createdAt} />
          </dd>
        </div>
      </dl>
      {me.user?.id !== user.id && <UserActs user={user} told={told} removed={removed} />}
    </div>
  );
}
