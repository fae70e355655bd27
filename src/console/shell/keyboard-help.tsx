import { Modal } from 'antd';
import { Fragment } from 'react';
import { KEY_ACTS, nameOf, useKeys } from '../desk/bar/keys.ts';
import { keyWords } from '../desk/bar/words.ts';
import { useDesk } from '../desk/desk-provider.tsx';
import { useSay } from '../i18n/language.tsx';
import { shellWords } from './words.ts';

const KEYS = [
  ['Ctrl K', 'keyPalette'],
  ['?', 'keyHelp'],
  ['/', 'keySearch'],
  ['↑ ↓', 'keyMove'],
  ['Enter', 'keyOpen'],
  ['Esc', 'keyClose'],
] as const;

/** What the keyboard does (`?`). */
export function KeyboardHelp({ close }: { readonly close: () => void }) {
  const say = useSay(shellWords);
  const sayAct = useSay(keyWords);
  const keys = useKeys();
  const isAgent = useDesk() !== undefined;
  return (
    <Modal open footer={null} onCancel={close} title={say('keys')} width={420}>
      <dl className="keys">
        {KEYS.map(([keys, word]) => (
          <Fragment key={word}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{say(word)}</dd>
          </Fragment>
        ))}
        {isAgent &&
          KEY_ACTS.map((act) => (
            <Fragment key={act}>
              <dt>
                <kbd>{nameOf(keys[act])}</kbd>
              </dt>
              <dd>{sayAct(act)}</dd>
            </Fragment>
          ))}
      </dl>
    </Modal>
  );
}
