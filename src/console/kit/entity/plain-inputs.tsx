/** Inputs of fields that hold one value, or lines of text. */
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { type OwnInputProps, useFormContext } from './context.ts';
import { useWords } from './kinds.ts';
import { UNIT_MS, UNITS, type Unit, unitOf } from './value-text.ts';
import { entityWords } from './words.ts';

/** Texts that are a sentence or more. */
const LONG = new Set(['text', 'note', 'description', 'reason']);

export function TextInput({
  node,
  value,
  change,
  id,
  pointer,
  hint,
}: OwnInputProps & { readonly hint: string | undefined }) {
  const speak = useWords();
  const { isReadOnly, faults } = useFormContext();
  const { field, name } = node;
  const common = {
    id,
    ...(faults.has(pointer) && { status: 'error' as const }),
    'aria-label': speak(field.label),
    disabled: isReadOnly,
    value: (value as string | undefined) ?? '',
    placeholder: hint ?? (field.pattern !== null && field.hint ? speak(field.hint) : undefined),
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      change(target.value === '' ? undefined : target.value),
  };
  if (LONG.has(name)) return <Input.TextArea {...common} rows={rowsFor(common.value, 10)} />;
  return <Input {...common} />;
}

export function SecretInput({ node, value, change, id, pointer }: OwnInputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly, faults, isMade } = useFormContext();
  const { field } = node;
  if (value === null)
    return (
      <span className="entity-secret">
        <span className="faint">{say('secretTaken')}</span>
        <Button size="small" onClick={() => change(undefined)}>
          {say('secretUndo')}
        </Button>
      </span>
    );
  return (
    <span className="entity-secret">
      <Input.Password
        id={id}
        {...(faults.has(pointer) && { status: 'error' as const })}
        aria-label={speak(field.label)}
        autoComplete="new-password"
        disabled={isReadOnly}
        placeholder={isMade ? say('secretKept') : field.hint ? speak(field.hint) : ''}
        value={(value as string | undefined) ?? ''}
        onChange={({ target }) => change(target.value === '' ? undefined : target.value)}
      />
      {isMade && !field.isRequired && !isReadOnly && value === undefined && (
        <Button type="link" size="small" onClick={() => change(null)}>
          {say('secretTake')}
        </Button>
      )}
    </span>
  );
}

export function DurationInput({ node, value, change, id, pointer }: OwnInputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly, faults } = useFormContext();
  const ms = typeof value === 'number' ? value : undefined;
  const [unit, setUnit] = useState<Unit>(() => unitOf(ms ?? 1000));
  const shown = ms !== undefined && ms % UNIT_MS[unit] !== 0 ? unitOf(ms) : unit;
  const label = speak(node.field.label);
  return (
    <span className="entity-duration">
      <InputNumber
        id={id}
        {...(faults.has(pointer) && { status: 'error' as const })}
        aria-label={label}
        disabled={isReadOnly}
        min={0}
        placeholder={say('nothing')}
        value={ms === undefined ? null : ms / UNIT_MS[shown]}
        onChange={(typed) => change(typed === null ? undefined : Math.round(typed * UNIT_MS[shown]))}
      />
      <Select
        aria-label={say('unit', { label })}
        disabled={isReadOnly}
        value={shown}
        onChange={(chosen: Unit) => {
          setUnit(chosen);
          if (ms !== undefined) change((ms / UNIT_MS[shown]) * UNIT_MS[chosen]);
        }}
        options={UNITS.map((each) => ({ value: each, label: say(each) }))}
      />
    </span>
  );
}

/** A list of texts, one a line. */
export function LinesInput({ node, value, change, id, pointer }: OwnInputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly, faults } = useFormContext();
  const told = (value as readonly string[] | undefined) ?? [];
  const [text, setText] = useState(told.join('\n'));
  const lines = linesOf(text);
  const shown = lines.join('\n') === told.join('\n') ? text : told.join('\n');
  const isWrong = [...faults.keys()].some((each) => each === pointer || each.startsWith(`${pointer}/`));
  const hint = node.each?.field.hint;
  return (
    <Input.TextArea
      id={id}
      {...(isWrong && { status: 'error' as const })}
      aria-label={speak(node.field.label)}
      disabled={isReadOnly}
      rows={rowsFor(shown, 10)}
      placeholder={[say('perLine'), ...(hint ? [speak(hint)] : [])].join(' · ')}
      value={shown}
      onChange={({ target }) => {
        setText(target.value);
        change(linesOf(target.value));
      }}
    />
  );
}

/** As many as the text has lines, within bounds: what antd measures by itself sets styles that the page's CSP forbids. */
const rowsFor = (text: string, most: number): number => Math.min(most, Math.max(2, text.split('\n').length));

const linesOf = (text: string): readonly string[] =>
  text
    .split(/[\n,，;；、]/)
    .map((line) => line.trim())
    .filter(Boolean);

export function JsonInput({ node, value, change, id }: OwnInputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly } = useFormContext();
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [isWrong, setWrong] = useState(false);
  return (
    <>
      <Input.TextArea
        id={id}
        className="entity-json"
        {...(isWrong && { status: 'error' as const })}
        aria-label={speak(node.field.label)}
        disabled={isReadOnly}
        rows={rowsFor(text, 16)}
        placeholder={node.field.hint ? speak(node.field.hint) : ''}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          if (target.value.trim() === '') {
            setWrong(false);
            return change(undefined);
          }
          try {
            change(JSON.parse(target.value));
            setWrong(false);
          } catch {
            setWrong(true);
          }
        }}
      />
      {isWrong && (
        <div className="entity-fault small" role="alert">
          {say('wrongJson')}
        </div>
      )}
    </>
  );
}
