import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { Moment, useNow } from '../../kit/moment.tsx';
import { Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { shareWords } from './share-words.ts';

interface Share {
  readonly id: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly endsAt: string;
  readonly revokedAt: string | null;
}

const HOUR_MS = 3_600_000;
const LASTS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS } as const;
type Lasts = keyof typeof LASTS;

/** Links by which anybody hears a recording until they end: a new one, which is told once, and those that there are. */
export function ShareDialog({ path, close }: { readonly path: string; readonly close: () => void }) {
  const say = useSay(shareWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [lasts, setLasts] = useState<Lasts>('day');
  const now = useNow();
  const key = ['shares', path];
  const shares = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<{ readonly items: readonly Share[] }>(`${path}/shares`, { signal }),
  });
  const fresh = () => client.invalidateQueries({ queryKey: key });
  const make = useMutation({
    mutationFn: () =>
      ask<{ readonly url: string }>(`${path}/shares`, { method: 'POST', body: { lastsMs: LASTS[lasts] } }),
    onSuccess: fresh,
  });
  const end = useMutation({
    mutationFn: (id: string) => ask(`${path}/shares/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: fresh,
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const link = make.data && String(new URL(make.data.url, location.origin));
  const copy = () =>
    void navigator.clipboard?.writeText(link ?? '').then(() => message.success(say('copied')));
  return (
    <Modal open width={520} title={say('share')} footer={null} onCancel={close}>
      <div className="share">
        <p className="faint">{say('shareText')}</p>
        <Space wrap>
          <Select
            aria-label={say('shareLasts')}
            value={lasts}
            onChange={setLasts}
            options={(Object.keys(LASTS) as Lasts[]).map((value) => ({
              value,
              label: say(`lasts-${value}`),
            }))}
          />
          <Button type="primary" loading={make.isPending} onClick={() => make.mutate()}>
            {say('shareMake')}
          </Button>
        </Space>
        {make.isError && <Alert type="error" showIcon title={<ProblemText error={make.error} />} />}
        {link && (
          <>
            <Space.Compact block>
              <Input readOnly aria-label={say('shareLink')} value={link} />
              <Button icon={<CopyOutlined />} onClick={copy}>
                {say('shareCopy')}
              </Button>
            </Space.Compact>
            <p className="faint small">{say('shareOnce')}</p>
          </>
        )}
        {shares.isPending && <Loading lines={2} />}
        {shares.isError && <Failed error={shares.error} retry={() => void shares.refetch()} />}
        {shares.data && shares.data.items.length > 0 && (
          <table className="plain-table">
            <thead>
              <tr>
                <th>{say('shareBy')}</th>
                <th>{say('shareEnds')}</th>
                <th>
                  <span className="visually-hidden">{say('shareEnd')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shares.data.items.map(({ id, createdBy, endsAt, revokedAt }) => (
                <tr key={id}>
                  <td>{createdBy}</td>
                  <td>
                    <Moment at={revokedAt ?? endsAt} />
                  </td>
                  <td className="number">
                    {revokedAt !== null && <span className="faint">{say('shareRevoked')}</span>}
                    {revokedAt === null && Date.parse(endsAt) <= now && (
                      <span className="faint">{say('shareOver')}</span>
                    )}
                    {revokedAt === null && Date.parse(endsAt) > now && (
                      <Button
                        size="small"
                        danger
                        loading={end.isPending && end.variables === id}
                        onClick={() => end.mutate(id)}
                      >
                        {say('shareEnd')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Modal>
  );
}
