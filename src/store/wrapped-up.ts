import type { WrapUp } from '../cdr/wrap-ups.ts';
import type { AgentTime } from '../metric/agent-timeline.ts';

/** A wrap-up that is over, and the call that it belongs to. */
export interface WrappedUp extends WrapUp {
  readonly tenantId: string;
  readonly callId: string;
}

/** Of agents' times the wrap-ups (整理) that are over. */
export function wrappedUp(times: readonly AgentTime[]): readonly WrappedUp[] {
  return times.flatMap(({ tenantId, agent, state, callId, from, until }) => {
    const isOver = state === 'wrap-up' && callId !== undefined && until !== undefined;
    return isOver ? [{ tenantId, agent, callId, from, until }] : [];
  });
}

/** The condition of such a time in `agent_time`. */
export const IS_WRAPPED_UP = `state = 'wrap-up' and until_at is not null`;
