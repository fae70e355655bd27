/** The facts of an agent's (坐席) work, in the order in which they happened: his timeline and reports come of nothing else. */
import type { AgentInput, AgentState } from './core/agent.ts';

/** One change of an agent's state. Plain values: it is stored as it is. */
export interface AgentEvent {
  readonly type: 'agent';
  readonly tenantId: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Work number (工号). */
  readonly agent: string;
  /**
   * What happened. `sign-in` also when the engine starts with him signed in; `sign-out` also when it stops, when it was
   * cut off, and when he was removed. `break-limit`: his break has lasted longer than its reason allows; `disposition-missing`: his
   * wrap-up ends, and he has not said what the call came to.
   */
  readonly did: AgentInput;
  /** His state from then on. */
  readonly state: AgentState;
  /** Of a break (小休) its name, of `busy` (示忙) why; of a sign-out that was not his own `stopped`, `restart`, `removed` or `node-lost`. */
  readonly reason: string | undefined;
  /** The supervisor by whose word that came; left out: it was his own, or the phones'. */
  readonly by?: string | undefined;
  /** The caller whom he is rung for, talks with or finishes the notes of. */
  readonly callId: string | undefined;
  /** The queue that this caller came from. */
  readonly queue: string | undefined;
  /** What he has noted of this caller's call so far (话后小结): by the company's list, and in words. */
  readonly disposition?: string | undefined;
  readonly note?: string | undefined;
}

/** Where agents leave their events. Must return at once; never throws. */
export interface AgentJournal {
  append(event: AgentEvent): void;
}
