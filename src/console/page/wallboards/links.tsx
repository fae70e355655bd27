import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { LinkRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Failed, Loading, ProblemText } from '../../kit/states.tsx';
import type { WallboardEntity } from './draft.ts';
import { wallboardWords } from './words.ts';

interface LinksProps {
  readonly board: WallboardEntity;
  readonly close: () => void;
}

/** Links by which screens show the wallboard: made, copied once, revoked. */
export function Links({ board, close }: LinksProps) {
  const say = useSay(wallboardWords);
  const { company } = useSession();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<{ title: string }>();
  const [address, setAddress] = useState<string>();
  const path = `/wallboards/${encodeURIComponent(board.name)}/links`;
  const key = ['wallboard-links', company, board.name];
  const links = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<{ readonly items: readonly LinkRow[] }>(path, { signal }),
  });
  const again = () => client.invalidateQueries({ queryKey: key });
  const failed = (error: unknown) => message.error(<ProblemText error={error} />);
  const make = useMutation({
    mutationFn: (body: { readonly title: string }) =>
      ask<{ readonly url: string }>(path, { method: 'POST', body }),
    onSuccess: ({ url }) => {
      setAddress(new URL(url, location.href).href);
      form.resetFields();
      return again();
    },
    onError: failed,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => ask(`${path}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () => {
      setAddress(undefined);
      return again();
    },
    onError: failed,
  });
  const copy = async (text: string) => {
    // Pages that are not secure have no clipboard.
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied) message.success(say('copied'));
    else message.warning(say('copyFailed'));
  };
  return (
    <Drawer open size={440} title={say('linksOf', { name: board.title })} onClose={close}>
      <p className="faint">{say('linksDetail')}</p>
      <Form form={form} layout="vertical" className="links-new" onFinish={(body) => make.mutate(body)}>
        <Form.Item name="title" label={say('where')} rules={[{ required: true, whitespace: true }]}>
          <Input placeholder={say('whereHint')} maxLength={100} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {say('makeLink')}
        </Button>
      </Form>
      {address !== undefined && (
        <Alert
          type="success"
          title={say('linkOnce')}
          description={
            <>
              <code className="links-address">{address}</code>
              <span className="board-acts">
                <Button size="small" icon={<CopyOutlined />} onClick={() => void copy(address)}>
                  {say('copy')}
                </Button>
                <Button size="small" href={address} target="_blank" rel="noreferrer">
                  {say('openLink')}
                </Button>
              </span>
            </>
          }
        />
      )}
      {links.isPending && <Loading lines={3} />}
      {links.isError && <Failed error={links.error} retry={() => void links.refetch()} />}
      {links.data?.items.length === 0 && <p className="faint links-none">{say('noLinks')}</p>}
      <ul className="links-list">
        {links.data?.items.map(({ id, title, createdAt, createdBy, revokedAt }) => (
          <li key={id}>
            <span>
              <strong className={revokedAt ? 'faint' : ''}>{title}</strong>
              <span className="faint small">
                {say('madeBy', { by: createdBy })} <Moment at={createdAt} />
              </span>
            </span>
            {revokedAt ? (
              <span className="faint small">
                {say('revokedAt')} <Moment at={revokedAt} isShort />
              </span>
            ) : (
              <Button
                size="small"
                danger
                onClick={() =>
                  modal.confirm({
                    title: say('revokeTitle', { title }),
                    content: say('revokeDetail'),
                    okText: say('revoke'),
                    okButtonProps: { danger: true },
                    onOk: () => revoke.mutateAsync(id).catch(() => undefined),
                  })
                }
              >
                {say('revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Drawer>
  );
}
