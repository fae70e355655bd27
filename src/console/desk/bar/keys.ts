/** Keys of the phone bar: Alt with a letter or digit, as somebody has set them in this browser. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { remember, remembered } from '../../kit/remembered.ts';

export const KEY_ACTS = [
  ...(['answer', 'hangUp', 'hold', 'mute', 'transfer', 'consult', 'conference', 'ready', 'break'] as const),
  'help',
] as const;
export type KeyAct = (typeof KEY_ACTS)[number];

/** By `KeyboardEvent.code`: with Alt some systems make other letters of a key. */
export type Keys = Readonly<Record<KeyAct, string>>;

export const DEFAULT_KEYS: Keys = {
  answer: 'KeyA',
  hangUp: 'KeyH',
  hold: 'KeyP',
  mute: 'KeyM',
  transfer: 'KeyT',
  consult: 'KeyC',
  conference: 'Digit3',
  ready: 'KeyR',
  break: 'KeyB',
  help: 'KeyQ',
};

const STORED = 'phone-keys';
const CODE = /^(Key[A-Z]|Digit\d)$/;

function read(): Keys {
  try {
    const told = JSON.parse(remembered(STORED) ?? '{}') as Readonly<Record<string, unknown>>;
    const own = KEY_ACTS.flatMap((act) => {
      const code = told[act];
      return typeof code === 'string' && CODE.test(code) ? [[act, code] as const] : [];
    });
    return { ...DEFAULT_KEYS, ...Object.fromEntries(own) };
  } catch {
    return DEFAULT_KEYS;
  }
}

let keys = read();
const listeners = new Set<() => void>();

export function setKeys(next: Keys): void {
  keys = next;
  remember(STORED, next === DEFAULT_KEYS ? undefined : JSON.stringify(next));
  for (const listener of listeners) listener();
}

export const useKeys = (): Keys =>
  useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => keys,
  );

/** `Alt+A` */
export const nameOf = (code: string): string => `Alt+${code.replace(/^(Key|Digit)/, '')}`;

/** The code of a combination that may be set; undefined: it is none. */
export function codeOf({ code, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string | undefined {
  return altKey && !ctrlKey && !metaKey && !shiftKey && CODE.test(code) ? code : undefined;
}

/** Does what a key is for; `undefined`: it is for nothing now, and the browser has it. */
export function useKeyActs(acts: Readonly<Partial<Record<KeyAct, (() => void) | undefined>>>): void {
  const current = useKeys();
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.repeat || event.getModifierState('AltGraph')) return;
      const code = codeOf(event);
      const act = code && KEY_ACTS.find((each) => current[each] === code);
      const run = act && latest.current[act];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [current]);
}
