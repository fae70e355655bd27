/** The form of a kind: the fields that people set up first, the rest under 更多. */
import { Button, Input } from 'antd';
import { useId, useMemo, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { type Fault, FormProvider } from './context.ts';
import { Field, FieldInput } from './field-input.tsx';
import { FieldGrid } from './holders.tsx';
import type { Form } from './kinds.ts';
import type { Fields } from './tree.ts';
import { entityWords } from './words.ts';

interface FormProps {
  readonly form: Form;
  readonly value: Fields;
  readonly change: (value: Fields) => void;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly isReadOnly: boolean;
  readonly isNew: boolean;
}

const PARTS = { Field, FieldInput };

export function EntityForm({ form, value, change, faults, isReadOnly, isNew }: FormProps) {
  const say = useSay(entityWords);
  const [isOpen, setOpen] = useState(false);
  const { kind, fields } = form;
  const keyLabel = say(kind.kind === 'tenant' ? 'key_tenant' : `key_${kind.key}`);
  const ownKey = String(value[kind.key] ?? '');
  const context = useMemo(
    () => ({ isReadOnly, faults, isMade: !isNew, keyLabel, ownKey, parts: PARTS }),
    [isReadOnly, faults, isNew, keyLabel, ownKey],
  );
  const first = fields.filter(({ field }) => field.isFirst);
  const rest = fields.filter(({ field }) => !field.isFirst);
  // What is wrong is never out of sight.
  const isShown =
    isOpen || rest.some(({ name }) => [...faults.keys()].some((each) => each.split('/')[1] === name));
  return (
    <FormProvider value={context}>
      <div className="entity-form">
        {isNew && (
          <KeyField
            label={keyLabel}
            value={String(value[kind.key] ?? '')}
            change={(key) => change({ ...value, [kind.key]: key })}
            fault={faults.get(`/${kind.key}`)}
          />
        )}
        <FieldGrid nodes={first} pointer="" value={value} change={(next) => change(next as Fields)} />
        {rest.length > 0 && (
          <>
            <div>
              <Button
                type="link"
                className="entity-more"
                aria-expanded={isShown}
                onClick={() => setOpen(!isShown)}
              >
                {isShown ? say('less') : say('more', { n: rest.length })}
              </Button>
            </div>
            {isShown && (
              <FieldGrid nodes={rest} pointer="" value={value} change={(next) => change(next as Fields)} />
            )}
          </>
        )}
      </div>
    </FormProvider>
  );
}

interface KeyProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly fault: Fault | undefined;
}

function KeyField({ label, value, change, fault }: KeyProps) {
  const say = useSay(entityWords);
  const id = useId();
  return (
    <div className={`entity-field${fault ? ' is-wrong' : ''}`}>
      <div className="entity-label">
        <label htmlFor={id}>{label}</label>
        <span className="entity-must small">{say('required')}</span>
      </div>
      <Input
        id={id}
        autoFocus
        {...(fault && { status: 'error' as const })}
        value={value}
        maxLength={64}
        onChange={({ target }) => change(target.value)}
      />
      {fault && (
        <div className="entity-fault small" role="alert">
          {fault.text}
        </div>
      )}
      <div className="entity-help small faint">{say('keyHelp')}</div>
    </div>
  );
}
