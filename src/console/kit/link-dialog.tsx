import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { ask } from '../api/ask.ts';
import { useSay } from '../i18n/language.tsx';
import { linkWords } from './link-words.ts';
import { Moment, useNow } from './moment.tsx';
import { Failed, Loading, ProblemText } from './states.tsx';
import './link-dialog.css';
import './details.css';

interface Link {
  readonly id: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly endsAt: string;
  readonly revokedAt: string | null;
}

const HOUR_MS = 3_600_000;
const LASTS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS } as const;
type Lasts = keyof typeof LASTS;

interface LinkDialogProps {
  /** Of the links: listed, made and ended there. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
  /** How long one may last at most. */
  readonly longest: Lasts;
  readonly close: () => void;
}

/** Links by which others come to a thing without an account until they end: a new one, which is told once, and those that there are. */
export function LinkDialog({ path, title, text, longest, close }: LinkDialogProps) {
  const say = useSay(linkWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [lasts, setLasts] = useState<Lasts>('day');
  const now = useNow();
  const key = ['links', path];
  const shares = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<{ readonly items: readonly Link[] }>(path, { signal }),
  });
  const fresh = () => client.invalidateQueries({ queryKey: key });
  const make = useMutation({
    mutationFn: () =>
      ask<{ readonly url: string }>(path, { method: 'POST', body: { lastsMs: LASTS[lasts] } }),
    onSuccess: fresh,
  });
  const end = useMutation({
    mutationFn: (id: string) => ask(`${path}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: fresh,
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const link = make.data && String(new URL(make.data.url, location.origin));
  const copy = () =>
    void navigator.clipboard?.writeText(link ?? '').then(() => message.success(say('copied')));
  return (
    <Modal open width={520} title={title} footer={null} onCancel={close}>
      <div className="links">
        <p className="faint">{text}</p>
        <Space wrap>
          <Select
            aria-label={say('lasts')}
            value={lasts}
            onChange={setLasts}
            options={(Object.keys(LASTS) as Lasts[])
              .filter((value) => LASTS[value] <= LASTS[longest])
              .map((value) => ({
                value,
                label: say(`lasts-${value}`),
              }))}
          />
          <Button type="primary" loading={make.isPending} onClick={() => make.mutate()}>
            {say('make')}
          </Button>
        </Space>
        {make.isError && <Alert type="error" showIcon title={<ProblemText error={make.error} />} />}
        {link && (
          <>
            <Space.Compact block>
              <Input readOnly aria-label={say('link')} value={link} />
              <Button icon={<CopyOutlined />} onClick={copy}>
                {say('copy')}
              </Button>
            </Space.Compact>
            <p className="faint small">{say('once')}</p>
          </>
        )}
        {shares.isPending && <Loading lines={2} />}
        {shares.isError && <Failed error={shares.error} retry={() => void shares.refetch()} />}
        {shares.data && shares.data.items.length > 0 && (
          <table className="plain-table">
            <thead>
              <tr>
                <th>{say('by')}</th>
                <th>{say('ends')}</th>
                <th>
                  <span className="visually-hidden">{say('end')}</span>
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
                    {revokedAt !== null && <span className="faint">{say('revoked')}</span>}
                    {revokedAt === null && Date.parse(endsAt) <= now && (
                      <span className="faint">{say('over')}</span>
                    )}
                    {revokedAt === null && Date.parse(endsAt) > now && (
                      <Button
                        size="small"
                        danger
                        loading={end.isPending && end.variables === id}
                        onClick={() => end.mutate(id)}
                      >
                        {say('end')}
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
