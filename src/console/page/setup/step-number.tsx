import { Alert, Button, Form, Input, Radio } from 'antd';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../../api/ask.ts';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { flowOf, MENUS, type MenuKind, promptOf, TEXTS, type TextName } from './menus.ts';
import { saidAs } from './said-as.ts';
import { StepForm, StepHead } from './step-form.tsx';
import type { StepProps } from './steps.ts';
import { setupWords } from './words.ts';

interface Asked {
  readonly number: string;
  readonly name?: string;
  readonly kind: MenuKind;
  readonly texts: Partial<Record<TextName, string>>;
}

/** The number, and what it does: it takes calls as soon as it is saved. */
export function NumberStep({ setup, next, renew, open }: StepProps) {
  const say = useSay(setupWords);
  const { language } = useLanguage();
  const { flows, queues, calendars, mailboxes, company } = setup;
  const taking = flows.filter(({ takesCalls }) => takesCalls);
  const [isAdding, setAdding] = useState(false);
  const [isUnsaid, setUnsaid] = useState(false);
  const wasSaid = useRef(true);
  const queue = queues.find(({ agents }) => agents.length > 0);
  if (taking.length > 0 && !isAdding)
    return (
      <>
        <StepHead title={say('number')} text={say('numberIs')} />
        <ul className="setup-list">
          {taking.map(({ number, name }) => (
            <li key={number}>
              <strong>
                <PhoneNumber number={number} />
              </strong>{' '}
              {name} <Link to={`/flows/${encodeURIComponent(number)}`}>{say('openFlow')}</Link>
            </li>
          ))}
        </ul>
        {isUnsaid && <Alert className="setup-problem" type="warning" showIcon title={say('unsaid')} />}
        <div className="setup-acts">
          <Button type="primary" onClick={next}>
            {say('on')}
          </Button>
          <Button onClick={() => setAdding(true)}>{say('anotherNumber')}</Button>
        </div>
      </>
    );
  const named = company?.name || say('us');
  const initial: Record<TextName, string> = {
    welcome: say('textWelcome', { company: named }),
    main: '',
    sales: say('textSales'),
    orders: say('textOrders'),
  };
  const mainOf = (kind: MenuKind) => say(kind === 'levels' ? 'textMainLevels' : 'textMain');
  return (
    <StepForm<Asked>
      title={say('number')}
      text={say('numberText')}
      initial={{ kind: 'levels', texts: { ...initial, main: mainOf('levels') } }}
      fieldOf={{ number: '/number', name: '/name' }}
      verb={say('takeCalls')}
      obstacle={
        queue ? undefined : (
          <Alert
            className="setup-problem"
            type="warning"
            showIcon
            title={say('needsAgents')}
            action={
              <Button size="small" onClick={() => open('agents')}>
                {say('toAgents')}
              </Button>
            }
          />
        )
      }
      save={async ({ number, name = '', kind, texts }) => {
        const called = { number, ...(name.trim() && { name: name.trim() }) };
        // Whether it can be had, before anything is made for it.
        const trial = { ...called, flow: { type: 'hangup', cause: 'normal' } };
        await ask('/hotlines', { method: 'POST', body: trial, query: { validate: 'only' } });
        const prompts: Partial<Record<TextName, string>> = {};
        let isSaid = true;
        const say = async (text: TextName): Promise<void> => {
          const words = texts[text]?.trim() ?? '';
          if (words === '') return;
          const prompt = promptOf(number, text);
          if (await saidAs(prompt, words, language)) prompts[text] = prompt;
          else isSaid = false;
        };
        await Promise.all(TEXTS[kind].map(say));
        const parts = { kind, prompts, queue: queue!.name };
        const flow = flowOf({ ...parts, calendar: calendars[0]?.name, mailbox: mailboxes[0]?.name });
        await ask('/hotlines', { method: 'POST', body: { ...called, ...flow } });
        wasSaid.current = isSaid;
        setUnsaid(!isSaid);
        await renew();
      }}
      saved={() => {
        setAdding(false);
        // What it does not do as asked is told first.
        if (wasSaid.current) next();
      }}
      more={taking.length > 0 && <Button onClick={() => setAdding(false)}>{say('cancel')}</Button>}
    >
      {(form) => (
        <>
          <div className="setup-row">
            <Form.Item
              name="number"
              label={say('number400')}
              rules={[{ required: true, pattern: /^\d{3,20}$/, message: say('numberWrong') }]}
            >
              <Input maxLength={20} inputMode="numeric" placeholder="4001234567" />
            </Form.Item>
            <Form.Item name="name" label={say('numberName')}>
              <Input maxLength={64} />
            </Form.Item>
          </div>
          <Form.Item name="kind" label={say('whatItDoes')}>
            <Radio.Group
              className="setup-kinds"
              onChange={({ target }) =>
                form.setFieldValue(['texts', 'main'], mainOf(target.value as MenuKind))
              }
            >
              {MENUS.map((kind) => (
                <Radio key={kind} value={kind}>
                  <strong>{say(`menu-${kind}`)}</strong>
                  <span className="faint small">{say(`menuAbout-${kind}`)}</span>
                </Radio>
              ))}
            </Radio.Group>
          </Form.Item>
          <Form.Item noStyle dependencies={['kind']}>
            {() =>
              TEXTS[(form.getFieldValue('kind') as MenuKind | undefined) ?? 'levels'].map((text) => (
                <Form.Item key={text} name={['texts', text]} label={say(`heard-${text}`)}>
                  <Input.TextArea rows={2} maxLength={1000} />
                </Form.Item>
              ))
            }
          </Form.Item>
          <p className="faint small">
            {say('numberUses', {
              queue: queue?.title ?? queue?.name ?? say('none'),
              calendar: calendars[0]?.name ?? say('alwaysOpen'),
              mailbox: mailboxes[0]?.name ?? say('none'),
            })}
          </p>
        </>
      )}
    </StepForm>
  );
}
