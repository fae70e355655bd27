import type { Agent as AgentEntity } from '../../provisioning/kind/agent.ts';
import type { Queue as QueueEntity } from '../../provisioning/kind/queue.ts';
import type { EntityChange } from '../../provisioning/provisioning.ts';
import type { Snapshot } from '../../provisioning/snapshot.ts';
import type { Agent } from './agent.ts';
import type { Queue } from './queue.ts';

const NONE: readonly never[] = [];

/**
 * Agents and queues of all companies, as they are set up now, with the state that they keep while they exist. What is
 * removed during its work stays until that is over.
 */
export class Roster {
  readonly #now: () => number;
  readonly #agents = new Map<string, Agent>();
  readonly #queues = new Map<string, Queue>();
  /** Agents at a phone, by tenant and extension. */
  #byExtension = new Map<string, Agent[]>();
  /** Queues that an agent serves. */
  #queuesOf = new Map<Agent, Queue[]>();

  constructor(snapshot: Snapshot, now: () => number) {
    this.#now = now;
    for (const agent of snapshot.all('agent')) this.#putAgent(agent);
    for (const queue of snapshot.all('queue')) this.#putQueue(queue);
    this.#assign();
  }

  agents(): MapIterator<Agent> {
    return this.#agents.values();
  }

  agent(tenant: string, id: string): Agent | undefined {
    return this.#agents.get(`${tenant}/${id}`);
  }

  agentsAt(tenant: string, extension: string): readonly Agent[] {
    return this.#byExtension.get(`${tenant}/${extension}`) ?? NONE;
  }

  queues(): MapIterator<Queue> {
    return this.#queues.values();
  }

  /** Undefined for a queue that was removed, also while its last callers wait. */
  queue(tenant: string, name: string): Queue | undefined {
    const queue = this.#queues.get(`${tenant}/${name}`);
    return queue?.removed ? undefined : queue;
  }

  queuesOf(agent: Agent): readonly Queue[] {
    return this.#queuesOf.get(agent) ?? NONE;
  }

  /** Takes a change set. Returns the agents who are new, and gone, by it at once; undefined when it holds nothing of ours. */
  change(
    changes: readonly EntityChange[],
    isAtWork: (agent: Agent) => boolean,
  ): { readonly come: readonly Agent[]; readonly gone: readonly Agent[] } | undefined {
    const come: Agent[] = [];
    const gone: Agent[] = [];
    let touched = false;
    for (const { kind, tenant, name, after } of changes) {
      if (kind !== 'agent' && kind !== 'queue') continue;
      touched = true;
      if (kind === 'queue') {
        if (after) this.#putQueue(after as QueueEntity);
        else this.#removeQueue(`${tenant}/${name}`);
      } else if (after) come.push(...this.#putAgent(after as AgentEntity));
      else gone.push(...this.#removeAgent(`${tenant}/${name}`, isAtWork));
    }
    if (!touched) return undefined;
    this.#assign();
    return { come, gone };
  }

  /** The work of an agent who was removed during it is over. */
  drop(agent: Agent): void {
    this.#agents.delete(agent.key);
    this.#assign();
  }

  /** Lets go of a queue that was removed, once nobody is in it. */
  release(queue: Queue): void {
    if (!queue.removed || queue.visitors > 0) return;
    this.#queues.delete(queue.key);
    this.#assign();
  }

  #putAgent({ tenant, id, extension }: AgentEntity): Agent[] {
    const key = `${tenant}/${id}`;
    const known = this.#agents.get(key);
    if (known) {
      known.extension = extension;
      known.leaving = false;
      return [];
    }
    const agent: Agent = {
      key,
      tenant,
      id,
      extension,
      leaving: false,
      state: 'idle',
      since: this.#now(),
      wish: undefined,
      work: undefined,
      restUntil: 0,
      wrapUpUntil: 0,
      callsTaken: 0,
      lastTalkEndedAt: 0,
    };
    this.#agents.set(key, agent);
    return [agent];
  }

  #removeAgent(key: string, isAtWork: (agent: Agent) => boolean): Agent[] {
    const agent = this.#agents.get(key);
    if (!agent) return [];
    agent.leaving = true;
    if (isAtWork(agent)) return [];
    this.#agents.delete(key);
    return [agent];
  }

  #putQueue(config: QueueEntity): void {
    const key = `${config.tenant}/${config.name}`;
    const known = this.#queues.get(key);
    if (known) {
      known.config = config;
      known.removed = false;
      return;
    }
    this.#queues.set(key, {
      key,
      config,
      agents: [],
      removed: false,
      waiting: [],
      entering: 0,
      visitors: 0,
      lastRung: undefined,
    });
  }

  #removeQueue(key: string): void {
    const queue = this.#queues.get(key);
    if (!queue) return;
    queue.removed = true;
    if (queue.visitors === 0) this.#queues.delete(key);
  }

  /** Who sits where and serves what. */
  #assign(): void {
    this.#byExtension = new Map();
    for (const agent of this.#agents.values()) {
      const { tenant, extension } = agent;
      addTo(this.#byExtension, `${tenant}/${extension}`, agent);
    }
    this.#queuesOf = new Map();
    for (const queue of this.#queues.values()) {
      const { tenant, agents } = queue.config;
      queue.agents = agents.flatMap((id) => {
        const agent = this.agent(tenant, id);
        return agent && !agent.leaving ? agent : [];
      });
      for (const agent of queue.agents) addTo(this.#queuesOf, agent, queue);
    }
  }
}

function addTo<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
