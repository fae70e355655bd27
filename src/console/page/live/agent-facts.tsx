import ArrowRightOutlined from '@ant-design/icons/es/icons/ArrowRightOutlined';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ask } from '../../api/ask.ts';
import { groupOf, type Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { AgentRow } from '../../api/types.ts';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { sayOf } from '../../i18n/words.ts';
import { Pill, STATE_LOOKS } from '../../kit/status-pill.tsx';
import { stateWords } from '../../kit/words.ts';
import { type Limit, type Limits, useLimits } from './limits.ts';
import { Timer } from './timer.tsx';
import { liveWords, reasonWords } from './words.ts';

interface BreakReason {
  readonly name: string;
  readonly title: { readonly zh?: string; readonly en?: string };
}

/** Breaks that the company has (小休原因), for who may read them. */
export function useBreakReasons(): readonly BreakReason[] {
  const { may, company } = useSession();
  const reasons = useQuery({
    queryKey: ['break-reasons', company],
    queryFn: ({ signal }) => ask<Items<BreakReason>>('/break-reasons', { query: { limit: 200 }, signal }),
    enabled: may('break-reason:read'),
    staleTime: 300_000,
  });
  return reasons.data?.items ?? NONE;
}
const NONE: readonly BreakReason[] = [];

/** Says why somebody is away: by the company's title of it, or our word for the engine's. */
export function useReason(): (reason: string) => string {
  const { language } = useLanguage();
  const reasons = useBreakReasons();
  return useCallback(
    (reason) => {
      const title = reasons.find(({ name }) => name === reason)?.title;
      const own = language === 'en' ? title?.en : title?.zh;
      return own || sayOf(reasonWords, language, reason);
    },
    [reasons, language],
  );
}

/** The state of an agent with why, and what he wishes to be when his call is over. */
export function AgentState({ agent: { state, reason, wish } }: { readonly agent: AgentRow }) {
  const say = useSay(liveWords);
  const sayState = useSayOf(stateWords);
  const reasonOf = useReason();
  const sayReason = (of: string | null) => (of ? ` · ${reasonOf(of)}` : '');
  const wished = wish ? `${sayState(wish.state)}${sayReason(wish.reason)}` : undefined;
  return (
    <>
      <Pill {...(STATE_LOOKS[state] ?? STATE_LOOKS['signed-out']!)}>
        {sayState(state)}
        {sayReason(reason)}
      </Pill>
      {wished && (
        <span className="faint small agent-wish" title={say('wish', { state: wished })}>
          <ArrowRightOutlined aria-label={say('thereafter')} /> {wished}
        </span>
      )}
    </>
  );
}

/** How long he has been in it. */
export function AgentTimer({ agent: { state, since, isOverLimit } }: { readonly agent: AgentRow }) {
  const limits = useLimits();
  return <Timer since={since} limit={limitOf(state, limits)} isOver={isOverLimit} />;
}

function limitOf(state: string, limits: Limits): Limit | undefined {
  if (state === 'ringing' || state === 'reserved') return limits.ringing;
  const group = groupOf(state);
  return group === 'onCall' || group === 'wrapUp' || group === 'away' ? limits[group] : undefined;
}
