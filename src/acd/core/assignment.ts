import type { Queue as QueueEntity } from '../../provisioning/kind/queue.ts';
import type { Agent } from './agent.ts';
import { STRATEGIES } from './strategy/strategies.ts';
import type { StrategyView } from './strategy/strategy.ts';

/** What of an agent other rooms know. */
export interface AgentView {
  /** ms since 1970. */
  readonly now: number;
  readonly reachable: (agent: Agent) => boolean;
  /** His phone has a leg that no queue made: dialled, transferred to, rung directly. */
  readonly onCall: (agent: Agent) => boolean;
}

/** Why an agent is not rung now, in words for the record; undefined: the agent is free. */
export function whyNotFree(agent: Agent, view: AgentView): string | undefined {
  const { now } = view;
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
      if (view.onCall(agent)) return 'is on a call of his own';
      return view.reachable(agent) ? undefined : 'phone is not reachable';
  }
}

function secondsLeft(until: number, now: number): number {
  return Math.ceil(Math.max(0, until - now) / 1000);
}

export interface AssignmentView extends StrategyView, AgentView {
  readonly strategy: QueueEntity['strategy'];
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
    const why = whyNotFree(agent, view);
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
