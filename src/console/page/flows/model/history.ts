/** Undo and redo of a document that is never changed in place. Pure. */
import type { Edit } from './edit.ts';
import type { Doc } from './tree.ts';

export interface History {
  readonly now: Edit;
  /** The newest last. */
  readonly past: readonly Edit[];
  readonly future: readonly Edit[];
  /** What the last change was about: one that goes on with it is the same step back. */
  readonly about: string | undefined;
}

const MOST = 200;

export const begun = (doc: Doc, chosen = '/flow'): History => ({
  now: { doc, chosen },
  past: [],
  future: [],
  about: undefined,
});

/** Takes a change. `about`: letters of one field are one step back. */
export function changed(history: History, edit: Edit, about?: string): History {
  if (edit.doc === history.now.doc) return chose(history, edit.chosen);
  const isSame = about !== undefined && about === history.about;
  const past = isSame ? history.past : [...history.past, history.now].slice(-MOST);
  return { now: edit, past, future: [], about };
}

/** Choosing is no change. */
export function chose(history: History, chosen: string): History {
  if (chosen === history.now.chosen) return history;
  return { ...history, now: { ...history.now, chosen }, about: undefined };
}

export function undone(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  const future = [history.now, ...history.future];
  return { now: before, past: history.past.slice(0, -1), future, about: undefined };
}

export function redone(history: History): History {
  const [after, ...future] = history.future;
  if (!after) return history;
  return { now: after, past: [...history.past, history.now], future, about: undefined };
}
