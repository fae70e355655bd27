import { Alert, Button, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { ApiError, ask, asking } from '../../api/ask.ts';
import { ME, useSigning } from '../../api/session.tsx';
import type { MeRow, SignedIn } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import icon from '../../icon.svg';
import { useTitle } from '../../kit/moment.tsx';
import { remember, remembered } from '../../kit/remembered.ts';
import { ProblemText } from '../../kit/states.tsx';
import { LanguageButton, LookButton } from '../../shell/choices.tsx';
import { signInWords } from './words.ts';
import './sign-in.css';
import { useQueryClient } from '@tanstack/react-query';

/** Frame of the pages before the others. */
function DoorPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title);
  return (
    <div className="door">
      <main className="door-card card">
        <div className="door-brand">
          <img src={icon} alt="" />
          <div>
            <h1>{title}</h1>
            <p className="faint small">pbx400</p>
          </div>
        </div>
        {children}
      </main>
      <div className="door-foot">
        <LanguageButton />
        <LookButton />
      </div>
    </div>
  );
}

function Problem({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  return (
    <Alert
      className="door-problem"
      type="error"
      showIcon
      title={<ProblemText error={error} />}
      role="alert"
    />
  );
}

/** Passwords in the clear are nobody's to read on this machine alone. */
const isInsecure = !isSecureContext;
const COMPANY = 'sign-in-company';

interface Fields {
  readonly tenant?: string;
  readonly login: string;
  readonly password: string;
  readonly code?: string;
}

export function SignIn() {
  const say = useSay(signInWords);
  const { signIn } = useSigning();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [wantsCode, setWantsCode] = useState(false);
  async function submit({ tenant = '', login, password, code }: Fields): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await signIn({
        login: login.trim(),
        password,
        ...(tenant.trim() && { tenant: tenant.trim() }),
        ...(code && { code }),
      });
      remember(COMPANY, tenant.trim() || undefined);
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'code-needed') setWantsCode(true);
      else setError(failure);
      setBusy(false);
    }
  }
  return (
    <DoorPage title={say('title')}>
      {isInsecure && <Alert className="door-problem" type="warning" showIcon title={say('insecure')} />}
      <Problem error={error} />
      {wantsCode && <Alert className="door-problem" type="info" showIcon title={say('codeNeeded')} />}
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
        initialValues={{ tenant: remembered(COMPANY) }}
      >
        <Form.Item name="tenant" label={say('company')} extra={say('companyHint')}>
          <Input autoComplete="organization" autoCapitalize="none" maxLength={64} />
        </Form.Item>
        <Form.Item
          name="login"
          label={say('login')}
          rules={[{ required: true, message: say('loginMissing') }]}
        >
          <Input autoComplete="username" autoCapitalize="none" autoFocus maxLength={64} />
        </Form.Item>
        <Form.Item
          name="password"
          label={say('password')}
          rules={[{ required: true, message: say('passwordMissing') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {wantsCode && (
          <Form.Item
            name="code"
            label={say('codeLabel')}
            extra={say('codeHint')}
            rules={[{ required: true, message: say('codeMissing') }]}
          >
            <Input autoComplete="one-time-code" inputMode="numeric" autoFocus maxLength={20} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={isBusy}>
          {say('submit')}
        </Button>
      </Form>
    </DoorPage>
  );
}

export interface PasswordFields {
  readonly old: string;
  readonly password: string;
  readonly repeat: string;
}

/** The fields in which somebody changes his password. */
export function PasswordForm({ done }: { readonly done: () => void }) {
  const say = useSay(signInWords);
  const client = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  async function submit({ old, password }: PasswordFields): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const body = { old, password };
      const opened = await ask<SignedIn>('/me/password', { method: 'POST', body, ofAll: true });
      asking.csrf = opened.csrf;
      await client.invalidateQueries({ queryKey: ME });
      done();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }
  const needed = { required: true, message: say('passwordMissing') };
  return (
    <>
      <Problem error={error} />
      <Form<PasswordFields> layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item name="old" label={say('oldPassword')} rules={[needed]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={say('newPassword')} extra={say('newHint')} rules={[needed]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={say('repeat')}
          dependencies={['password']}
          rules={[
            needed,
            ({ getFieldValue }) => ({
              validator: async (_rule, value: string | undefined) => {
                if (value && value !== getFieldValue('password')) throw new Error(say('different'));
              },
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={isBusy}>
          {say('setPassword')}
        </Button>
      </Form>
    </>
  );
}

/** The first thing that somebody does with a password that he was given. */
export function NewPassword({ me }: { readonly me: MeRow }) {
  const say = useSay(signInWords);
  const { signOut } = useSigning();
  return (
    <DoorPage title={say('newTitle')}>
      <Alert
        className="door-problem"
        type="info"
        showIcon
        title={me.user?.login}
        description={say('newWhy')}
      />
      <PasswordForm done={() => {}} />
      <Button type="text" block onClick={() => void signOut()}>
        {say('signOut')}
      </Button>
    </DoorPage>
  );
}
