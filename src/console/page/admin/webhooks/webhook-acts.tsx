import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay } from '../../../api/session.tsx';
import type { SentRow, WebhookRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import type { WithSecret } from './signing-secret.tsx';
import { WEBHOOKS, webhookPath } from './webhook-data.ts';
import { webhooksWords } from './words.ts';

interface ActsProps {
  readonly webhook: WebhookRow;
  readonly told: (secret: WithSecret) => void;
  readonly removed: () => void;
}

/** A test, a pause, another secret, its end. */
export function WebhookActs({ webhook, told, removed }: ActsProps) {
  const say = useSay(webhooksWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayChange = useMay('webhook:update');
  const mayDelete = useMay('webhook:delete');
  const [asked, setAsked] = useState<'rotate' | 'delete'>();
  const { id, title: name, state, revision } = webhook;
  const path = webhookPath(id);
  const fresh = () => client.invalidateQueries({ queryKey: WEBHOOKS });
  const test = useMutation({ mutationFn: () => ask<SentRow>(`${path}/test`, { method: 'POST' }) });
  const turn = useMutation({
    mutationFn: (isOn: boolean) => ask<WebhookRow>(path, { method: 'PATCH', body: { on: isOn }, revision }),
    onSuccess: async (_, isOn) => {
      message.success(say(isOn ? 'resumed' : 'paused'));
      await fresh();
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const sent = test.data;
  const close = () => setAsked(undefined);
  return (
    <>
      <div className="people-acts">
        {mayChange && (
          <>
            <Button loading={test.isPending} onClick={() => test.mutate()}>
              {say('test')}
            </Button>
            <Button loading={turn.isPending} onClick={() => turn.mutate(state !== 'on')}>
              {say(state === 'on' ? 'pause' : 'resume')}
            </Button>
            <Button onClick={() => setAsked('rotate')}>{say('rotate')}</Button>
          </>
        )}
        {mayDelete && (
          <Button danger type="text" icon={<DeleteOutlined />} onClick={() => setAsked('delete')}>
            {say('delete')}
          </Button>
        )}
      </div>
      {test.isError && <Alert type="error" showIcon title={<ProblemText error={test.error} />} />}
      {sent && (
        <Alert
          type={sent.error === null ? 'success' : 'error'}
          showIcon
          title={
            sent.error === null
              ? say('testGood', { status: sent.status ?? '', ms: sent.tookMs })
              : say('testBad', { why: sent.error })
          }
        />
      )}
      {asked === 'rotate' && (
        <ConfirmAct
          title={say('rotateOf', { name })}
          act={() => ask<WithSecret>(`${path}/rotate-secret`, { method: 'POST' })}
          done={async (answer) => {
            told(answer);
            await fresh();
          }}
          close={close}
        >
          <p>{say('rotateText')}</p>
        </ConfirmAct>
      )}
      {asked === 'delete' && (
        <ConfirmAct
          isDanger
          title={say('deleteOf', { name })}
          act={() => ask(path, { method: 'DELETE' })}
          done={async () => {
            removed();
            message.success(say('deleted', { name }));
            await fresh();
          }}
          close={close}
        >
          <p>{say('deleteText')}</p>
        </ConfirmAct>
      )}
    </>
  );
}
