/** Breaks that the company has (小休原因), read once for all who are shown. */
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useMemo } from 'react';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { sayOf } from '../../i18n/words.ts';
import { reasonWords } from './words.ts';

interface BreakReason {
  readonly name: string;
  readonly title: { readonly zh?: string; readonly en?: string };
}

interface Reasons {
  /** Of the company, for who may read them. */
  readonly list: readonly BreakReason[];
  /** Says why somebody is away: by the company's title of it, or our word for the engine's. */
  readonly reasonOf: (reason: string) => string;
}

const NONE: readonly BreakReason[] = [];
const Context = createContext<Reasons | undefined>(undefined);

export function ReasonsProvider({ children }: { readonly children: ReactNode }) {
  const { may, company } = useSession();
  const { language } = useLanguage();
  const { data } = useQuery({
    queryKey: ['break-reasons', company],
    queryFn: ({ signal }) => ask<Items<BreakReason>>('/break-reasons', { query: { limit: 200 }, signal }),
    enabled: may('break-reason:read'),
    staleTime: 300_000,
  });
  const list = data?.items ?? NONE;
  const reasonOf = useCallback(
    (reason: string) => {
      const title = list.find(({ name }) => name === reason)?.title;
      const own = language === 'en' ? title?.en : title?.zh;
      return own || sayOf(reasonWords, language, reason);
    },
    [list, language],
  );
  const value = useMemo(() => ({ list, reasonOf }), [list, reasonOf]);
  return <Context value={value}>{children}</Context>;
}

function useReasons(): Reasons {
  const reasons = useContext(Context);
  if (!reasons) throw new Error('outside of ReasonsProvider');
  return reasons;
}

export const useBreakReasons = () => useReasons().list;
export const useReason = () => useReasons().reasonOf;
