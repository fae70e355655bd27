import type { Acd } from './acd/acd.ts';
import { AGENT_STATES } from './acd/core/agent.ts';
import { countStates } from './acd-board.ts';
import type { AskTally, AskTotals } from './cdr/ask-tally.ts';
import { LabelCap, type NamedValue } from './http/label-cap.ts';
import { counter, gauge, type Metric } from './http/metric.ts';
import type { Clock } from './shared/clock.ts';

export interface AcdMetricsParts {
  readonly acd: Pick<Acd, 'agents' | 'queues'>;
  readonly asks: Pick<AskTally, 'totals'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Queues and companies that have series of their own: twelve a queue, one for each state a company. */
const MAX_QUEUES = 200;
const MAX_TENANTS = 100;

type QueueNow = ReturnType<Acd['queues']>[number];

/** What Prometheus reads of agents (坐席) and queues (队列): as they are now, and what queues were asked since the start. */
export class AcdMetrics {
  readonly #parts: AcdMetricsParts;
  readonly #queues = new LabelCap(['tenant', 'queue'], MAX_QUEUES);
  readonly #tenants = new LabelCap(['tenant'], MAX_TENANTS);

  constructor(parts: AcdMetricsParts) {
    this.#parts = parts;
  }

  get caps(): readonly LabelCap[] {
    return [this.#queues, this.#tenants];
  }

  read(): Metric[] {
    return [...this.#agents(), ...this.#lines(), ...this.#asked()];
  }

  #agents(): Metric[] {
    const tenants = Map.groupBy(this.#parts.acd.agents(), ({ tenant }) => tenant);
    const values = [...tenants].flatMap(([tenant, agents]) => {
      const counts = new Map<string, number>();
      for (const { state } of agents) counts.set(state, (counts.get(state) ?? 0) + 1);
      // Also of nobody: a series that is not there is no zero.
      return AGENT_STATES.map((state) => ({ of: [tenant], also: { state }, value: counts.get(state) ?? 0 }));
    });
    return [gauge('pbx400_agents', 'Agents by company and state', this.#tenants.samples(values))];
  }

  #lines(): Metric[] {
    const { acd, clock } = this.#parts;
    const queues = acd.queues();
    const each = (read: (queue: QueueNow) => number) => queues.map((queue) => valueFor(queue, read));
    const waited = ({ waitsSince }: QueueNow) =>
      waitsSince === undefined ? 0 : Math.max(0, clock.now() - waitsSince) / 1e3;
    return [
      gauge(
        'pbx400_queue_waiting',
        'Callers in line, also those who are offered to agents',
        this.#queues.samples(each(({ waiting }) => waiting)),
      ),
      gauge(
        'pbx400_queue_longest_wait_seconds',
        'How long who waits longest has waited; 0: nobody waits',
        this.#queues.samples(each(waited), Math.max),
      ),
      gauge(
        'pbx400_queue_peak',
        '1 while the queue is in peak mode; of the others: how many are',
        this.#queues.samples(each(({ isPeak }) => +isPeak)),
      ),
      gauge(
        'pbx400_queue_agents',
        'Agents who serve the queue now, by what they do; on_call: rung, or on a call, whoever it is',
        this.#queues.samples(this.#agentsOf(queues)),
      ),
    ];
  }

  #agentsOf(queues: readonly QueueNow[]): NamedValue[] {
    const states = new Map(
      this.#parts.acd.agents().map(({ tenant, agent, state }) => [`${tenant}\n${agent}`, state]),
    );
    return queues.flatMap(({ tenant, queue, agents }) => {
      const counts = countStates(agents.map((agent) => states.get(`${tenant}\n${agent}`) ?? 'signed-out'));
      const { ready, onCall, wrapUp, away, unreachable } = counts;
      const named = { ready, on_call: onCall, wrap_up: wrapUp, away, unreachable };
      return Object.entries(named).map(([state, value]) => ({ of: [tenant, queue], also: { state }, value }));
    });
  }

  #asked(): Metric[] {
    const { totals } = this.#parts.asks;
    const each = (read: (queue: AskTotals) => number) =>
      this.#queues.samples(totals.map((queue) => valueFor(queue, read)));
    // Of the others too it is made of their sums.
    const asks = each((queue) => queue.asks);
    const inTime = each((queue) => queue.inTime);
    const level = asks.map(({ labels, value }, place) => ({ labels, value: inTime[place]!.value / value }));
    return [
      counter(
        'pbx400_queue_asks_total',
        'Callers who asked the queue for an agent, by calls that are over',
        asks,
      ),
      counter(
        'pbx400_queue_answered_total',
        'Of those: answered',
        each(({ answered }) => answered),
      ),
      counter(
        'pbx400_queue_abandoned_total',
        'Of those: gave up, in line or while an agent was rung',
        each(({ abandoned }) => abandoned),
      ),
      counter('pbx400_queue_answered_in_time_total', 'Of those: answered within 20 s', inTime),
      gauge(
        'pbx400_queue_service_level',
        'Of 1: answered within 20 s / asks, since the start; of a time divide the increases of both',
        level,
      ),
    ];
  }
}

function valueFor<Row extends { readonly tenant: string; readonly queue: string }>(
  row: Row,
  read: (row: Row) => number,
): NamedValue {
  return { of: [row.tenant, row.queue], value: read(row) };
}
