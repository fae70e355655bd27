/** The input of a field, by its type. */
import { InputNumber, Select, Switch } from 'antd';
import { useId } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { type Fault, type InputProps, type OwnInputProps, useFormContext } from './context.ts';
import { GroupField, ListField, MapField } from './holders.tsx';
import { useWords } from './kinds.ts';
import { ManyPicker, Picker } from './picker.tsx';
import { DurationInput, JsonInput, LinesInput, SecretInput, TextInput } from './plain-inputs.tsx';
import type { FieldNode } from './tree.ts';
import { valueText } from './value-text.ts';
import { entityWords } from './words.ts';

/** Those that take the whole width of a form. */
export function isWide({ field, each }: FieldNode): boolean {
  if (field.type === 'list') return true;
  return field.type === 'group' || field.type === 'map' || field.type === 'json' || each !== undefined;
}

/** A field with its label, its sentence, and what is wrong with it. */
export function Field(props: InputProps) {
  const { node, pointer } = props;
  const { field } = node;
  const speak = useWords();
  const say = useSay(entityWords);
  const id = useId();
  const { faults } = useFormContext();
  const fault = faults.get(pointer) ?? (hasFields(node) ? undefined : below(faults, pointer));
  const help = field.help && !explainsChoices(field) ? plainText(speak(field.help)) : undefined;
  const label = speak(field.label);
  return (
    <div className={`entity-field${isWide(node) ? ' is-wide' : ''}${fault ? ' is-wrong' : ''}`}>
      <div className="entity-label">
        <label htmlFor={id}>{label}</label>
        {field.isRequired && <span className="entity-must small">{say('required')}</span>}
      </div>
      <FieldInput {...props} id={id} />
      {fault && (
        <div className="entity-fault small" role="alert">
          {fault.text}
          {fault.detail && <span className="problem-detail"> {fault.detail}</span>}
        </div>
      )}
      {help && help !== label && <div className="entity-help small faint">{help}</div>}
    </div>
  );
}

/** A sentence of slugs says nothing beside what people call them. */
const explainsChoices = ({ help, choices }: FieldNode['field']): boolean =>
  choices?.some(({ value }) => help?.en.includes(`\`${value}\``)) ?? false;

/** Whether what is wrong within stands at a field of its own. */
const hasFields = ({ field, each }: FieldNode): boolean =>
  field.type === 'group' || each?.field.type === 'group';

function below(faults: ReadonlyMap<string, Fault>, pointer: string): Fault | undefined {
  for (const [at, fault] of faults) if (at.startsWith(`${pointer}/`)) return fault;
  return undefined;
}

/** Sentences of the reference name keys as code. */
const plainText = (text: string): string => text.replaceAll('`', '');

/** The input alone. */
export function FieldInput(props: OwnInputProps) {
  const { node, value, change, id, pointer } = props;
  const { field, each } = node;
  const speak = useWords();
  const say = useSay(entityWords);
  const { isReadOnly, faults, keyLabel, ownKey } = useFormContext();
  const label = speak(field.label);
  const isWrong = faults.has(pointer);
  const status = isWrong ? { status: 'error' as const } : {};
  const hint = field.isOwnName ? ownKey || say('own', { key: keyLabel }) : undefined;
  if (field.isSecret && field.type === 'text') return <SecretInput {...props} />;
  switch (field.type) {
    case 'group':
      return <GroupField {...props} />;
    case 'map':
      return <MapField {...props} />;
    case 'flag':
      return (
        <span>
          <Switch
            id={id}
            aria-label={label}
            checked={Boolean(value)}
            disabled={isReadOnly}
            onChange={(is) => change(is)}
          />
        </span>
      );
    case 'choice':
      return (
        <Select
          id={id}
          {...status}
          className="entity-wide"
          aria-label={label}
          disabled={isReadOnly}
          allowClear={field.default === null && !field.isRequired}
          placeholder={say('nothing')}
          popupMatchSelectWidth={false}
          value={(value as string | undefined) ?? null}
          onChange={(chosen: string | undefined) => change(chosen ?? undefined)}
          options={(field.choices ?? []).map((choice) => ({
            value: choice.value,
            label: speak(choice.label),
          }))}
        />
      );
    case 'integer':
    case 'number':
      return (
        <InputNumber
          id={id}
          {...status}
          className="entity-number"
          aria-label={label}
          disabled={isReadOnly}
          {...(field.minimum !== null && { min: field.minimum })}
          {...(field.maximum !== null && { max: field.maximum })}
          {...(field.type === 'integer' && { precision: 0 })}
          placeholder={say('nothing')}
          value={(value as number | undefined) ?? null}
          onChange={(typed) => change(typed ?? undefined)}
        />
      );
    case 'duration':
      return <DurationInput {...props} />;
    case 'list':
      if (each?.field.reference)
        return (
          <ManyPicker
            id={id}
            label={label}
            reference={each.field.reference}
            value={(value as readonly string[] | undefined) ?? []}
            change={change}
            isReadOnly={isReadOnly}
            placeholder={say('nothing')}
            isWrong={isWrong}
          />
        );
      if (each?.field.type === 'choice')
        return (
          <Select
            id={id}
            {...status}
            mode="multiple"
            className="entity-wide"
            aria-label={label}
            disabled={isReadOnly}
            value={[...((value as readonly string[] | undefined) ?? [])]}
            onChange={(chosen: readonly string[]) => change(chosen)}
            options={(each.field.choices ?? []).map((choice) => ({
              value: choice.value,
              label: speak(choice.label),
            }))}
          />
        );
      if (each?.field.type === 'text') return <LinesInput {...props} />;
      return <ListField {...props} />;
    case 'json':
      return <JsonInput {...props} />;
    default:
      if (field.reference)
        return (
          <Picker
            id={id}
            label={label}
            reference={field.reference}
            value={value as string | undefined}
            change={change}
            isReadOnly={isReadOnly}
            placeholder={hint ?? say('nothing')}
            isWrong={isWrong}
          />
        );
      return <TextInput {...props} hint={hint} />;
  }
}

/** What stands in a field, to be read. */
export function FieldText({ node, value }: { readonly node: FieldNode; readonly value: unknown }) {
  const say = useSay(entityWords);
  const speak = useWords();
  return <>{valueText(node, value, say, speak)}</>;
}
