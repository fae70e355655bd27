import { Input, type InputRef, Modal } from 'antd';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import type { NodeKinds } from '../../api/types.ts';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { storable } from './model/edit.ts';
import { type KindFacts, kindsOf } from './model/tree.ts';
import { NodeIcon } from './node-icon.tsx';
import { flowWords } from './words.ts';

interface AddDialogProps {
  readonly facts: NodeKinds;
  readonly close: () => void;
  readonly add: (kind: KindFacts) => void;
}

/** The palette: all kinds of nodes in their groups, found by typing. */
export function AddDialog({ facts, close, add }: AddDialogProps) {
  const say = useSay(flowWords);
  const id = useId();
  const field = useRef<InputRef>(null);
  const { language } = useLanguage();
  const [q, setQ] = useState('');
  const [at, setAt] = useState(0);
  const told = (word: KindFacts['word']) => (language === 'en' ? word.en : word.zh);
  const needle = q.trim().toLowerCase();
  const kinds = storable(kindsOf(facts)).filter(({ type, word }) =>
    [type, word.zh, word.en].some((each) => each.toLowerCase().includes(needle)),
  );
  const groups = facts.groups
    .map(({ name, word }) => ({ name, word, kinds: kinds.filter(({ group }) => group === name) }))
    .filter((group) => group.kinds.length > 0);
  const all = groups.flatMap((group) => group.kinds);
  const chosen = all[Math.min(at, all.length - 1)];
  const keyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((Math.min(at, all.length - 1) + step + all.length) % all.length);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && chosen) add(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      open
      title={say('addNode')}
      footer={null}
      closable={false}
      onCancel={close}
      afterOpenChange={(isOpen) => isOpen && field.current?.focus()}
      width={640}
    >
      <Input
        ref={field}
        autoFocus
        aria-label={say('kindSearch')}
        placeholder={say('kindSearch')}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={chosen && `${id}${chosen.type}`}
        value={q}
        onChange={({ target }) => {
          setQ(target.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      <div className="palette-kinds" role="listbox" id={id} aria-label={say('addNode')}>
        {groups.map((group) => (
          <div key={group.name} role="group" aria-label={told(group.word)} className="palette-group">
            <span className="faint small" aria-hidden>
              {told(group.word)}
            </span>
            <div className="palette-row">
              {group.kinds.map((kind) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
                // biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus
                <div
                  key={kind.type}
                  id={`${id}${kind.type}`}
                  role="option"
                  aria-selected={kind === chosen}
                  className="palette-kind"
                  onClick={() => add(kind)}
                >
                  <NodeIcon type={kind.type} /> {told(kind.word)}
                </div>
              ))}
            </div>
          </div>
        ))}
      </div>
      {all.length === 0 && <p className="faint">{say('noKind')}</p>}
    </Modal>
  );
}
