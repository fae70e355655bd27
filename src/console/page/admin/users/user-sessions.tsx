import DesktopOutlined from '@ant-design/icons/es/icons/DesktopOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import type { Items } from '../../../api/live-data.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { SessionRow, UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { Device } from '../../../kit/device.tsx';
import { dateTime } from '../../../kit/format.ts';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import { USERS, userPath } from '../people-data.ts';
import { usersWords } from './words.ts';

/** Where he is signed in, and an end to it. */
export function UserSessions({ user: { id, name } }: { readonly user: UserRow }) {
  const say = useSay(usersWords);
  const { zone, me } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayEnd = useMay('user:update') && me.user?.id !== id;
  const [isEnding, setEnding] = useState(false);
  const path = `${userPath(id)}/sessions`;
  const key = [...USERS, id, 'sessions'];
  const sessions = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<Items<SessionRow>>(path, { signal }),
  });
  if (sessions.isPending) return <Loading lines={3} />;
  if (sessions.isError) return <Failed error={sessions.error} retry={() => void sessions.refetch()} />;
  const { items } = sessions.data;
  if (items.length === 0) return <Empty icon={<DesktopOutlined />} title={say('noSessions')} />;
  return (
    <div className="people-body">
      <ul className="people-sessions">
        {items.map(({ id: session, device, address, createdAt, seenAt, isThis }) => (
          <li key={session}>
            <Device text={device} /> {isThis && <Tag variant="filled">{say('thisOne')}</Tag>}
            <p className="faint small">
              {[
                address,
                say('since', { time: dateTime(createdAt, zone) }),
                say('seen', { time: dateTime(seenAt, zone) }),
              ].join(' · ')}
            </p>
          </li>
        ))}
      </ul>
      {mayEnd && (
        <div>
          <Button danger onClick={() => setEnding(true)}>
            {say('endSessions')}
          </Button>
        </div>
      )}
      {isEnding && (
        <ConfirmAct
          isDanger
          title={say('endSessionsOf', { name })}
          verb={say('endSessions')}
          act={() => ask(path, { method: 'DELETE' })}
          done={async () => {
            message.success(say('sessionsEnded', { name }));
            await client.invalidateQueries({ queryKey: key });
          }}
          close={() => setEnding(false)}
        >
          <p>{say('endSessionsText')}</p>
        </ConfirmAct>
      )}
    </div>
  );
}
