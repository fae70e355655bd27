import type { AgentState } from './core/agent.ts';
import { openWish, type Wish } from './core/rest.ts';
import type { Agent } from './core/state.ts';

/** An agent (坐席) as he is now. */
export interface AgentNow {
  readonly tenant: string;
  /** Work number (工号). */
  readonly agent: string;
  readonly state: AgentState;
  /** See `AgentEvent`. */
  readonly reason: string | undefined;
  /** The supervisor by whose word he is in it; undefined: his own. */
  readonly by: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** His break lasts longer than its reason allows (小休超时). */
  readonly isOverLimit: boolean;
  /** What he will be when his call is over; undefined: ready, or it is what he is. */
  readonly wish: Wish | undefined;
  /** The extension at whose phone he sits, or a number outside (远程坐席) as `tel:13800138000`. */
  readonly extension: string;
  /** The queues that he serves now, of those that list him; undefined: all. */
  readonly queues: readonly string[] | undefined;
  /** The call that he is on, and the queue that its caller came from. */
  readonly callId: string | undefined;
  readonly queue: string | undefined;
  /** Name of the script (话术) of that queue: what he says, from the ringing on. */
  readonly script: string | undefined;
}

/** `scriptOf`: the script of a queue; `changed`: what he has changed to, where he may have gone on since. */
export function agentNow(
  tenant: string,
  agent: Readonly<Agent>,
  scriptOf: (queue: string) => string | undefined,
  changed: Pick<AgentNow, 'state' | 'reason' | 'by' | 'callId' | 'queue'> | undefined,
): AgentNow {
  const { id, state, reason, by, since, isOverLimit, wish, extension, serves, work, ownCall } = agent;
  const now = {
    tenant,
    agent: id,
    state,
    reason,
    by,
    since,
    isOverLimit,
    wish: openWish(state, wish),
    extension,
    queues: serves && [...serves],
    callId: work?.callId ?? ownCall,
    queue: work?.queue,
    ...changed,
  };
  return { ...now, script: now.queue === undefined ? undefined : scriptOf(now.queue) };
}
