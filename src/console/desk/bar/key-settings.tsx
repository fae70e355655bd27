import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { codeOf, DEFAULT_KEYS, KEY_ACTS, type KeyAct, nameOf, setKeys, useKeys } from './keys.ts';
import { keyWords } from './words.ts';

/** The keys of the phone bar, to be set as somebody likes them. */
export function KeySettings() {
  const say = useSay(keyWords);
  const keys = useKeys();
  const [awaited, setAwaited] = useState<KeyAct>();
  const [taken, setTaken] = useState('');
  useEffect(() => {
    if (!awaited) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape') return setAwaited(undefined);
      const code = codeOf(event);
      if (!code) return;
      // Not what it was for so far.
      event.preventDefault();
      event.stopImmediatePropagation();
      const other = KEY_ACTS.find((act) => act !== awaited && keys[act] === code);
      if (other) return setTaken(say('taken', { keys: nameOf(code), act: say(other) }));
      setTaken('');
      setKeys({ ...keys, [awaited]: code });
      setAwaited(undefined);
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [awaited, keys, say]);
  return (
    <section className="card">
      <h2>{say('title')}</h2>
      <p className="faint">{say('intro')}</p>
      <dl className="facts">
        {KEY_ACTS.map((act) => (
          <div key={act} className="pb-key">
            <dt>{say(act)}</dt>
            <dd>
              <Button
                size="small"
                title={say('change', { act: say(act), keys: nameOf(keys[act]) })}
                onClick={() => {
                  setTaken('');
                  setAwaited(act);
                }}
              >
                {awaited === act ? say('press') : nameOf(keys[act])}
              </Button>
            </dd>
          </div>
        ))}
      </dl>
      <p className="faint" role="status">
        {taken}
      </p>
      <Button onClick={() => setKeys(DEFAULT_KEYS)}>{say('reset')}</Button>
    </section>
  );
}
