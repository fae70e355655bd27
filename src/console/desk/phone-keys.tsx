import { Button } from 'antd';
import type { KeyboardEvent } from 'react';
import { useSay } from '../i18n/language.tsx';
import { useDesk } from './desk-provider.tsx';
import { keypadWords } from './words.ts';
import './phone-keys.css';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** Keys of the phone in the page, while it is in a call as its caller: for menus. Nothing where it is in none. */
export function PhoneKeys() {
  const say = useSay(keypadWords);
  const phone = useDesk()?.phone;
  if (!phone?.tab || !phone.sight.calls.some(({ state }) => state === 'talking')) return null;
  const press = (key: string) => void phone.tab?.press(key).catch(() => {});
  const keyDown = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
    if (!ctrlKey && !altKey && !metaKey && KEYS.some((each) => each === key)) press(key);
  };
  return (
    <div className="phone-keys" role="group" aria-label={say('keypad')} onKeyDown={keyDown}>
      {KEYS.map((key) => (
        <Button key={key} aria-label={say('key', { key })} onClick={() => press(key)}>
          {key}
        </Button>
      ))}
    </div>
  );
}
