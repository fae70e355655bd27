import { AutoComplete, Checkbox, Input, InputNumber, Select } from 'antd';
import { memo, useId, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { useNames } from './flow-queries.ts';
import type { FlowText } from './flow-text.ts';
import { type Doc, type FieldFacts, get, isRecord } from './model/tree.ts';
import { flowWords } from './words.ts';

export interface FieldInputProps {
  readonly field: FieldFacts;
  readonly text: FlowText;
  readonly value: unknown;
  readonly doc: Doc;
  readonly isFixed: boolean;
  /** Undefined: it is not set any more. */
  readonly change: (value: unknown) => void;
}

const NAMES = new Set([
  'queue',
  'skill',
  'mailbox',
  'survey',
  'extension',
  'group',
  'conference',
  'trunk',
  'calendar',
  'flowName',
]);
const COUNTS = new Set(['count', 'whole', 'positive']);
const TEXTS = new Set(['text', 'digits', 'url']);
const BUILT_IN_CALENDARS = ['24x7', 'CN-office-hours'];

/**
 * A field of a node, by what it holds. Drawn anew when it holds something else, or the hotline has other parts that it may name: its
 * act changes what is now, so that it may be an old one.
 */
export const FieldInput = memo(
  AnyField,
  (before, { field, text, value, isFixed, doc }) =>
    before.field === field &&
    before.text === text &&
    before.value === value &&
    before.isFixed === isFixed &&
    PARTS.every((part) => before.doc[part] === doc[part]),
);
const PARTS = ['flows', 'calendars', 'lines'];

function AnyField(props: FieldInputProps) {
  const { field, text, value, isFixed, change } = props;
  const say = useSay(flowWords);
  const id = useId();
  const word = text.field(field);
  if (field.kind === 'flag')
    return (
      <Checkbox
        className="field-flag"
        checked={value === true}
        disabled={isFixed}
        onChange={({ target }) => change(target.checked ? true : undefined)}
      >
        {word}
      </Checkbox>
    );
  return (
    <div className="field">
      <label htmlFor={id}>
        {word}
        {field.isOptional && !isFixed && <span className="faint small"> {say('optional')}</span>}
      </label>
      <Control {...props} id={id} />
    </div>
  );
}

function Control(props: FieldInputProps & { readonly id: string }) {
  const { id, field, text, value, isFixed, change } = props;
  const say = useSay(flowWords);
  if (NAMES.has(field.kind) && !isRecord(value)) return <NameInput {...props} />;
  if (field.kind === 'prompts' && isPlain(value)) return <PromptsInput {...props} />;
  if (field.kind === 'targets' && isTargets(value)) return <TargetsInput {...props} />;
  if (field.kind === 'places' && isPlain(value))
    return (
      <Select
        id={id}
        mode="tags"
        disabled={isFixed}
        value={listOf(value)}
        onChange={(all: readonly string[]) => change(all.length > 0 ? all : undefined)}
        open={false}
        suffixIcon={null}
      />
    );
  if (field.choices.length > 0 && (value === undefined || typeof value === 'string'))
    return (
      <Select
        id={id}
        disabled={isFixed}
        allowClear={field.isOptional}
        value={(value as string | undefined) ?? null}
        placeholder={say('notSet')}
        onChange={(chosen: string | undefined) => change(chosen)}
        options={[...new Set([...field.choices, ...listOf(value)])].map((each) => ({
          value: each,
          label: text.choice(each),
        }))}
      />
    );
  if (field.kind === 'ms' && (value === undefined || typeof value === 'number'))
    return (
      <InputNumber<number>
        id={id}
        disabled={isFixed}
        min={0}
        max={86_400}
        step={1}
        suffix={say('seconds')}
        value={value === undefined ? null : value / 1000}
        onChange={(seconds) => change(seconds === null ? undefined : Math.round(seconds * 1000))}
      />
    );
  if (COUNTS.has(field.kind) && (value === undefined || typeof value === 'number'))
    return (
      <InputNumber<number>
        id={id}
        disabled={isFixed}
        {...(field.kind !== 'whole' && { min: 0 })}
        precision={0}
        value={value ?? null}
        onChange={(count) => change(count ?? undefined)}
      />
    );
  if (TEXTS.has(field.kind) && (value === undefined || typeof value === 'string'))
    return (
      <Input
        id={id}
        disabled={isFixed}
        value={value ?? ''}
        onChange={({ target }) => change(target.value === '' ? undefined : target.value)}
      />
    );
  return <JsonInput {...props} />;
}

const isPlain = (value: unknown) =>
  value === undefined ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((one) => typeof one === 'string'));
