import ArrowRightOutlined from '@ant-design/icons/es/icons/ArrowRightOutlined';
import { groupOf } from '../../api/live-data.ts';
import type { AgentRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { Pill, STATE_LOOKS } from '../../kit/status-pill.tsx';
import { stateWords } from '../../kit/words.ts';
import { type Limit, type Limits, useLimits } from './limits.ts';
import { useReason } from './reasons.tsx';
import { Timer } from './timer.tsx';
import { liveWords } from './words.ts';

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
