import type { WrapUp } from '../cdr/wrap-ups.ts';
import type { AgentTime } from '../metric/agent-timeline.ts';
import { wrappedUp } from './wrapped-up.ts';

/** Agents at work for calls, by their times: a record is whole when the call is over and nobody finishes his notes of it any more. */
export class CallWork {
  /** The call that each agent is at. */
  readonly #callOf = new Map<string, string>();
  /** How many agents are at a call. */
  readonly #agentsAt = new Map<string, number>();
  /** Those that are over, by call. */
  readonly #wrapUps = new Map<string, WrapUp[]>();

  /**
   * What an event said of an agent's times; the call that nobody is at any more with it, if that is so. `isPresumed`: his process was
   * taken for lost, and may tell more.
   */
  take(agent: string, times: readonly AgentTime[], isPresumed: boolean): string | undefined {
    for (const wrapUp of wrappedUp(times)) {
      const all = this.#wrapUps.get(wrapUp.callId) ?? [];
      // One that was presumed before is told again.
      const others = all.filter((other) => other.agent !== wrapUp.agent || other.from !== wrapUp.from);
      this.#wrapUps.set(wrapUp.callId, [...others, wrapUp]);
    }
    if (isPresumed) return undefined;
    const now = times.find(({ until }) => until === undefined)?.callId;
    const before = this.#callOf.get(agent);
    if (now === before) return undefined;
    if (now === undefined) this.#callOf.delete(agent);
    else {
      this.#callOf.set(agent, now);
      this.#agentsAt.set(now, (this.#agentsAt.get(now) ?? 0) + 1);
    }
    return before === undefined ? undefined : this.#leave(before);
  }

  /** Somebody is at it. */
  isAt(callId: string): boolean {
    return this.#agentsAt.has(callId);
  }

  /** Gives the wrap-ups of a call, and forgets them. */
  wrapUpsOf(callId: string): readonly WrapUp[] {
    const found = this.#wrapUps.get(callId) ?? [];
    this.#wrapUps.delete(callId);
    return found;
  }

  #leave(callId: string): string | undefined {
    const agents = this.#agentsAt.get(callId)! - 1;
    if (agents > 0) {
      this.#agentsAt.set(callId, agents);
      return undefined;
    }
    this.#agentsAt.delete(callId);
    return callId;
  }
}
