import { App, Button, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { KeySettings } from '../../kit/key-settings.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { useKeyGroups } from '../../shell/keyboard-help.tsx';
import { PasswordForm } from '../sign-in/sign-in.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { settingsWords } from './words.ts';
import './settings.css';

/** What somebody sets for himself (个人设置). */
export default function Settings() {
  const say = useSay(settingsWords);
  useTitle(say('title'));
  const { me } = useSession();
  const groups = useKeyGroups();
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>{say('title')}</h1>
      </div>
      {me.user && (
        <>
          <Account />
          <Password />
          <KeySettings groups={groups} />
          <SecondFactor isOn={me.user.secondFactor} />
          <Sessions />
        </>
      )}
    </div>
  );
}

function Account() {
  const say = useSay(settingsWords);
  const { me } = useSession();
  const { login = '', name = '', agent = null, roles = [] } = me.user ?? {};
  const facts: readonly (readonly [string, ReactNode])[] = [
    [say('login'), login],
    [say('name'), name],
    [say('company'), me.tenant],
    [say('agent'), agent ?? say('none')],
    [say('roles'), roles.join(', ')],
  ];
  return (
    <section className="card">
      <h2>{say('account')}</h2>
      <dl className="facts">
        {facts.map(([title, value]) => (
          <div key={title} style={{ display: 'contents' }}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Password() {
  const say = useSay(settingsWords);
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const done = () => {
    setOpen(false);
    message.success(say('changed'));
  };
  return (
    <section className="card">
      <h2>{say('password')}</h2>
      <p className="faint">{say('passwordText')}</p>
      <Button onClick={() => setOpen(true)}>{say('changePassword')}</Button>
      <Modal
        open={isOpen}
        footer={null}
        title={say('changePassword')}
        onCancel={() => setOpen(false)}
        destroyOnHidden
        width={400}
      >
        <PasswordForm done={done} />
      </Modal>
    </section>
  );
}
