import { Button, Form, Input, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { StepForm, StepHead } from './step-form.tsx';
import type { StepProps } from './steps.ts';
import { setupWords } from './words.ts';

const WAYS = ['address', 'register'] as const;

/** As far as a page can tell; the engine looks closer. */
const ADDRESS = /^\s*(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)\s*$/;

interface Asked {
  readonly way: (typeof WAYS)[number];
  readonly address: string;
  readonly port: number;
  readonly channels: number;
  readonly username?: string;
  readonly password?: string;
}

const host = (address: string) => (address.includes(':') ? `[${address}]` : address);

/** The line to the carrier; a trial goes without. */
export function LineStep({ setup: { trunks, company }, next, renew }: StepProps) {
  const say = useSay(setupWords);
  const mayAdd = useMay('trunk:create');
  const [isAdding, setAdding] = useState(false);
  const without = <Button onClick={next}>{trunks.length > 0 ? say('on') : say('withoutLine')}</Button>;
  if (!mayAdd || (trunks.length > 0 && !isAdding))
    return (
      <>
        <StepHead title={say('line')} text={trunks.length > 0 ? say('lineIs') : say('lineByOperator')} />
        <ul className="setup-list">
          {trunks.map(({ name, addresses }) => (
            <li key={name}>
              <strong>{name}</strong> <span className="faint">{addresses.join(', ')}</span>
            </li>
          ))}
        </ul>
        <div className="setup-acts">
          <Button type="primary" onClick={next}>
            {trunks.length > 0 ? say('on') : say('withoutLine')}
          </Button>
          {mayAdd && <Button onClick={() => setAdding(true)}>{say('anotherLine')}</Button>}
        </div>
      </>
    );
  return (
    <StepForm<Asked>
      title={say('line')}
      text={say('lineText')}
      initial={{ way: 'address', port: 5060, channels: 30 }}
      fieldOf={{
        address: '/addresses',
        port: '/uri',
        channels: '/channels',
        username: '/register/username',
        password: '/register/password',
      }}
      save={async ({ way, address, port, channels, username, password }) => {
        const taken = new Set(trunks.map(({ name }) => name));
        const name = ['carrier', ...Array.from({ length: 99 }, (_, index) => `carrier-${index + 2}`)].find(
          (each) => !taken.has(each),
        );
        const ip = address.trim();
        await ask('/trunks', {
          method: 'POST',
          body: {
            name,
            addresses: [ip],
            uri: `sip:${host(ip)}:${port}`,
            channels,
            ...(company?.areaCode && { areaCode: company.areaCode }),
            ...(way === 'register' && { register: { username, password } }),
          },
        });
        await renew();
      }}
      saved={next}
      more={without}
    >
      {(form) => (
        <>
          <Form.Item name="way" label={say('lineWay')}>
            <Radio.Group options={WAYS.map((way) => ({ value: way, label: say(`way-${way}`) }))} />
          </Form.Item>
          <div className="setup-row">
            <Form.Item
              name="address"
              label={say('lineAddress')}
              extra={say('lineAddressHint')}
              rules={[{ required: true, pattern: ADDRESS, message: say('addressWrong') }]}
            >
              <Input placeholder="203.0.113.10" maxLength={64} spellCheck={false} />
            </Form.Item>
            <Form.Item name="port" label={say('port')} rules={[{ required: true, message: say('required') }]}>
              <InputNumber min={1} max={65_535} controls={false} />
            </Form.Item>
            <Form.Item
              name="channels"
              label={say('channels')}
              rules={[{ required: true, message: say('required') }]}
            >
              <InputNumber min={1} max={100_000} controls={false} />
            </Form.Item>
          </div>
          <Form.Item noStyle dependencies={['way']}>
            {() =>
              form.getFieldValue('way') === 'register' && (
                <div className="setup-row">
                  <Form.Item
                    name="username"
                    label={say('lineUser')}
                    rules={[{ required: true, message: say('required') }]}
                  >
                    <Input maxLength={128} autoComplete="off" spellCheck={false} />
                  </Form.Item>
                  <Form.Item
                    name="password"
                    label={say('linePassword')}
                    rules={[{ required: true, message: say('required') }]}
                  >
                    <Input.Password maxLength={128} autoComplete="new-password" />
                  </Form.Item>
                </div>
              )
            }
          </Form.Item>
        </>
      )}
    </StepForm>
  );
}
