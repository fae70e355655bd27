import { useCallback, useMemo, useRef, useState } from 'react';
import * as edit from './model/edit.ts';
import { begun, changed, chose, type History, redone, undone } from './model/history.ts';
import { type BranchSpot, type Doc, pointerOf, type Spot, type Steps } from './model/tree.ts';

/** What may be done with the document that is open. */
export interface EditActs {
  choose(pointer: string): void;
  /** `chosen`: what is chosen then, where that is not the part itself. */
  setField(at: Steps, field: string, value: unknown, chosen?: string): void;
  addBranch(spot: Spot, branch: edit.NewBranch): void;
  removeBranch(spot: Spot, branch: BranchSpot): void;
  /** False: the name is taken. */
  renameBranch(spot: Spot, branch: BranchSpot, label: string): boolean;
  duplicate(): void;
  remove(): void;
  openAdd(): void;
}

/** The document with its undo and redo. */
export function useHistory(doc: Doc) {
  const [history, setHistory] = useState<History>(() => begun(doc));
  const latest = useRef(history);
  latest.current = history;
  const take = useCallback((next: History) => {
    latest.current = next;
    setHistory(next);
  }, []);
  const acts = useMemo(
    () => ({
      now: () => latest.current.now,
      apply: (made: edit.Edit | undefined, about?: string): boolean => {
        if (made) take(changed(latest.current, made, about));
        return made !== undefined;
      },
      choose: (pointer: string) => take(chose(latest.current, pointer)),
      undo: () => take(undone(latest.current)),
      redo: () => take(redone(latest.current)),
      /** Another document: there is no way back beyond it. */
      begin: (fresh: Doc) => take(begun(fresh, latest.current.now.chosen)),
    }),
    [take],
  );
  return { history, acts };
}

export type HistoryActs = ReturnType<typeof useHistory>['acts'];

/** Acts of the form, on what is chosen. */
export function editActs(
  acts: HistoryActs,
  chosen: () => Steps | undefined,
  { openAdd, remove }: Pick<EditActs, 'openAdd' | 'remove'>,
): EditActs {
  return {
    openAdd,
    remove,
    choose: acts.choose,
    setField: (at, field, value, also) => {
      const made = edit.setField(acts.now().doc, at, field, value);
      acts.apply(also === undefined ? made : { ...made, chosen: also }, `${pointerOf(at)}/${field}`);
    },
    addBranch: (spot, branch) => acts.apply(edit.addBranch(acts.now().doc, spot.steps, branch)),
    removeBranch: (spot, { branch }) =>
      acts.apply(edit.removeBranch(acts.now().doc, spot.steps, branch.steps)),
    renameBranch: (spot, { branch }, label) => {
      const made = edit.renameBranch(acts.now().doc, spot.steps, branch.steps, label);
      return acts.apply(made && { ...made, chosen: spot.pointer });
    },
    duplicate: () => {
      const at = chosen();
      if (at) acts.apply(edit.duplicate(acts.now().doc, at));
    },
  };
}
