import { Input } from 'antd';
import { useId } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import type { NumberFields } from './number-data.ts';
import { listsWords } from './words.ts';

interface FieldsProps {
  readonly value: NumberFields;
  readonly change: (value: NumberFields) => void;
  readonly isReadOnly?: boolean;
}

const FIELDS = [
  { name: 'until', type: 'date', most: 10, hint: 'untilHint' },
  { name: 'owner', type: 'text', most: 64, hint: 'ownerHint' },
  { name: 'reason', type: 'text', most: 200, hint: 'reasonHint' },
  { name: 'note', type: 'text', most: 500, hint: undefined },
] as const;

/** Term, owner, reason and note of a number, or of several at once. */
export function NumberFieldInputs({ value, change, isReadOnly = false }: FieldsProps) {
  const say = useSay(listsWords);
  const id = useId();
  return (
    <>
      {FIELDS.map(({ name, type, most, hint }) => (
        <label key={name} htmlFor={`${id}-${name}`}>
          <span>{say(name)}</span>
          <Input
            id={`${id}-${name}`}
            type={type}
            maxLength={most}
            disabled={isReadOnly}
            value={value[name]}
            onChange={({ target }) => change({ ...value, [name]: target.value })}
          />
          {hint && <span className="faint small">{say(hint)}</span>}
        </label>
      ))}
    </>
  );
}
