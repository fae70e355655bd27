import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import KeyOutlined from '@ant-design/icons/es/icons/KeyOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, QRCode, Select } from 'antd';
import { useEffect, useId, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay } from '../../../api/session.tsx';
import type { ExtensionPhonesRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { PHONES, type PhoneAccount, type PhoneModel, type PhoneName } from './provisioning.ts';
import { phoneWords } from './words.ts';

interface NewPassword {
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}

interface SettingsProps {
  readonly row: ExtensionPhonesRow;
  readonly entity: EntityTabProps['entity'];
  readonly extension: string;
}

/** The password that was just made: the entity is another then, and its drawer is drawn anew, which takes it over. */
let told: { readonly of: string; readonly made: NewPassword } | undefined;

/** What a phone is set up with; with the password only right after it was made. */
export function PhoneSettings({ row, entity, extension }: SettingsProps) {
  const say = useSay(phoneWords);
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayRenew = useMay('extension:update') && entity.meta.owner === 'database';
  const place = `${entity.tenant} ${extension}`;
  const [made, setMade] = useState(() => (told?.of === place ? told.made : undefined));
  // Who is drawn in its place has taken it by then; who leaves is not told again.
  useEffect(
    () => () => {
      told = undefined;
    },
    [],
  );
  const [model, setModel] = useState<PhoneName>('yealink');
  const [line, setLine] = useState(0);
  const [isAsking, setAsking] = useState(false);
  const id = useId();
  const servers = row.servers.filter(({ transport }) => ['udp', 'tcp', 'tls'].includes(transport));
  const server = servers[line];
  const chosen: PhoneModel = PHONES[model];
  const account: PhoneAccount | undefined = server && {
    name: String(entity['name'] ?? extension),
    ...{ username: made?.username ?? row.account.username, domain: made?.domain ?? row.account.domain },
    password: made?.password,
    transport: server.transport as PhoneAccount['transport'],
    host: server.host || location.hostname,
    port: server.port,
  };
  const text = account ? chosen.text(account) : '';
  return (
    <div className="phones-settings">
      <div className="phones-choices">
        <div>
          <label htmlFor={`${id}model`}>{say('model')}</label>
          <Select<PhoneName>
            id={`${id}model`}
            value={model}
            onChange={setModel}
            options={Object.entries<PhoneModel>(PHONES).map(([value, { name }]) => ({
              value: value as PhoneName,
              label: value === 'other' ? say('other') : name,
            }))}
          />
        </div>
        <div>
          <label htmlFor={`${id}line`}>{say('line')}</label>
          <Select<number>
            id={`${id}line`}
            value={line}
            onChange={setLine}
            options={servers.map(({ transport, host, port }, at) => ({
              value: at,
              label: `${transport.toUpperCase()} ${host || location.hostname}:${port}`,
            }))}
          />
        </div>
      </div>
      {made ? (
        <Alert
          type="warning"
          showIcon
          title={say('told')}
          description={
            <>
              {say('password')}: <code className="phones-password">{made.password}</code>
            </>
          }
        />
      ) : (
        <p className="faint small">{say('noPassword')}</p>
      )}
      {mayRenew && (
        <div>
          <Button icon={<KeyOutlined />} onClick={() => setAsking(true)}>
            {say('renew')}
          </Button>
        </div>
      )}
      <p>{say(`form_${chosen.form}`)}</p>
      <div className="phones-text">
        <textarea
          readOnly
          spellCheck={false}
          rows={Math.max(6, text.split('\n').length)}
          aria-label={`${say('settings')} ${chosen.name}`}
          value={text}
        />
        {made && (
          <figure className="phones-qr">
            <QRCode aria-label={say('qr')} type="svg" value={text} size={192} color="#000" bgColor="#fff" />
            <figcaption className="faint small">
              {say(chosen.form === 'qr' ? 'qrApp' : 'qrCamera')}
            </figcaption>
          </figure>
        )}
      </div>
      <div>
        <Button
          size="small"
          icon={<CopyOutlined />}
          onClick={() => void navigator.clipboard?.writeText(text).then(() => message.success(say('copied')))}
        >
          {say('copy')}
        </Button>
      </div>
      {isAsking && (
        <ConfirmAct<NewPassword>
          title={say('renewTitle', { number: extension })}
          verb={say('renew')}
          isDanger
          act={() => ask(`/extensions/${encodeURIComponent(extension)}/password`, { method: 'POST' })}
          done={async (answer) => {
            told = { of: place, made: answer };
            setMade(answer);
            await client.invalidateQueries({ queryKey: ENTITIES });
          }}
          close={() => setAsking(false)}
        >
          <p>{say('renewText')}</p>
        </ConfirmAct>
      )}
    </div>
  );
}
