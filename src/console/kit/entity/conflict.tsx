/** Two have changed one entity: for each field, whose stays. */
import { Modal, Radio } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { FieldText } from './field-input.tsx';
import { type Entity, type Form, useWords } from './kinds.ts';
import { changedFields } from './patch.ts';
import type { Fields } from './tree.ts';
import { entityWords } from './words.ts';

interface ConflictProps {
  readonly form: Form;
  readonly name: string;
  /** As it was read. */
  readonly base: Fields;
  readonly mine: Fields;
  readonly theirs: Entity;
  readonly close: () => void;
  /** What is to be saved over theirs. */
  readonly decide: (value: Fields) => void;
  readonly isSaving: boolean;
}

export function Conflict({ form, name, base, mine, theirs, close, decide, isSaving }: ConflictProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const names = form.fields.map((each) => each.name);
  // A secret that is taken away is null, and is not shown before either.
  const taken = names.filter((field) => mine[field] === null);
  const own = [...changedFields(base, mine, names), ...taken];
  const other = changedFields(base, theirs, names);
  const fields = form.fields.filter((node) => own.includes(node.name) || other.includes(node.name));
  const [takes, setTakes] = useState<Readonly<Record<string, 'mine' | 'theirs'>>>(() =>
    Object.fromEntries(fields.map((node) => [node.name, own.includes(node.name) ? 'mine' : 'theirs'])),
  );
  const together = (): Fields => {
    const value: Record<string, unknown> = { ...theirs };
    for (const [field, from] of Object.entries(takes)) if (from === 'mine') value[field] = mine[field];
    return value;
  };
  return (
    <Modal
      open
      width={760}
      title={say('conflict', { by: theirs.meta.by ?? say('somebody'), name })}
      okText={say('takeOver')}
      cancelText={say('keep')}
      okButtonProps={{ loading: isSaving }}
      onOk={() => decide(together())}
      onCancel={close}
    >
      <p className="faint">{say('conflictText')}</p>
      <div className="entity-conflict">
        {fields.map((node) => (
          <fieldset key={node.name}>
            <legend>{speak(node.field.label)}</legend>
            <Radio.Group
              value={takes[node.name]}
              onChange={({ target }) => setTakes({ ...takes, [node.name]: target.value })}
            >
              {(['mine', 'theirs'] as const).map((from) => (
                <Radio key={from} value={from}>
                  <span className="small faint">{say(from)}</span>
                  <span className="entity-value">
                    <FieldText node={node} value={(from === 'mine' ? mine : theirs)[node.name]} />
                  </span>
                </Radio>
              ))}
            </Radio.Group>
          </fieldset>
        ))}
      </div>
    </Modal>
  );
}
