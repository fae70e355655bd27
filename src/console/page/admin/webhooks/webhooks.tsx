import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay } from '../../../api/session.tsx';
import type { WebhookRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import { useList } from '../../../kit/use-list.ts';
import { kitWords } from '../../../kit/words.ts';
import { SigningSecret, type WithSecret } from './signing-secret.tsx';
import { WEBHOOKS } from './webhook-data.ts';
import { WebhookDrawer } from './webhook-drawer.tsx';
import { type WebhookFields, WebhookForm } from './webhook-form.tsx';
import { WebhookState } from './webhook-state.tsx';
import { topicWords, webhooksWords } from './words.ts';
import '../people.css';

const NO_FILTERS: readonly string[] = [];
const ALL = {};
const keyOf = ({ id }: WebhookRow): string => id;

/** Events that are posted to other systems (事件推送). */
export default function Webhooks() {
  const say = useSay(webhooksWords);
  const mayAdd = useMay('webhook:create');
  const [isAdding, setAdding] = useState(false);
  const list = useList<WebhookRow>({ key: [...WEBHOOKS, 'list'], path: '/webhooks', filter: ALL, keyOf });
  const columns = useColumns();
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {say('add')}
    </Button>
  );
  return (
    <>
      <ListPage
        path="/admin/webhooks"
        title={say('title')}
        list={list}
        columns={columns}
        filterNames={NO_FILTERS}
        acts={mayAdd && add}
        empty={{
          icon: <SendOutlined />,
          title: say('emptyTitle'),
          text: say('emptyText'),
          ...(mayAdd && { act: add }),
          filtered: say('emptyText'),
        }}
        drawer={({ close }) => <WebhookDrawer close={close} />}
      />
      {isAdding && <NewWebhook close={() => setAdding(false)} />}
    </>
  );
}

const BLANK: WebhookFields = { title: '', url: '', topics: ['calls'], types: [], numbers: 'masked' };

function NewWebhook({ close }: { readonly close: () => void }) {
  const say = useSay(webhooksWords);
  const sayKit = useSay(kitWords);
  const client = useQueryClient();
  const [value, setValue] = useState(BLANK);
  const [isTried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: (body: WebhookFields) => ask<WithSecret>('/webhooks', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: WEBHOOKS }),
  });
  const submit = () => {
    setTried(true);
    const { title, url } = value;
    if (title.trim() && url.trim()) add.mutate({ ...value, title: title.trim(), url: url.trim() });
  };
  if (add.data) return <SigningSecret {...add.data} close={close} />;
  return (
    <Modal
      open
      width={640}
      title={say('add')}
      okText={say('create')}
      cancelText={sayKit('cancel')}
      okButtonProps={{ loading: add.isPending }}
      onOk={submit}
      onCancel={close}
    >
      <WebhookForm
        value={value}
        isTried={isTried}
        change={(next) => {
          setValue(next);
          if (add.isError) add.reset();
        }}
      />
      {add.isError && (
        <Alert className="people-problem" type="error" showIcon title={<ProblemText error={add.error} />} />
      )}
    </Modal>
  );
}

function useColumns(): readonly ListColumn<WebhookRow>[] {
  const say = useSay(webhooksWords);
  const sayTopic = useSayOf(topicWords);
  return useMemo(
    () => [
      {
        key: 'name',
        title: say('name'),
        width: 'minmax(120px, 1fr)',
        narrow: 'minmax(96px, 1fr)',
        cell: ({ title }) => title,
      },
      { key: 'url', title: say('url'), width: 'minmax(180px, 2fr)', cell: ({ url }) => url },
      {
        key: 'topics',
        title: say('topics'),
        width: 'minmax(120px, 1fr)',
        cell: ({ topics }) =>
          topics.length > 0 ? (
            topics.map((each) => sayTopic(each)).join(' ')
          ) : (
            <span className="faint">{say('topicsAll')}</span>
          ),
      },
      {
        key: 'state',
        title: say('state'),
        width: '136px',
        narrow: '128px',
        cell: (webhook) => <WebhookState {...webhook} />,
      },
      { key: 'by', title: say('by'), width: 'minmax(96px, 1fr)', cell: ({ createdBy }) => createdBy },
      {
        key: 'created',
        title: say('created'),
        width: '132px',
        cell: ({ createdAt }) => <Moment at={createdAt} isShort />,
      },
    ],
    [say, sayTopic],
  );
}
