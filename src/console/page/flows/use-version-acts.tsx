import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { WholeFlow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { docOf, FLOWS, pathOfHotline, type VersionRow, type WholeVersion } from './flow-queries.ts';
import { type Kinds, normalised } from './model/tree.ts';
import type { Draft } from './use-draft.ts';
import type { HistoryActs } from './use-edit.ts';
import type { VersionActs } from './versions.tsx';
import { flowWords } from './words.ts';

interface Parts {
  readonly number: string;
  readonly draft: Draft;
  readonly acts: HistoryActs;
  readonly kinds: Kinds;
  readonly isChanged: boolean;
  /** Undefined: it could not be saved, which was told. */
  readonly save: () => Promise<WholeVersion | undefined>;
}

/** What is done with versions: published, tried, rolled back, dropped. */
export function useVersionActs(parts: Parts) {
  const { number, draft, acts, kinds, isChanged, save } = parts;
  const say = useSay(flowWords);
  const client = useQueryClient();
  const { company } = useSession();
  const { message } = App.useApp();
  const [isPublishing, setPublishing] = useState(false);
  const path = pathOfHotline(number);
  const told = (error: unknown): false => {
    message.error(<ProblemText error={error} />);
    return false;
  };
  /** What holds is read anew; the document only where nothing else is edited. */
  const renew = async (text: string, isNewDoc: boolean): Promise<void> => {
    message.success(text);
    const flow = await ask<WholeFlow>(`/flows/${encodeURIComponent(number)}`);
    const of = flow.draft === null ? undefined : await ask<WholeVersion>(`${path}/draft`);
    if (isNewDoc) {
      const doc = normalised(docOf(of?.hotline ?? flow.hotline), kinds);
      draft.rebase({ doc, draft: of, published: flow.published });
      acts.begin(doc);
    }
    client.setQueryData([...FLOWS, company, number], { flow, draft: of });
    await Promise.all([
      client.invalidateQueries({ queryKey: [...FLOWS, company, number, 'versions'] }),
      client.invalidateQueries({ queryKey: [...FLOWS, company], exact: true }),
    ]);
  };
  const versions: VersionActs = {
    rollBack: async (version) => {
      await ask(`${path}/rollback`, { method: 'POST', body: { version } })
        .then(() => renew(say('rolledBack', { version }), !isChanged && draft.base.draft === undefined))
        .catch(told);
    },
    tryOut: async (version, canary) => {
      const saved = isChanged ? await save() : true;
      if (!saved) return;
      await ask(`${path}/draft/check`, { method: 'POST' })
        .then(() => ask(`${path}/versions/${version}/canary`, { method: 'POST', body: canary }))
        .then(() => renew(say('canaryBegun', { version }), true))
        .catch(told);
    },
    endCanary: async () => {
      await ask(`${path}/canary`, { method: 'DELETE' })
        .then(() => renew(say('canaryEnded'), !isChanged))
        .catch(told);
    },
    dropDraft: async ({ revision }: VersionRow) => {
      await ask(`${path}/draft`, { method: 'DELETE', revision })
        .then(() => renew(say('dropped'), true))
        .catch(told);
    },
  };
  /** False: it could not be, which was told. */
  const publish = async (comment: string): Promise<boolean> => {
    setPublishing(true);
    try {
      const saved = isChanged ? await save() : draft.base.draft;
      if (!saved) return false;
      const { version } = saved;
      await ask(`${path}/draft/check`, { method: 'POST' });
      await ask(`${path}/versions/${version}/publish`, {
        method: 'POST',
        body: comment === '' ? {} : { comment },
      });
      await renew(say('published', { version }), true);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'version-outdated') {
        await draft.bringInLine(acts.now().doc).catch(told);
        return false;
      }
      return told(error);
    } finally {
      setPublishing(false);
    }
  };
  return { ...versions, publish, isPublishing };
}
