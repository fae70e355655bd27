import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useSay } from '../i18n/language.tsx';
import { keyWords } from './key-words.ts';
import { comboOf, DEFAULT_KEYS, KEY_GROUPS, type KeyAct, type KeyGroup, refusalOf } from './keys.ts';
import { setKeys, useKeys } from './use-keys.ts';
import './keys.css';

/** The keys, to be set as somebody likes them; of the groups that are his. */
export function KeySettings({ groups }: { readonly groups: readonly KeyGroup[] }) {
  const say = useSay(keyWords);
  const keys = useKeys();
  const [awaited, setAwaited] = useState<KeyAct>();
  const [refused, setRefused] = useState('');
  useEffect(() => {
    if (!awaited) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Tab') return setAwaited(undefined);
      // Not what it was for so far.
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === 'Escape') return setAwaited(undefined);
      const combo = comboOf(event);
      if (combo === undefined) return;
      const refusal = refusalOf(keys, awaited, combo);
      if (refusal) {
        const act = say(refusal.why === 'taken' ? refusal.by : awaited);
        return setRefused(say(refusal.why, { keys: combo, act }));
      }
      setKeys({ ...keys, [awaited]: combo });
      setAwaited(undefined);
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [awaited, keys, say]);
  const rowOf = (act: KeyAct) => (
    <div key={act} className="key-row">
      <dt>{say(act)}</dt>
      <dd>
        <Button
          size="small"
          title={say('change', { act: say(act), keys: keys[act] })}
          aria-label={say('change', { act: say(act), keys: keys[act] })}
          onClick={() => {
            setRefused('');
            setAwaited(act);
          }}
          onBlur={() => setAwaited(undefined)}
        >
          {awaited === act ? say('press') : <kbd>{keys[act]}</kbd>}
        </Button>
        {awaited === act && refused !== '' && (
          <span className="key-refused" role="alert">
            <WarningOutlined aria-hidden /> {refused}
          </span>
        )}
      </dd>
    </div>
  );
  return (
    <section className="card" aria-label={say('title')}>
      <h2>{say('title')}</h2>
      <p className="faint">{say('intro')}</p>
      {groups.map((group) => (
        <section key={group} className="key-group">
          <h3>{say(group)}</h3>
          <dl>{KEY_GROUPS[group].map(rowOf)}</dl>
        </section>
      ))}
      <Button onClick={() => setKeys(DEFAULT_KEYS)}>{say('reset')}</Button>
    </section>
  );
}
