import { useEffect, useRef, useSyncExternalStore } from 'react';
import { comboOf, DEFAULT_KEYS, KEY_ACTS, type KeyAct, type Keys, keysIn, REPEATED } from './keys.ts';
import { remember, remembered } from './remembered.ts';

const STORED = 'keys';

let keys = keysIn(remembered(STORED));
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

/** Who types, chooses from a menu, or reads a dialog means nothing else by a letter. */
const isTaken = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest('input, textarea, select, [role="menu"], [role="listbox"], .ant-modal-root') !== null);

/** Does what a key is for; `undefined`: it is for nothing now, and the browser has it. */
export function useKeyActs(acts: Readonly<Partial<Record<KeyAct, (() => void) | undefined>>>): void {
  const current = useKeys();
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const combo = comboOf(event);
      if (combo === undefined || (!combo.includes('+') && isTaken(event.target))) return;
      const act = KEY_ACTS.find((each) => current[each] === combo);
      const run = act && latest.current[act];
      if (!run || (event.repeat && !REPEATED.has(act))) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [current]);
}
