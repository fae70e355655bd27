import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, QRCode, Tag } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { ME } from '../../api/session.tsx';
import type { RecoveryCodes, SecondFactorOffer } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { settingsWords } from './words.ts';

const PATH = '/me/second-factor';

/** His authenticator app (双因素认证). */
export function SecondFactor({ isOn }: { readonly isOn: boolean }) {
  const say = useSay(settingsWords);
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <section className="card">
      <h2>
        {say('factor')}{' '}
        <Tag variant="filled" color={isOn ? 'success' : 'default'}>
          {say(isOn ? 'factorOn' : 'factorOff')}
        </Tag>
      </h2>
      <p className="faint">{say('factorText')}</p>
      <Button danger={isOn} onClick={() => setOpen(true)}>
        {say(isOn ? 'turnOff' : 'turnOn')}
      </Button>
      {isOpen && (isOn ? <TurnOff close={close} /> : <TurnOn close={close} />)}
    </section>
  );
}

function TurnOn({ close }: { readonly close: () => void }) {
  const say = useSay(settingsWords);
  const client = useQueryClient();
  const offer = useMutation({
    mutationFn: () => ask<SecondFactorOffer>(PATH, { method: 'POST', ofAll: true }),
  });
  const turnOn = useMutation({
    mutationFn: (body: object) => ask<RecoveryCodes>(PATH, { method: 'PUT', body, ofAll: true }),
  });
  // One offer a dialog: a second would not fit the first code.
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    setAsked(true);
    queueMicrotask(() => offer.mutate());
  }
  const done = async () => {
    await client.invalidateQueries({ queryKey: ME });
    close();
  };
  const codes = turnOn.data?.recoveryCodes;
  const error = offer.error ?? turnOn.error;
  const { secret = '', uri = '' } = offer.data ?? {};
  if (codes)
    return (
      <Modal open footer={null} closable={false} title={say('recoveryTitle')} width={420} keyboard={false}>
        <Alert type="warning" showIcon title={say('recoveryText')} />
        <ul className="recovery">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <Button type="primary" block onClick={() => void done()}>
          {say('saved')}
        </Button>
      </Modal>
    );
  return (
    <Modal open footer={null} title={say('turnOn')} onCancel={close} width={420}>
      {error && (
        <Alert
          className="door-problem"
          type="error"
          showIcon
          title={<ProblemText error={error} />}
          role="alert"
        />
      )}
      <div className="factor-offer">
        <p>{say('scan')}</p>
        <QRCode
          aria-label={say('qr')}
          value={uri || '-'}
          status={uri ? 'active' : 'loading'}
          size={168}
          color="#000"
          bgColor="#fff"
        />
        <code className="secret">{secret}</code>
      </div>
      <Form
        layout="vertical"
        requiredMark={false}
        onFinish={(fields) => turnOn.mutate({ secret, ...fields })}
      >
        <Form.Item name="code" label={say('code')} rules={[{ required: true, message: say('needed') }]}>
          <Input autoComplete="one-time-code" inputMode="numeric" maxLength={20} />
        </Form.Item>
        <PasswordField />
        <Button type="primary" htmlType="submit" block loading={turnOn.isPending} disabled={!secret}>
          {say('turnOn')}
        </Button>
      </Form>
    </Modal>
  );
}

function TurnOff({ close }: { readonly close: () => void }) {
  const say = useSay(settingsWords);
  const client = useQueryClient();
  const turnOff = useMutation({
    mutationFn: (body: object) => ask(PATH, { method: 'DELETE', body, ofAll: true }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ME });
      close();
    },
  });
  return (
    <Modal open footer={null} title={say('turnOffTitle')} onCancel={close} width={400}>
      <p className="door-problem">{say('turnOffText')}</p>
      {turnOff.error && (
        <Alert
          className="door-problem"
          type="error"
          showIcon
          title={<ProblemText error={turnOff.error} />}
          role="alert"
        />
      )}
      <Form layout="vertical" requiredMark={false} onFinish={(fields) => turnOff.mutate(fields as object)}>
        <PasswordField />
        <Button danger type="primary" htmlType="submit" block loading={turnOff.isPending}>
          {say('turnOff')}
        </Button>
      </Form>
    </Modal>
  );
}

function PasswordField() {
  const say = useSay(settingsWords);
  return (
    <Form.Item
      name="password"
      label={say('currentPassword')}
      rules={[{ required: true, message: say('needed') }]}
    >
      <Input.Password autoComplete="current-password" />
    </Form.Item>
  );
}
