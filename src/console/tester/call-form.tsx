import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import { useQuery } from '@tanstack/react-query';
import { AutoComplete, Button, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { ask } from '../api/ask.ts';
import { useMay, useSession } from '../api/session.tsx';
import { useSay } from '../i18n/language.tsx';
import { phoneNumber } from '../kit/format.ts';
import {
  CALLER_KINDS,
  type CallAsked,
  type CallerKind,
  type CallFault,
  faultOf,
  MOODS,
  type Stub,
} from './call-asked.ts';
import { testerWords } from './words.ts';

/** A hotline to choose. */
export interface HotlineChoice {
  readonly number: string;
  readonly name: string;
}

interface CallFormProps {
  readonly asked: CallAsked;
  readonly change: (asked: CallAsked) => void;
  /** Left out: the number is known already. */
  readonly hotlines?: readonly HotlineChoice[];
  readonly isPending: boolean;
  readonly run: () => void;
  /** Beside the button. */
  readonly children?: ReactNode;
}

/** The call that is tried: who calls whom, when, and what is pressed. */
export function CallForm({ asked, change, hotlines, isPending, run, children }: CallFormProps) {
  const say = useSay(testerWords);
  const id = useId();
  const [told, setTold] = useState<CallFault>();
  const [isMore, setMore] = useState(false);
  const fault = told === undefined ? undefined : faultOf(asked);
  const put = (part: Partial<CallAsked>) => change({ ...asked, ...part });
  const submit = () => {
    const found = faultOf(asked);
    setTold(found);
    if (found === 'stubs') setMore(true);
    if (found) document.getElementById(`${id}-${found}`)?.focus();
    else run();
  };
  const field = (name: CallFault | 'as' | 'agents' | 'switches', input: ReactNode, hint?: string) => (
    <div className="tester-field">
      <label htmlFor={`${id}-${name}`}>{say(name)}</label>
      {input}
      {fault === name ? (
        <span className="tester-fault small" role="alert">
          {say(`fault-${name}` as 'fault-called')}
        </span>
      ) : (
        hint && <span className="faint small">{hint}</span>
      )}
    </div>
  );
  const given = (name: CallFault) => ({
    id: `${id}-${name}`,
    ...(fault === name && { status: 'error' as const }),
  });
  const text = (name: 'caller' | 'keys') => (
    <Input
      {...given(name)}
      value={asked[name]}
      allowClear
      onChange={({ target }) => put({ [name]: target.value })}
    />
  );
  return (
    <form
      className="tester-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="tester-fields">
        {hotlines &&
          field(
            'called',
            <AutoComplete
              {...given('called')}
              value={asked.called}
              onChange={(called: string) => put({ called: called.replaceAll(' ', '') })}
              options={hotlines.map(({ number, name }) => ({
                value: number,
                label: `${phoneNumber(number)} ${name}`,
              }))}
              showSearch={{
                filterOption: (typed, option) =>
                  `${option?.value} ${option?.label}`.toLowerCase().includes(typed.trim().toLowerCase()),
              }}
            />,
          )}
        {field('caller', text('caller'), say('callerHint'))}
        {field(
          'as',
          <Select<CallerKind | 'number'>
            id={`${id}-as`}
            value={asked.as ?? 'number'}
            onChange={(chosen) => put({ as: chosen === 'number' ? undefined : chosen })}
            options={(['number', ...CALLER_KINDS] as const).map((value) => ({
              value,
              label: say(`as-${value}`),
            }))}
          />,
        )}
        {field(
          'at',
          <Input
            {...given('at')}
            placeholder="2026-10-01 10:00"
            allowClear
            value={asked.at}
            onChange={({ target }) => put({ at: target.value })}
          />,
          say('atHint'),
        )}
        {field('keys', text('keys'), say('keysHint'))}
      </div>
      <details
        className="tester-more"
        open={isMore}
        onToggle={({ currentTarget }) => setMore(currentTarget.open)}
      >
        <summary>{say('more')}</summary>
        <div className="tester-fields">
          <MoodField field={field} id={`${id}-agents`} asked={asked} put={put} />
          <SwitchField field={field} id={`${id}-switches`} asked={asked} put={put} />
        </div>
        <Stubs
          id={`${id}-stubs`}
          stubs={asked.stubs}
          change={(stubs) => put({ stubs })}
          fault={fault === 'stubs' ? say('fault-stubs') : undefined}
        />
      </details>
      <div className="tester-run">
        <Button type="primary" htmlType="submit" icon={<SendOutlined />} loading={isPending}>
          {say('run')}
        </Button>
        {children}
      </div>
    </form>
  );
}

interface PartProps {
  readonly field: (name: 'agents' | 'switches', input: ReactNode) => ReactNode;
  readonly id: string;
  readonly asked: CallAsked;
  readonly put: (part: Partial<CallAsked>) => void;
}

function MoodField({ field, id, asked, put }: PartProps) {
  const say = useSay(testerWords);
  if (!useMay('agent:read')) return null;
  return field(
    'agents',
    <Select
      id={id}
      value={asked.agents}
      onChange={(agents) => put({ agents })}
      options={MOODS.map((value) => ({ value, label: say(`mood-${value}`) }))}
    />,
  );
}

function SwitchField({ field, id, asked, put }: PartProps) {
  const say = useSay(testerWords);
  const { company } = useSession();
  const isOn = useMay('switch:read');
  const { data } = useQuery({
    queryKey: ['switches', company, 'names'],
    enabled: isOn,
    queryFn: async ({ signal }) =>
      (
        await ask<{ readonly items: readonly { readonly name: string }[] }>('/switches', {
          query: { limit: 200 },
          signal,
        })
      ).items.map(({ name }) => name),
  });
  if (!data || data.length === 0) return null;
  return field(
    'switches',
    <Select
      id={id}
      mode="multiple"
      value={[...asked.switches]}
      placeholder={say('none')}
      onChange={(switches: string[]) => put({ switches })}
      options={[...new Set(data)].map((value) => ({ value, label: value }))}
    />,
  );
}

interface StubsProps {
  readonly id: string;
  readonly stubs: readonly Stub[];
  readonly change: (stubs: readonly Stub[]) => void;
  readonly fault: string | undefined;
}

/** Answers of services outside: a test asks nobody. */
function Stubs({ id, stubs, change, fault }: StubsProps) {
  const say = useSay(testerWords);
  const put = (at: number, part: Partial<Stub>) =>
    change(stubs.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <fieldset className="tester-stubs">
      <legend>{say('stubs')}</legend>
      <p className="faint small">{say('stubsHint')}</p>
      {stubs.map((stub, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they stay where they are
        <div key={index} className="tester-stub">
          <Input
            id={index === 0 ? id : undefined}
            aria-label={say('url')}
            placeholder={say('url')}
            value={stub.url}
            onChange={({ target }) => put(index, { url: target.value })}
          />
          <InputNumber
            aria-label={say('status')}
            min={200}
            max={599}
            value={stub.status}
            onChange={(status) => put(index, { status: status ?? 200 })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={say('removeStub', { n: index + 1 })}
            onClick={() => change(stubs.toSpliced(index, 1))}
          />
          <Input.TextArea
            className="tester-json"
            rows={2}
            aria-label={say('body')}
            placeholder={say('body')}
            value={stub.body}
            onChange={({ target }) => put(index, { body: target.value })}
          />
        </div>
      ))}
      {fault && (
        <p className="tester-fault small" role="alert">
          {fault}
        </p>
      )}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={stubs.length >= 100}
        onClick={() => change([...stubs, { url: '', status: 200, body: '' }])}
      >
        {say('addStub')}
      </Button>
    </fieldset>
  );
}
