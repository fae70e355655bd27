import type { AgentEvent } from '../acd/agent-events.ts';
import { type AgentState, isAtWork } from '../acd/core/agent.ts';
import type { CounterDelta } from './counter-delta.ts';
import { AGENT_CUBE } from './cubes.ts';

/** A time that an agent (坐席) spent in one state. */
export interface AgentTime {
  readonly tenantId: string;
  readonly agent: string;
  readonly from: number;
  /** Undefined: it lasts. */
  readonly until: number | undefined;
  readonly state: Exclude<AgentState, 'signed-out'>;
  /** Of a break, its name; see {@link AgentEvent}. */
  readonly reason: string | undefined;
  /** By which supervisor's word, when it was not the agent's own. */
  readonly by: string | undefined;
  readonly callId: string | undefined;
  readonly queue: string | undefined;
  /** What he had noted of that call by then; see {@link AgentEvent}. */
  readonly disposition: string | undefined;
  readonly note: string | undefined;
}

/** Reason of a sign-out that another process tells of an agent whose process it takes for lost. */
export const NODE_LOST = 'node-lost';

/** They say something of the time that lasts: none begins by them. */
const TELLS_NO_TIME: ReadonlySet<AgentEvent['did']> = new Set(['break-limit', 'disposition-missing']);

const NO_WORK = { callId: undefined, queue: undefined, disposition: undefined, note: undefined };

/**
 * What agents do, made of their events: each second of one who is signed in is in exactly one state. A clock that was set
 * back makes no time negative: the state then began when the one before did end. A sign-out that was presumed counts until the
 * agent's own process tells more of him: the time is then told again, as it really ended.
 */
export class AgentTimeline {
  readonly #now = new Map<string, AgentTime>();
  /** Ended by a sign-out that is presumed: the agent's own process may know better. */
  readonly #presumed = new Map<string, AgentTime>();

  /** Times that last, told by somebody who was there before. */
  resume(times: readonly AgentTime[]): void {
    for (const time of times) this.#now.set(keyOf(time), time);
  }

  /** The time that ended with this event, if it took any, and the one that begins with it. */
  take(event: AgentEvent): readonly AgentTime[] {
    const { tenantId, agent, at, state, reason, by, callId, queue, disposition, note } = event;
    if (TELLS_NO_TIME.has(event.did)) return [];
    // The event that frees him still names the call that he is done with.
    const work = isAtWork(state) ? { callId, queue, disposition, note } : NO_WORK;
    const key = keyOf(event);
    // Who signs in was signed in by nobody: a time that lasts was cut, and is ended by who knows when.
    const before = event.did === 'sign-in' ? undefined : (this.#now.get(key) ?? this.#presumed.get(key));
    this.#presumed.delete(key);
    const from = Math.max(at, before?.from ?? at);
    this.#now.delete(key);
    const isOver = state === 'signed-out';
    if (before && reason === NODE_LOST) this.#presumed.set(key, before);
    // One that took no time is not over but replaced: the next state begins at the same moment.
    const ended = before && { ...before, until: from, ...notedBy(event, before) };
    const times: AgentTime[] = ended && (isOver || ended.from < from) ? [ended] : [];
    if (isOver) return times;
    const begun = { tenantId, agent, from, until: undefined, state, reason, by, ...work };
    this.#now.set(key, begun);
    return [...times, begun];
  }
}

/** What he has noted of the call that he was on until then, were it at the last moment. */
function notedBy(event: AgentEvent, before: AgentTime): Pick<AgentTime, 'disposition' | 'note'> {
  const isOfIt = event.callId !== undefined && event.callId === before.callId;
  const { disposition = before.disposition, note = before.note } = isOfIt ? event : before;
  return { disposition, note };
}

const keyOf = ({ tenantId, agent }: Pick<AgentTime, 'tenantId' | 'agent'>) => `${tenantId}\n${agent}`;

const COUNTER_OF = {
  ready: 'ready_ms',
  reserved: 'reserved_ms',
  ringing: 'ringing_ms',
  dialling: 'dialling_ms',
  talking: 'talking_ms',
  hold: 'holding_ms',
  consulting: 'consulting_ms',
  conference: 'conference_ms',
  'wrap-up': 'wrap_up_ms',
  busy: 'busy_ms',
  break: 'break_ms',
  meeting: 'meeting_ms',
  training: 'training_ms',
  unreachable: 'unreachable_ms',
  reconnecting: 'reconnecting_ms',
} as const satisfies Record<AgentTime['state'], string>;

/** What a time that is over adds to the counters; one that lasts adds nothing yet. */
export function countAgentTime(time: AgentTime, delta: CounterDelta): void {
  const { tenantId, agent, queue = '', from, until, state } = time;
  if (until === undefined) return;
  delta.spread(AGENT_CUBE, tenantId, [from, until], [agent, queue], 'signed_in_ms', COUNTER_OF[state]);
}
