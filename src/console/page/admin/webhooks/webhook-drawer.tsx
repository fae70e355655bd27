import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Tabs } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { ApiError, ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { WebhookRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { dateTime } from '../../../kit/format.ts';
import { Empty, Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { Deliveries } from './deliveries.tsx';
import { SigningSecret, type WithSecret } from './signing-secret.tsx';
import { WebhookActs } from './webhook-acts.tsx';
import { WEBHOOKS, webhookPath } from './webhook-data.ts';
import { type WebhookFields, WebhookForm } from './webhook-form.tsx';
import { WebhookState } from './webhook-state.tsx';
import { webhooksWords } from './words.ts';
import '../people.css';

/** A webhook: what it tells to whom, and what became of it. */
export function WebhookDrawer({ close }: { readonly close: () => void }) {
  const say = useSay(webhooksWords);
  const { id = '' } = useParams();
  const [told, setTold] = useState<WithSecret>();
  const webhook = useQuery({
    queryKey: [...WEBHOOKS, id],
    queryFn: ({ signal }) => ask<WebhookRow>(webhookPath(id), { signal }),
  });
  const isGone = webhook.error instanceof ApiError && webhook.error.status === 404;
  return (
    <Drawer
      open
      size={760}
      rootClassName="entity-drawer"
      onClose={close}
      title={
        <span className="people-head">
          {webhook.data?.title ?? say('title')}
          {webhook.data && <WebhookState {...webhook.data} />}
        </span>
      }
    >
      {webhook.isPending && <Loading lines={8} />}
      {isGone && (
        <Empty
          icon={<SendOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {webhook.isError && !isGone && <Failed error={webhook.error} retry={() => void webhook.refetch()} />}
      {webhook.data && (
        <div className="entity-editor">
          <Tabs
            className="entity-tabs"
            items={[
              {
                key: 'settings',
                label: say('settings'),
                children: (
                  <Settings
                    key={`${id} ${webhook.data.revision}`}
                    webhook={webhook.data}
                    told={setTold}
                    close={close}
                  />
                ),
              },
              {
                key: 'deliveries',
                label: say('deliveries'),
                children: <Deliveries webhook={webhook.data} />,
              },
            ]}
          />
        </div>
      )}
      {told && <SigningSecret {...told} close={() => setTold(undefined)} />}
    </Drawer>
  );
}

interface SettingsProps {
  readonly webhook: WebhookRow;
  readonly told: (secret: WithSecret) => void;
  readonly close: () => void;
}

const fieldsOf = ({ title, url, topics, types, numbers }: WebhookRow): WebhookFields => ({
  title,
  url,
  topics,
  types,
  numbers,
});

function Settings({ webhook, told, close }: SettingsProps) {
  const say = useSay(webhooksWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayChange = useMay('webhook:update');
  const first = fieldsOf(webhook);
  const [value, setValue] = useState(first);
  const [isTried, setTried] = useState(false);
  const isChanged = JSON.stringify(value) !== JSON.stringify(first);
  const save = useMutation({
    mutationFn: (wish: WebhookFields) => {
      // Topics that stay are not chosen anew: that would ask for the rights of who first chose them.
      const changes = Object.entries(wish).filter(
        ([name, each]) => JSON.stringify(each) !== JSON.stringify(first[name as keyof WebhookFields]),
      );
      return ask<WebhookRow>(webhookPath(webhook.id), {
        method: 'PATCH',
        body: Object.fromEntries(changes),
        revision: webhook.revision,
      });
    },
    onSuccess: async (changed) => {
      message.success(say('saved'));
      client.setQueryData([...WEBHOOKS, webhook.id], changed);
      await client.invalidateQueries({ queryKey: WEBHOOKS });
    },
  });
  const submit = () => {
    setTried(true);
    if (value.title.trim() && value.url.trim()) save.mutate(value);
  };
  const isConflict = save.error instanceof ApiError && save.error.code === 'changed-meanwhile';
  const { nextAt, attempts, oldSecretUntil } = webhook;
  return (
    <div className="people-body">
      {nextAt !== null && attempts > 0 && (
        <Alert
          type="warning"
          showIcon
          title={say('retryAt', { n: attempts, time: dateTime(nextAt, zone) })}
        />
      )}
      {oldSecretUntil !== null && (
        <Alert type="info" showIcon title={say('oldUntil', { time: dateTime(oldSecretUntil, zone) })} />
      )}
      <WebhookForm
        value={value}
        isTried={isTried}
        isReadOnly={!mayChange}
        change={(next) => {
          setValue(next);
          if (save.isError) save.reset();
        }}
      />
      {save.isError && (
        <Alert
          type="error"
          showIcon
          title={isConflict ? say('changedMeanwhile') : <ProblemText error={save.error} />}
          action={
            isConflict && (
              <Button size="small" onClick={() => void client.invalidateQueries({ queryKey: WEBHOOKS })}>
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
      <WebhookActs webhook={webhook} told={told} removed={close} />
    </div>
  );
}
