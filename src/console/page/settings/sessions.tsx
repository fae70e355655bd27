import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { SessionRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Device } from '../../kit/device.tsx';
import { dateTime } from '../../kit/format.ts';
import { Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { settingsWords } from './words.ts';

const KEY = ['me', 'sessions'] as const;

/** Where he is signed in. */
export function Sessions() {
  const say = useSay(settingsWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const sessions = useQuery({
    queryKey: KEY,
    queryFn: () => ask<{ readonly items: readonly SessionRow[] }>('/me/sessions', { ofAll: true }),
  });
  const end = useMutation({
    mutationFn: (id: string) =>
      ask(`/me/sessions/${encodeURIComponent(id)}`, { method: 'DELETE', ofAll: true }),
    onSuccess: async () => {
      message.success(say('ended'));
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  return (
    <section className="card">
      <h2>{say('sessions')}</h2>
      <p className="faint">{say('sessionsText')}</p>
      {sessions.isPending && <Loading lines={3} />}
      {sessions.isError && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul>
        {sessions.data?.items.map(({ id, device, address, createdAt, seenAt, isThis }) => (
          <li className="session" key={id}>
            <div>
              <Device text={device} /> {isThis && <Tag variant="filled">{say('thisOne')}</Tag>}
              <p className="faint small">
                {[
                  address,
                  say('since', { time: dateTime(createdAt, zone) }),
                  say('seen', { time: dateTime(seenAt, zone) }),
                ].join(' · ')}
              </p>
            </div>
            {!isThis && (
              <Button
                size="small"
                loading={end.isPending && end.variables === id}
                onClick={() => end.mutate(id)}
              >
                {say('endSession')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
