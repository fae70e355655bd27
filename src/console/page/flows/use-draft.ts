import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { docOf, FLOWS, type Opened, pathOfHotline, type WholeVersion } from './flow-queries.ts';
import { type Merged, merge, same } from './model/merge.ts';
import { compact, type Doc, type Kinds, normalised } from './model/tree.ts';

export interface Base {
  /** As it was read or saved last. */
  readonly doc: Doc;
  /** Of the draft; undefined: there is none yet. */
  readonly draft: Pick<WholeVersion, 'version' | 'revision'> | undefined;
}

/** Somebody else has saved the draft meanwhile. */
export interface Conflicting extends Merged {
  readonly theirs: WholeVersion;
}

/** The draft of a hotline as it is stored: saved by its revision, merged with what somebody else has saved. */
export function useDraft(number: string, opened: Opened, kinds: Kinds) {
  const client = useQueryClient();
  const [base, setBase] = useState<Base>(() => ({
    doc: normalised(docOf(opened.draft?.hotline ?? opened.flow.hotline), kinds),
    draft: opened.draft,
  }));
  const [conflict, setConflict] = useState<Conflicting>();
  const path = `${pathOfHotline(number)}/draft`;
  const took = async (doc: Doc, draft: WholeVersion): Promise<WholeVersion> => {
    setBase({ doc, draft });
    setConflict(undefined);
    await client.invalidateQueries({ queryKey: FLOWS });
    return draft;
  };
  const save = useMutation({
    /** Undefined: there is a conflict to be seen to. */
    mutationFn: async ({ doc, over }: { readonly doc: Doc; readonly over?: WholeVersion }) => {
      const known = over ?? base.draft;
      try {
        const draft = await ask<WholeVersion>(path, {
          method: 'PUT',
          body: { hotline: compact(doc, kinds) },
          ...(known && { revision: known.revision }),
        });
        return await took(doc, draft);
      } catch (error) {
        if (!isConflict(error)) throw error;
        const theirs = await ask<WholeVersion>(path);
        setConflict({ theirs, ...merge(base.doc, doc, normalised(docOf(theirs.hotline), kinds)) });
        return undefined;
      }
    },
  });
  return {
    base,
    isChanged: (doc: Doc) => doc !== base.doc && !same(doc, base.doc),
    save,
    conflict,
    letBe: () => setConflict(undefined),
    /** Another document is the base: a draft was dropped, or published. */
    rebase: (doc: Doc, draft: Base['draft']) => setBase({ doc, draft }),
  };
}

/** Also a draft that somebody has begun since. */
const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'changed-meanwhile' || error.code === 'no-if-match');
