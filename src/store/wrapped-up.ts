import type { WrapUp } from '../cdr/wrap-ups.ts';
import type { AgentTime } from '../metric/agent-timeline.ts';

/** A wrap-up that is over, or a talk in which something was noted, and the call that it belongs to. */
export interface WrappedUp extends WrapUp {
  readonly tenantId: string;
  readonly callId: string;
}

/** Of agents' times the wrap-ups (整理) that are over, and what was noted in talks. */
export function wrappedUp(times: readonly AgentTime[]): readonly WrappedUp[] {
  return times.flatMap(({ tenantId, agent, state, callId, from, until, disposition, note }) => {
    if (callId === undefined || until === undefined) return [];
    if (state !== 'wrap-up' && disposition === undefined && note === undefined) return [];
    return [{ tenantId, agent, callId, from, until, state, disposition, note }];
  });
}

/** The condition of such a time in `agent_time`. */
export const IS_WRAPPED_UP = `(state = 'wrap-up' or disposition is not null or note is not null) and until_at is not null`;
