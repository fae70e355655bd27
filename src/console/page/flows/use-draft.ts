import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import type { WholeFlow } from '../../api/types.ts';
import { docOf, FLOWS, type Opened, pathOfHotline, type WholeVersion } from './flow-queries.ts';
import { type Merged, merge, same } from './model/merge.ts';
import { compact, type Doc, type Kinds, normalised } from './model/tree.ts';

export interface Base {
  /** As it was read or saved last. */
  readonly doc: Doc;
  /** Of the draft; undefined: there is none yet. */
  readonly draft: Pick<WholeVersion, 'version' | 'revision'> | undefined;
  /** The version that took the calls then; null: it has none. */
  readonly published: number | null;
}

/** What is stored now, and by whom. */
type Stored = Base & { readonly by: string };

/** Somebody else has saved the draft, or published, meanwhile. */
export interface Conflicting extends Merged {
  readonly theirs: Stored;
  /** The merged document, with theirs at these places in the list of conflicts. */
  readonly resolved: (chosen: ReadonlySet<number>) => Doc;
}

function conflicting(base: Doc, mine: Doc, theirs: Stored): Conflicting {
  const resolved = (chosen: ReadonlySet<number>) => merge(base, mine, theirs.doc, chosen).doc;
  return { theirs, resolved, ...merge(base, mine, theirs.doc) };
}

/** The draft of a hotline as it is stored: saved by its revision, merged with what somebody else has saved. */
export function useDraft(number: string, opened: Opened, kinds: Kinds) {
  const client = useQueryClient();
  const [base, setBase] = useState<Base>(() => ({
    doc: normalised(docOf(opened.draft?.hotline ?? opened.flow.hotline), kinds),
    draft: opened.draft,
    published: opened.flow.published,
  }));
  const [conflict, setConflict] = useState<Conflicting>();
  const path = pathOfHotline(number);
  const versionOf = (version: number) => ask<WholeVersion>(`${path}/versions/${version}`);
  const normal = ({ hotline }: WholeVersion) => normalised(docOf(hotline), kinds);

  /** The draft, else what takes the calls. */
  const stored = async (): Promise<Stored> => {
    const flow = await ask<WholeFlow>(`/flows/${encodeURIComponent(number)}`);
    const { published } = flow;
    if (flow.draft !== null) {
      const draft = await versionOf(flow.draft);
      return { doc: normal(draft), draft, published, by: draft.changedBy };
    }
    // It was begun to be tried: it is a draft no more.
    const tried = flow.canary !== null && flow.canary === base.draft?.version ? flow.canary : null;
    if (published === null)
      return { doc: normalised(docOf(flow.hotline), kinds), draft: undefined, published, by: '' };
    const held = await versionOf(tried ?? published);
    return { doc: normal(held), draft: undefined, published, by: held.publishedBy ?? held.changedBy };
  };
  const save = useMutation({
    /** Undefined: there is a conflict to be seen to. `over`: what was seen of others is in the document. */
    mutationFn: async ({ doc, over }: { readonly doc: Doc; readonly over?: Stored }) => {
      const known: Base = over ?? base;
      try {
        const draft = await ask<WholeVersion>(`${path}/draft`, {
          method: 'PUT',
          body: {
            hotline: compact(doc, kinds),
            // A new draft goes on with the version that was read, not with one that was published since.
            ...((over || !known.draft) && known.published !== null && { base: known.published }),
          },
          ...(known.draft && { revision: known.draft.revision }),
        });
        setBase({ doc, draft, published: known.published });
        setConflict(undefined);
        await client.invalidateQueries({ queryKey: FLOWS });
        return draft;
      } catch (error) {
        if (!isMeanwhile(error)) throw error;
        const now = await stored();
        if (isSameState(now, known)) throw error;
        setConflict(conflicting(known.doc, doc, now));
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
    rebase: setBase,
    /** Takes in what others have saved, without saving; undefined: both changed the same, which is to be seen to. */
    takeIn: async (docNow: () => Doc): Promise<Doc | undefined> => {
      const now = await stored();
      // With what was written while it was asked for.
      const found = conflicting(base.doc, docNow(), now);
      if (found.conflicts.length > 0) {
        setConflict(found);
        return undefined;
      }
      setBase(now);
      return found.doc;
    },
    /** Another version was published since this draft was begun: it is brought in line with that one. */
    bringInLine: async (doc: Doc): Promise<void> => {
      const { draft, published } = await stored();
      const begunAt = draft && (await versionOf(draft.version)).base;
      if (!begunAt || published === null) return;
      const [was, held] = [await versionOf(begunAt), await versionOf(published)];
      const by = held.publishedBy ?? held.changedBy;
      setConflict(conflicting(normal(was), doc, { doc: normal(held), draft, published, by }));
    },
  };
}

export type Draft = ReturnType<typeof useDraft>;

/** Also a draft that somebody has begun, published or dropped since. */
const isMeanwhile = (error: unknown): boolean =>
  error instanceof ApiError && ['changed-meanwhile', 'no-if-match', 'version-state'].includes(error.code);

const isSameState = (one: Base, other: Base): boolean =>
  one.draft?.version === other.draft?.version &&
  one.draft?.revision === other.draft?.revision &&
  one.published === other.published;
