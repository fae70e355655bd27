import { Modal } from 'antd';
import { Fragment } from 'react';
import { useMay } from '../api/session.tsx';
import { useDesk } from '../desk/desk-provider.tsx';
import { useSay } from '../i18n/language.tsx';
import { keyWords } from '../kit/key-words.ts';
import { KEY_GROUPS, type KeyGroup } from '../kit/keys.ts';
import { useKeys } from '../kit/use-keys.ts';

/** The same everywhere, and not to be changed. */
const FIXED = [
  ['↑ ↓', 'move'],
  ['Enter', 'open'],
  ['Esc', 'close'],
] as const;

/** Groups of keys that are for who is signed in. */
export function useKeyGroups(): readonly KeyGroup[] {
  const isAgent = useDesk() !== undefined;
  const seesCalls = useMay('call:read');
  return [
    'everywhere',
    ...(isAgent ? (['phone', 'desk'] as const) : []),
    ...(seesCalls ? (['calls'] as const) : []),
  ];
}

/** What the keyboard does (`?`). */
export function KeyboardHelp({ close }: { readonly close: () => void }) {
  const say = useSay(keyWords);
  const keys = useKeys();
  const groups = useKeyGroups();
  const mayTest = useMay('simulation:create');
  const row = (name: string, what: string) => (
    <Fragment key={what}>
      <dt>
        <kbd>{name}</kbd>
      </dt>
      <dd>{what}</dd>
    </Fragment>
  );
  return (
    <Modal open footer={null} onCancel={close} title={say('title')} width={groups.length > 2 ? 720 : 420}>
      <div className="keys-groups">
        {groups.map((group) => (
          <section key={group}>
            <h2>{say(group)}</h2>
            <dl className="keys">
              {KEY_GROUPS[group]
                .filter((act) => act !== 'tester' || mayTest)
                .map((act) => row(keys[act], say(act)))}
              {group === 'everywhere' && FIXED.map(([name, what]) => row(name, say(what)))}
              {group === 'phone' && row('Alt+Enter', say('other'))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
