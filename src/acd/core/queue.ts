import type { Call } from '../../call/call.ts';
import type { Queue as QueueEntity } from '../../provisioning/kind/queue.ts';
import type { Agent } from './agent.ts';

/** A queue with the callers that wait, first in line first. */
export interface Queue {
  readonly key: string;
  /** As it is set up now. */
  config: QueueEntity;
  agents: readonly Agent[];
  /** It was removed: it takes nobody any more and goes with its last caller. */
  removed: boolean;
  readonly waiting: WaitingCaller[];
  /** Callers who are being answered to wait: they count as well. */
  entering: number;
  /** Callers who wait, are connected or talk. */
  visitors: number;
  lastRung: Agent | undefined;
}

/** A caller in line. He waits, or agents are being rung for him. */
export class WaitingCaller {
  readonly call: Call;
  readonly queue: Queue;
  readonly priority: number;
  /** When he joined, ms since 1970: his place among equals, kept when an agent did not answer. */
  readonly since: number;
  #turn: ((agents: readonly Agent[]) => void) | undefined;
  #explained = '';

  constructor(call: Call, queue: Queue, priority: number, since: number) {
    this.call = call;
    this.queue = queue;
    this.priority = priority;
    this.since = since;
  }

  /** True while nobody is rung for him. */
  get isWaiting(): boolean {
    return this.#turn !== undefined;
  }

  /** Calls `turn` once, when agents are to be rung. The agents are in state `ringing` then. */
  wait(turn: (agents: readonly Agent[]) => void): void {
    this.#turn = turn;
  }

  /** He leaves: no turn comes any more. */
  stop(): void {
    this.#turn = undefined;
  }

  offer(agents: readonly Agent[]): void {
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.(agents);
  }

  /** Leaves the why of an assignment in the record, once as long as it is the same. */
  explain(why: string): void {
    const constant = why.replace(/\d+ s/g, '');
    if (constant === this.#explained) return;
    this.#explained = constant;
    this.call.note('step', { step: `queue ${this.queue.config.name}`, why });
  }
}
