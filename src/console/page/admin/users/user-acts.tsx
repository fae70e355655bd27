import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay } from '../../../api/session.tsx';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { USERS, userPath } from '../people-data.ts';
import type { WithPassword } from './first-password.tsx';
import { usersWords } from './words.ts';

type Act = 'turnOff' | 'turnOn' | 'resetPassword' | 'resetFactor' | 'delete';

interface ActsProps {
  readonly user: UserRow;
  readonly told: (password: WithPassword) => void;
  readonly removed: () => void;
}

/** What is done to an account: each says first what it breaks. */
export function UserActs({ user, told, removed }: ActsProps) {
  const say = useSay(usersWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayChange = useMay('user:update');
  const mayDelete = useMay('user:delete');
  const [asked, setAsked] = useState<Act>();
  const close = () => setAsked(undefined);
  const { id, name, agent, active, secondFactor, revision } = user;
  const path = userPath(id);
  const fresh = () => client.invalidateQueries({ queryKey: USERS });
  const said = async (text: string) => {
    message.success(text);
    await fresh();
  };
  const turn = (isOn: boolean) => ask(path, { method: 'PATCH', body: { active: isOn }, revision });
  return (
    <div className="people-acts">
      {mayChange && (
        <>
          <Button onClick={() => setAsked('resetPassword')}>{say('resetPassword')}</Button>
          {secondFactor && <Button onClick={() => setAsked('resetFactor')}>{say('resetFactor')}</Button>}
          <Button danger={active} onClick={() => setAsked(active ? 'turnOff' : 'turnOn')}>
            {say(active ? 'turnOff' : 'turnOn')}
          </Button>
        </>
      )}
      {mayDelete && (
        <Button danger type="text" icon={<DeleteOutlined />} onClick={() => setAsked('delete')}>
          {say('delete')}
        </Button>
      )}
      {asked === 'turnOff' && (
        <ConfirmAct
          isDanger
          title={say('turnOffOf', { name })}
          verb={say('turnOff')}
          act={() => turn(false)}
          done={() => said(say('turnedOff', { name }))}
          close={close}
        >
          <p>{say('turnOffText')}</p>
        </ConfirmAct>
      )}
      {asked === 'turnOn' && (
        <ConfirmAct
          title={say('turnOn')}
          act={() => turn(true)}
          done={() => said(say('turnedOn', { name }))}
          close={close}
        >
          <p>{name}</p>
        </ConfirmAct>
      )}
      {asked === 'resetPassword' && (
        <ConfirmAct
          isDanger
          title={say('resetPasswordOf', { name })}
          verb={say('resetPassword')}
          act={() => ask<WithPassword>(`${path}/password`, { method: 'POST' })}
          done={async (answer) => {
            told(answer);
            await fresh();
          }}
          close={close}
        >
          <p>{say('resetPasswordText')}</p>
        </ConfirmAct>
      )}
      {asked === 'resetFactor' && (
        <ConfirmAct
          isDanger
          title={say('resetFactorOf', { name })}
          verb={say('resetFactor')}
          act={() => ask(`${path}/second-factor`, { method: 'DELETE' })}
          done={() => said(say('factorReset', { name }))}
          close={close}
        >
          <p>{say('resetFactorText')}</p>
        </ConfirmAct>
      )}
      {asked === 'delete' && (
        <ConfirmAct
          isDanger
          title={say('deleteOf', { name })}
          act={() => ask(path, { method: 'DELETE', revision })}
          done={async () => {
            removed();
            await said(say('deleted', { name }));
          }}
          close={close}
        >
          <p>{say('deleteText')}</p>
          {agent !== null && <p>{say('deleteAgent', { agent })}</p>}
          <p className="faint">{say('deleteKept')}</p>
        </ConfirmAct>
      )}
    </div>
  );
}
