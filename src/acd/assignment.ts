import type { QueueStrategy } from '../config/config.ts';
import type { Agent } from './agent.ts';
import { STRATEGIES } from './strategy/strategies.ts';
import type { StrategyView } from './strategy/strategy.ts';

/** Why an agent is not rung now, in words for the record; undefined: the agent is free. */
export function whyNotFree(agent: Agent, reachable: boolean, now: number): string | undefined {
  switch (agent.state) {
    case 'logged-out':
      return 'logged out';
    case 'paused':
      return 'paused';
    case 'ringing':
      return 'is being rung';
    case 'talking':
      return 'is talking';
    case 'wrap-up':
      return `wrap-up ${secondsLeft(agent.wrapUpUntil, now)} s left`;
    case 'idle':
      if (agent.restUntil > now) return `did not answer, rests ${secondsLeft(agent.restUntil, now)} s`;
      return reachable ? undefined : 'phone is not reachable';
  }
}

function secondsLeft(until: number, now: number): number {
  return Math.ceil(Math.max(0, until - now) / 1000);
}

export interface AssignmentView extends StrategyView {
  readonly strategy: QueueStrategy;
  readonly now: number;
  readonly reachable: (agent: Agent) => boolean;
}

export interface Assignment {
  /** Agents to ring together; empty: nobody is free. */
  readonly agents: readonly Agent[];
  /** Who was passed over and why: `8001 skipped: wrap-up 12 s left`. */
  readonly why: string;
}

/** Chooses whom to ring for the caller at the head of the queue. Pure. */
export function assign(view: AssignmentView): Assignment {
  const free: Agent[] = [];
  const skipped: string[] = [];
  for (const agent of view.agents) {
    const why = whyNotFree(agent, view.reachable(agent), view.now);
    if (why === undefined) free.push(agent);
    else skipped.push(`${agent.id} skipped: ${why}`);
  }
  const agents = free.length > 0 ? STRATEGIES[view.strategy](free, view) : [];
  const chosen =
    agents.length > 0
      ? `${agents.map((agent) => agent.id).join(', ')} by ${view.strategy}`
      : 'nobody is free';
  return { agents, why: [chosen, ...skipped].join('; ') };
}
