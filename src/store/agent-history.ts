import type { AgentEvent } from '../acd/agent-events.ts';
import { type AgentTime, AgentTimeline } from '../metric/agent-timeline.ts';
import { AGENT_TIMES, agentRow } from './project-batch.ts';
import { namedRow, type ProjectedRow } from './projections.ts';

/** The times of a company's agents, made of all its events. Each process knows its own agents only, as it did then. */
export class AgentHistory {
  readonly #timelines = new Map<string, AgentTimeline>();
  /** The last time of each agent at each process: a later event may say more of it. */
  readonly #last = new Map<string, { readonly nodeId: string; readonly time: AgentTime }>();

  /** The times that ended or began with this event, and those of which no later event says more. */
  take(
    nodeId: string,
    event: AgentEvent,
  ): { readonly times: readonly AgentTime[]; readonly settled: readonly SettledTime[] } {
    const timeline = this.#timelines.get(nodeId) ?? new AgentTimeline();
    this.#timelines.set(nodeId, timeline);
    const times = timeline.take(event);
    const key = `${nodeId}\n${event.agent}`;
    const settled: SettledTime[] = [];
    for (const time of times) {
      const last = this.#last.get(key);
      if (last && last.time.from !== time.from) settled.push(settledTime(last.time, nodeId));
      this.#last.set(key, { nodeId, time });
    }
    return { times, settled };
  }

  /** The last time of each. */
  get rest(): readonly SettledTime[] {
    return [...this.#last.values()].map(({ nodeId, time }) => settledTime(time, nodeId));
  }
}

/** A time of an agent that stays as it is, and its row. */
export interface SettledTime {
  readonly time: AgentTime;
  readonly row: ProjectedRow;
}

const settledTime = (time: AgentTime, nodeId: string): SettledTime => {
  return { time, row: namedRow(AGENT_TIMES, agentRow(time, nodeId)) };
};