const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as string[]) : [String(value)];

type ControlProps = FieldInputProps & { readonly id: string };

/** A name of what the company or the hotline has; one that is not there yet may be written too. */
function NameInput({ id, field, value, doc, isFixed, change }: ControlProps) {
  const entities = useNames(field.kind);
  const own = { calendar: 'calendars', flowName: 'flows' }[field.kind];
  const within = own === undefined ? undefined : get(doc, [own]);
  const names = [
    ...(isRecord(within) ? Object.keys(within) : []),
    ...entities,
    ...(field.kind === 'calendar' ? BUILT_IN_CALENDARS : []),
  ];
  const typed = value === undefined ? '' : String(value);
  return (
    <AutoComplete
      id={id}
      disabled={isFixed}
      value={typed}
      allowClear={field.isOptional}
      onChange={(name: string | undefined) => change(name === '' ? undefined : name)}
      options={[...new Set(names)].map((name) => ({ value: name }))}
      showSearch={{
        filterOption: (input, option) => names.includes(input) || (option?.value ?? '').includes(input),
      }}
    />
  );
}

/** Prompts in the order in which they are heard. */
function PromptsInput({ id, value, isFixed, change }: ControlProps) {
  const names = useNames('prompts');
  const chosen = listOf(value);
  return (
    <Select
      id={id}
      mode="tags"
      disabled={isFixed}
      value={chosen}
      onChange={(all: readonly string[]) =>
        change(all.length === 0 ? undefined : all.length === 1 ? all[0] : all)
      }
      options={[...new Set([...names, ...chosen])].map((name) => ({ value: name, label: name }))}
    />
  );
}

const isTarget = (one: unknown) =>
  typeof one === 'string' ||
  (isRecord(one) && Object.keys(one).every((key) => key === 'type' || key === 'number'));
const isTargets = (value: unknown) => value === undefined || (Array.isArray(value) && value.every(isTarget));

/** Extensions, outside numbers, and lines that the hotline declares, as people write them. */
function TargetsInput({ id, value, doc, isFixed, change }: ControlProps) {
  const extensions = useNames('extension');
  const lines = get(doc, ['lines']);
  const declared = isRecord(lines) ? Object.keys(lines) : [];
  const chosen = ((value ?? []) as readonly unknown[]).map((one) =>
    isRecord(one) ? String(one['number']) : String(one),
  );
  const targetOf = (name: string): unknown => {
    if (declared.includes(name)) return name;
    return { type: extensions.includes(name) ? 'extension' : 'line', number: name };
  };
  return (
    <Select
      id={id}
      mode="tags"
      disabled={isFixed}
      value={chosen}
      onChange={(all: readonly string[]) => change(all.map(targetOf))}
      options={[...new Set([...declared, ...extensions, ...chosen])].map((name) => ({
        value: name,
        label: name,
      }))}
    />
  );
}

/** Whatever has no field of its own. */
function JsonInput({ id, value, isFixed, change }: ControlProps) {
  const say = useSay(flowWords);
  const [typed, setTyped] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 1)));
  const [isBad, setBad] = useState(false);
  return (
    <>
      <Input.TextArea
        id={id}
        className="field-json"
        disabled={isFixed}
        rows={6}
        value={typed}
        {...(isBad && { status: 'error' as const })}
        onChange={({ target }) => {
          setTyped(target.value);
          const parsed = parsedOf(target.value);
          setBad(!parsed);
          if (parsed) change(parsed.value);
        }}
      />
      <span className={isBad ? 'field-bad small' : 'faint small'} role={isBad ? 'alert' : undefined}>
        {isBad ? say('badJson') : say('json')}
      </span>
    </>
  );
}

function parsedOf(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
