/** Whether the number tester is open, with which call; and what is edited on the page and not saved yet, which it tries too. */
import { useEffect, useId, useSyncExternalStore } from 'react';
import type { CallAsked } from './call-asked.ts';

/** An entity as it is edited. */
export interface Unsaved {
  readonly kind: string;
  /** Name or number. */
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface State {
  /** Undefined: shut. */
  readonly open: { readonly call: CallAsked | undefined; readonly called: string | undefined } | undefined;
  readonly unsaved: readonly Unsaved[];
}

let state: State = { open: undefined, unsaved: [] };
const edited = new Map<string, Unsaved>();
const listeners = new Set<() => void>();

function become(next: Partial<State>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

function watch(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

/** Opens it: with a call that was typed, with a number to begin with, or with the call that was tried last. */
export const openTester = (how: { readonly call?: CallAsked; readonly called?: string } = {}): void =>
  become({ open: { call: how.call, called: how.called } });
export const shutTester = (): void => become({ open: undefined });

export const useTesterState = (): State => useSyncExternalStore(watch, () => state);

/** What is edited here, as long as it is; undefined: nothing is. The same object as long as it is the same. */
export function useUnsaved(unsaved: Unsaved | undefined): void {
  const id = useId();
  useEffect(() => {
    if (!unsaved) return;
    edited.set(id, unsaved);
    become({ unsaved: [...edited.values()] });
    return () => {
      edited.delete(id);
      become({ unsaved: [...edited.values()] });
    };
  }, [id, unsaved]);
}
