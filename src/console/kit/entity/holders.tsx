/** Fields that hold others: a group, a list of groups, a map. */
import ArrowDownOutlined from '@ant-design/icons/es/icons/ArrowDownOutlined';
import ArrowUpOutlined from '@ant-design/icons/es/icons/ArrowUpOutlined';
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { Button, Input, Switch } from 'antd';
import { useId, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { type InputProps, useFormContext } from './context.ts';
import { useWords } from './kinds.ts';
import { placed } from './patch.ts';
import { Picker } from './picker.tsx';
import { defaultsOf, type FieldNode, type Fields } from './tree.ts';
import { entityWords } from './words.ts';

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

interface FieldsProps {
  readonly nodes: readonly FieldNode[];
  readonly pointer: string;
  readonly value: Fields;
  readonly change: (value: unknown) => void;
}

/** Fields side by side where there is room. */
export function FieldGrid({ nodes, pointer, value, change }: FieldsProps) {
  const { Field } = useFormContext().parts;
  return (
    <div className="entity-grid">
      {nodes.map((node) => (
        <Field
          key={node.name}
          node={node}
          pointer={`${pointer}/${escaped(node.name)}`}
          value={value[node.name]}
          change={(put) => change(placed(value, [node.name], put))}
        />
      ))}
    </div>
  );
}

/** A group: one that may be left out is turned on first. */
export function GroupField({ node, pointer, value, change }: InputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly } = useFormContext();
  const { field, fields } = node;
  const isThere = value !== undefined && value !== null;
  const isOptional = field.default === null && !field.isRequired;
  return (
    <div className="entity-group">
      {isOptional && (
        <Switch
          size="small"
          aria-label={say('turnOn', { label: speak(field.label) })}
          checked={isThere}
          disabled={isReadOnly}
          onChange={(is) => change(is ? defaultsOf(fields) : undefined)}
        />
      )}
      {(isThere || !isOptional) && (
        <FieldGrid
          nodes={fields}
          pointer={pointer}
          value={(value as Fields | undefined) ?? {}}
          change={change}
        />
      )}
    </div>
  );
}

/** A list of groups, in order. */
export function ListField({ node, pointer, value, change }: InputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly } = useFormContext();
  const items = (value as readonly unknown[] | undefined) ?? [];
  const { each } = node;
  // Rows keep who they are while they are moved.
  const [keys, setKeys] = useState<readonly number[]>(() => items.map((_, at) => at));
  const ids = items.map((_, at) => keys[at] ?? at + 1_000_000);
  if (!each) return null;
  const put = (next: readonly unknown[], nextKeys: readonly number[]) => {
    setKeys(nextKeys);
    change(next);
  };
  const move = (from: number, to: number) => {
    const swap = <T,>(all: readonly T[]) => {
      const made = [...all];
      [made[from], made[to]] = [made[to]!, made[from]!];
      return made;
    };
    put(swap(items), swap(ids));
  };
  const without = <T,>(all: readonly T[], at: number) => all.filter((_, index) => index !== at);
  const fresh = each.field.type === 'group' ? defaultsOf(each.fields) : undefined;
  return (
    <div className="entity-items">
      {items.map((item, at) => (
        <div className="entity-item" key={ids[at]}>
          <FieldGrid
            nodes={each.fields}
            pointer={`${pointer}/${at}`}
            value={(item as Fields | undefined) ?? {}}
            change={(next) => change(placed(items, [at], next))}
          />
          {!isReadOnly && (
            <span className="entity-item-acts">
              <Button
                size="small"
                type="text"
                icon={<ArrowUpOutlined />}
                aria-label={say('moveUp', { n: at + 1 })}
                disabled={at === 0}
                onClick={() => move(at, at - 1)}
              />
              <Button
                size="small"
                type="text"
                icon={<ArrowDownOutlined />}
                aria-label={say('moveDown', { n: at + 1 })}
                disabled={at === items.length - 1}
                onClick={() => move(at, at + 1)}
              />
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={say('removeItem', { n: at + 1 })}
                onClick={() => put(without(items, at), without(ids, at))}
              />
            </span>
          )}
        </div>
      ))}
      {!isReadOnly && (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => put([...items, fresh], [...ids, Math.max(0, ...ids) + 1])}
        >
          {say('addItem', { label: speak(node.field.label) })}
        </Button>
      )}
      {isReadOnly && items.length === 0 && <span className="faint">{say('nothing')}</span>}
    </div>
  );
}

interface Entry {
  readonly id: number;
  readonly key: string;
  readonly value: unknown;
}

/** A map: each key with what stands under it. */
export function MapField({ node, pointer, value, change }: InputProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { isReadOnly, parts } = useFormContext();
  const { each, field } = node;
  const [entries, setEntries] = useState<readonly Entry[]>(() =>
    Object.entries((value as Fields | undefined) ?? {}).map(([key, item], id) => ({ id, key, value: item })),
  );
  const base = useId();
  if (!each) return null;
  const put = (next: readonly Entry[]) => {
    setEntries(next);
    const named = next.filter(({ key }) => key.trim() !== '');
    change(
      named.length === 0 && field.default === null && !field.isRequired
        ? undefined
        : Object.fromEntries(named.map((entry) => [entry.key.trim(), entry.value])),
    );
  };
  const write = (id: number, changes: Partial<Entry>) =>
    put(entries.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry)));
  const keyName = field.hint ? speak(field.hint) : say('mapKey');
  const next = Math.max(-1, ...entries.map(({ id }) => id)) + 1;
  const fresh =
    each.field.type === 'map' ? {} : each.field.type === 'group' ? defaultsOf(each.fields) : undefined;
  return (
    <div className="entity-items">
      {entries.map((entry, at) => (
        <div className="entity-entry" key={entry.id}>
          {field.reference ? (
            <Picker
              label={keyName}
              reference={field.reference}
              value={entry.key || undefined}
              change={(key) => write(entry.id, { key: key ?? '' })}
              isReadOnly={isReadOnly}
              isWrong={false}
            />
          ) : (
            <Input
              aria-label={keyName}
              placeholder={keyName}
              disabled={isReadOnly}
              value={entry.key}
              onChange={({ target }) => write(entry.id, { key: target.value })}
            />
          )}
          <parts.FieldInput
            id={`${base}-${entry.id}`}
            node={each}
            pointer={`${pointer}/${escaped(entry.key)}`}
            value={entry.value}
            change={(item) => write(entry.id, { value: item })}
          />
          {!isReadOnly && (
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={say('removeItem', { n: at + 1 })}
              onClick={() => put(entries.filter(({ id }) => id !== entry.id))}
            />
          )}
        </div>
      ))}
      {!isReadOnly && (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => setEntries([...entries, { id: next, key: '', value: fresh }])}
        >
          {say('addItem', { label: speak(each.field.label) })}
        </Button>
      )}
      {isReadOnly && entries.length === 0 && <span className="faint">{say('nothing')}</span>}
    </div>
  );
}
