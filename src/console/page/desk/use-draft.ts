/** What an agent writes of a call, kept by the server while he types. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import type { DraftRow, ScreenRow } from '../../api/types.ts';

const SAVE_MS = 2_000;

export interface Words {
  readonly note: string;
  readonly disposition: string | null;
  readonly resolved: boolean | null;
}

export interface Draft {
  readonly words: Words;
  readonly write: (change: Partial<Words>) => void;
  /** At once, such as when he leaves the field. */
  readonly save: () => Promise<void>;
  readonly state: 'clean' | 'dirty' | 'saving' | 'failed';
  /** When it was kept last. */
  readonly savedAt: string | undefined;
}

const NOTHING: Words = { note: '', disposition: null, resolved: null };

const wordsOf = (draft: DraftRow | null | undefined): Words =>
  draft ? { note: draft.note, disposition: draft.disposition, resolved: draft.resolved } : NOTHING;

/** Mounted once a call. `screen`: what the server has of it when it is first read; later answers change nothing under the agent's hands. */
export function useDraft(callId: string, screen: ScreenRow | undefined): Draft {
  const [words, setWords] = useState<Words>(NOTHING);
  const [state, setState] = useState<Draft['state']>('clean');
  const [savedAt, setSavedAt] = useState<string>();
  const isRead = useRef(false);
  const latest = useRef<Words>(NOTHING);
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isDirty = useRef(false);
  useEffect(() => {
    if (!screen || isRead.current) return;
    isRead.current = true;
    if (isDirty.current) return;
    latest.current = wordsOf(screen.draft);
    setWords(latest.current);
    setSavedAt(screen.draft?.at);
  }, [screen]);
  const save = useCallback(
    async (isLeaving = false) => {
      clearTimeout(due.current);
      due.current = undefined;
      if (!isDirty.current) return;
      isDirty.current = false;
      setState('saving');
      try {
        const path = `/calls/${encodeURIComponent(callId)}/draft`;
        const { at } = await ask<DraftRow>(path, {
          method: 'PUT',
          body: latest.current,
          keepalive: isLeaving,
        });
        setSavedAt(at);
        setState(isDirty.current ? 'dirty' : 'clean');
      } catch (error) {
        // The call is not in his hands any more: what he writes then is said of the call itself.
        if (error instanceof ApiError && error.status === 404) return setState('clean');
        isDirty.current = true;
        setState('failed');
        due.current ??= setTimeout(() => void save(), SAVE_MS);
      }
    },
    [callId],
  );
  const write = useCallback(
    (change: Partial<Words>) => {
      latest.current = { ...latest.current, ...change };
      isDirty.current = true;
      setWords(latest.current);
      setState('dirty');
      due.current ??= setTimeout(() => void save(), SAVE_MS);
    },
    [save],
  );
  // The tab is closed, or another is looked at: that one may be the last that is heard of this one.
  useEffect(() => {
    const left = () => {
      if (document.visibilityState === 'hidden') void save(true);
    };
    document.addEventListener('visibilitychange', left);
    return () => document.removeEventListener('visibilitychange', left);
  }, [save]);
  // What is not kept yet is kept when he leaves the page.
  useEffect(
    () => () => {
      clearTimeout(due.current);
      if (isDirty.current) void save();
    },
    [save],
  );
  return { words, write, save, state, savedAt };
}
