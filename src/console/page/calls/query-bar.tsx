import FilterOutlined from '@ant-design/icons/es/icons/FilterOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import { Badge, Button, Input, type InputRef, Popover, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useSay } from '../../i18n/language.tsx';
import { useKey } from '../../shell/keys.ts';
import { FIRST_RANGE, isLongEnough, isNarrowed, RANGES, rangeOf } from './filter.ts';
import { callsWords, outcomeWords } from './words.ts';

/** Typed text is taken after this pause. */
const PAUSE_MS = 400;
const MORE = ['queue', 'agent', 'hotline'] as const;

/** The box and the filters above the list; all of them stand in the address. */
export function QueryBar() {
  const say = useSay(callsWords);
  const sayOutcome = useSay(outcomeWords);
  const [params, setParams] = useSearchParams();
  const set = (changes: Readonly<Record<string, string | undefined>>) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );
  const range = rangeOf(params);
  const outcomes = [
    'answered',
    'abandoned',
    'unanswered',
    'voicemail',
    'callback',
    'ivr_lost',
    'self_served',
  ] as const;
  const rarer = ['overflowed_out', 'transferred_out', 'blocked', 'busy', 'failed'] as const;
  const moreCount = [...MORE, 'recorded'].filter((name) => params.get(name)).length;
  const more = (
    <div className="query-more">
      {MORE.map((name) => (
        <TextFilter
          key={name}
          label={say(name)}
          value={params.get(name) ?? ''}
          change={(value) => set({ [name]: value })}
        />
      ))}
      <Choice
        label={say('recorded')}
        value={params.get('recorded')}
        options={[
          ['true', say('withRecording')],
          ['false', say('withoutRecording')],
        ]}
        change={(recorded) => set({ recorded })}
      />
    </div>
  );
  return (
    <search className="query">
      <Search value={params.get('q') ?? ''} change={(q) => set({ q })} />
      <Select
        className="query-select"
        aria-label={say('range')}
        value={range}
        onChange={(value) =>
          set({ range: value === FIRST_RANGE ? undefined : value, from: undefined, to: undefined })
        }
        options={RANGES.map((value) => ({ value, label: say(value) }))}
      />
      {range === 'custom' && (
        <span className="query-date">
          {(['from', 'to'] as const).map((name) => (
            <input
              key={name}
              type="date"
              aria-label={say(name)}
              value={params.get(name) ?? ''}
              onChange={({ target }) => set({ [name]: target.value })}
            />
          ))}
        </span>
      )}
      <Choice
        label={say('outcome')}
        value={params.get('outcome')}
        options={[...outcomes, ...rarer].map((each) => [each, sayOutcome(each)])}
        change={(outcome) => set({ outcome })}
      />
      <Choice
        label={say('direction')}
        value={params.get('direction')}
        options={(['inbound', 'outbound', 'internal'] as const).map((each) => [each, say(each)])}
        change={(direction) => set({ direction })}
      />
      <Popover content={more} trigger="click" placement="bottomRight">
        <Badge count={moreCount} size="small">
          <Button icon={<FilterOutlined />}>{say('more')}</Button>
        </Badge>
      </Popover>
      {(isNarrowed(params) || params.has('range')) && (
        <Button type="text" onClick={() => setParams({}, { replace: true })}>
          {say('clear')}
        </Button>
      )}
      {!isLongEnough(params.get('q') ?? '') && (
        <span className="query-hint" role="status">
          {say('tooShort')}
        </span>
      )}
    </search>
  );
}

/** What is typed, and what it was last told, told after a pause. */
function useTyped(value: string, change: (value: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Changed from elsewhere: a link, the palette, "clear".
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      change(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, change]);
  return [text, setText] as const;
}

interface TextProps {
  readonly value: string;
  readonly change: (value: string) => void;
}

function Search({ value, change }: TextProps) {
  const say = useSay(callsWords);
  const [text, setText] = useTyped(value, change);
  const input = useRef<InputRef>(null);
  useKey('/', () => input.current?.focus());
  return (
    <Input
      className="query-search"
      ref={input}
      allowClear
      prefix={<SearchOutlined />}
      placeholder={say('search')}
      aria-label={say('search')}
      maxLength={200}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onPressEnter={() => change(text)}
    />
  );
}

function TextFilter({ label, value, change }: TextProps & { readonly label: string }) {
  const [text, setText] = useTyped(value, change);
  return (
    <Input
      allowClear
      placeholder={label}
      aria-label={label}
      maxLength={64}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly change: (value: string | undefined) => void;
}

function Choice({ label, value, options, change }: ChoiceProps) {
  return (
    <Select
      className="query-select"
      aria-label={label}
      placeholder={label}
      allowClear
      popupMatchSelectWidth={false}
      value={value}
      onChange={(chosen: string | undefined) => change(chosen)}
      options={options.map(([each, text]) => ({ value: each, label: text }))}
    />
  );
}
