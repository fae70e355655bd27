import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { StepForm, StepHead } from './step-form.tsx';
import type { StepProps } from './steps.ts';
import { setupWords } from './words.ts';

interface Asked {
  readonly name: string;
  readonly extensions: readonly string[];
}

/** Where callers leave a message whom nobody serves. */
export function MailboxStep({ setup: { mailboxes, agents }, next, renew }: StepProps) {
  const say = useSay(setupWords);
  const [isAdding, setAdding] = useState(false);
  if (mailboxes.length > 0 && !isAdding)
    return (
      <>
        <StepHead title={say('mailbox')} text={say('mailboxIs')} />
        <ul className="setup-list">
          {mailboxes.map(({ name, extensions }) => (
            <li key={name}>
              <strong>{name}</strong> <span className="faint">{extensions.join(', ')}</span>
            </li>
          ))}
        </ul>
        <div className="setup-acts">
          <Button type="primary" onClick={next}>
            {say('on')}
          </Button>
          <Button onClick={() => setAdding(true)}>{say('anotherMailbox')}</Button>
        </div>
      </>
    );
  const phones = [...new Set(agents.map(({ extension }) => extension))];
  return (
    <StepForm<Asked>
      title={say('mailbox')}
      text={say('mailboxText')}
      initial={{ name: mailboxes.length === 0 ? 'reception' : '', extensions: phones.slice(0, 1) }}
      fieldOf={{ name: '/name', extensions: '/extensions' }}
      save={async ({ name, extensions }) => {
        await ask('/mailboxes', { method: 'POST', body: { name: name.trim(), extensions } });
        await renew();
      }}
      saved={next}
      more={<Button onClick={next}>{say('withoutMailbox')}</Button>}
    >
      <Form.Item
        name="name"
        label={say('mailboxName')}
        extra={say('mailboxNameHint')}
        rules={[{ required: true, pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, message: say('nameWrong') }]}
      >
        <Input maxLength={64} spellCheck={false} />
      </Form.Item>
      <Form.Item name="extensions" label={say('mailboxLamps')} extra={say('mailboxLampsHint')}>
        <Select
          mode="multiple"
          options={agents.map(({ extension, name }) => ({
            value: extension,
            label: `${extension} ${name}`.trim(),
          }))}
        />
      </Form.Item>
    </StepForm>
  );
}
