import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from '../api/ask.ts';
import { useMay, useSession } from '../api/session.tsx';
import type { SimulationRow } from '../api/types.ts';
import { bodyOf, type CallAsked } from './call-asked.ts';

export interface Trial {
  readonly key: string;
  readonly found?: SimulationRow;
  readonly error?: unknown;
}

/** What is tried in place of what holds. */
export interface TrialOf {
  readonly key: string;
  readonly version?: number;
  readonly draft?: object;
}

/** Has calls simulated: each of them on what holds, or on something else. The last one who asks is answered. */
export function useTrials() {
  const { zone, company } = useSession();
  const mayReadAgents = useMay('agent:read');
  const [trials, setTrials] = useState<readonly Trial[]>();
  const [isPending, setPending] = useState(false);
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: answers are of the company that was looked at
  useEffect(() => setTrials(undefined), [company]);
  const run = useCallback(
    async (asked: CallAsked, ways: readonly TrialOf[]) => {
      current.current?.abort();
      const abort = new AbortController();
      current.current = abort;
      setPending(true);
      const { signal } = abort;
      const agents =
        asked.agents === 'ready' || !mayReadAgents
          ? []
          : await ask<{ readonly items: readonly { readonly id: string }[] }>('/agents', {
              query: { limit: 500 },
              signal,
            }).then(
              ({ items }) => items.map(({ id }) => id),
              () => [],
            );
      const body = bodyOf(asked, zone, agents);
      const answers = await Promise.all(
        ways.map(async ({ key, ...more }): Promise<Trial> => {
          try {
            const found = await ask<SimulationRow>('/simulations', {
              method: 'POST',
              body: { ...body, ...more },
              signal,
            });
            return { key, found };
          } catch (error) {
            return { key, error };
          }
        }),
      );
      if (signal.aborted) return undefined;
      setPending(false);
      setTrials(answers);
      return answers;
    },
    [zone, mayReadAgents],
  );
  return { trials, isPending, run };
}
