import { useEffect, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { FlowProblem } from '../../api/types.ts';
import type { Doc } from './model/tree.ts';

const AFTER_MS = 300;

export interface Checked {
  /** Of the document as it was checked last; undefined: not yet. */
  readonly problems: readonly FlowProblem[] | undefined;
  /** They are of the document as it is now. */
  readonly isNow: boolean;
  readonly isFailed: boolean;
}

/** What is wrong with the document, by the engine's own check, 300 ms after each change. */
export function useCheck(number: string, doc: Doc, isOn: boolean): Checked {
  const [found, setFound] = useState<{
    doc: Doc;
    problems: readonly FlowProblem[] | undefined;
    isFailed: boolean;
  }>();
  useEffect(() => {
    if (!isOn) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { problems } = await ask<{ readonly problems: readonly FlowProblem[] }>(
          `/flows/${encodeURIComponent(number)}/check`,
          { method: 'POST', body: { hotline: doc }, signal: abort.signal },
        );
        setFound({ doc, problems, isFailed: false });
      } catch {
        if (!abort.signal.aborted)
          setFound((before) => ({ doc, problems: before?.problems, isFailed: true }));
      }
    }, AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [number, doc, isOn]);
  return { problems: found?.problems, isNow: found?.doc === doc, isFailed: found?.isFailed ?? false };
}
