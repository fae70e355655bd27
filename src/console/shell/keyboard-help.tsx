import { Modal } from 'antd';
import { Fragment } from 'react';
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
      </dl>
    </Modal>
  );
}
