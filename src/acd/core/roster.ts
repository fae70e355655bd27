import type { CoreState } from './core-state.ts';
import type { AgentSettings, QueueSettings } from './inputs.ts';
import { memberOf } from './member.ts';
import { RecentLeavers } from './recent-leavers.ts';
import { skillsOf } from './skills.ts';
import { type Agent, isServing, newAgent, type Queue } from './state.ts';

const NONE: readonly never[] = [];

/**
 * Agents and queues of a company as they are set up now, with the state that they keep while they exist. What is removed
 * during its work stays until that is over.
 */
export class Roster {
  readonly #agents: Map<string, Agent>;
  readonly #queues: Map<string, Queue>;
  /** Agents at a phone, by extension. */
  #byExtension = new Map<string, Agent[]>();
  /** Queues that an agent serves. */
  #queuesOf = new Map<Agent, Queue[]>();

  constructor({ agents, queues }: Pick<CoreState, 'agents' | 'queues'>) {
    this.#agents = agents;
    this.#queues = queues;
    this.#assign();
  }

  agents(): MapIterator<Agent> {
    return this.#agents.values();
  }

  agent(id: string): Agent | undefined {
    return this.#agents.get(id);
  }

  agentsAt(extension: string): readonly Agent[] {
    return this.#byExtension.get(extension) ?? NONE;
  }

  /** Whether a colleague at his phone is rung, or talks. */
  sharesBusyPhone({ extension }: Agent): boolean {
    const others = this.agentsAt(extension);
    return others.length > 1 && others.some(isServing);
  }

  /** Whether nobody else is signed in at his phone. */
  isAlone(agent: Agent): boolean {
    return this.agentsAt(agent.extension).every((one) => one === agent || one.state === 'signed-out');
  }

  queues(): MapIterator<Queue> {
    return this.#queues.values();
  }

  /** Undefined for a queue that was removed, also while its last callers wait. */
  queue(name: string): Queue | undefined {
    const queue = this.#queues.get(name);
    return queue?.removed ? undefined : queue;
  }

  queuesOf(agent: Agent): readonly Queue[] {
    return this.#queuesOf.get(agent) ?? NONE;
  }

  /** Takes what is set up now. Returns the agents who are new, and gone, by it at once. */
  change(
    agents: readonly AgentSettings[],
    queues: readonly QueueSettings[],
    now: number,
  ): { readonly come: readonly Agent[]; readonly gone: readonly Agent[] } {
    const ids = new Set(agents.map(({ id }) => id));
    const names = new Set(queues.map(({ name }) => name));
    const gone = [...this.#agents.values()].filter((agent) => !ids.has(agent.id) && this.#remove(agent));
    for (const queue of this.#queues.values()) if (!names.has(queue.settings.name)) queue.removed = true;
    const come = agents.flatMap((agent) => this.#putAgent(agent, now));
    for (const queue of queues) this.#putQueue(queue);
    for (const queue of [...this.#queues.values()]) this.release(queue);
    this.#assign();
    return { come, gone };
  }

  /** He sits there now; undefined: at the phone of his own. */
  seat(agent: Agent, extension: string | undefined): void {
    agent.seat = extension;
    agent.extension = extension ?? agent.home;
    this.#assign();
  }

  /** He serves these queues now, of those that list him; undefined: all. */
  serve(agent: Agent, queues: readonly string[] | undefined): void {
    agent.serves = queues && new Set(queues);
    this.#assign();
  }

  /** The work of an agent who was removed during it is over. */
  drop(agent: Agent): void {
    this.#agents.delete(agent.id);
    this.#assign();
  }

  /** Lets go of a queue that was removed, once nobody is in it. */
  release(queue: Queue): void {
    if (!queue.removed || queue.visits > 0) return;
    this.#queues.delete(queue.settings.name);
    this.#assign();
  }

  /** Its peak mode (高峰应急) lasts until then; 0: it is over. */
  setPeak(queue: Queue, until: number): void {
    queue.peakUntil = until;
    this.#assign();
  }

  #putAgent(settings: AgentSettings, now: number): Agent[] {
    const { id, extension, level = 1, skills, ringMs } = settings;
    const known = this.#agents.get(id);
    if (known) {
      known.home = extension;
      known.extension = known.seat ?? extension;
      known.level = level;
      known.skills = skillsOf(skills);
      known.ringMs = ringMs;
      known.leaving = false;
      return [];
    }
    const agent = newAgent(settings, now);
    this.#agents.set(id, agent);
    return [agent];
  }

  /** False: a caller has him, and he goes later. */
  #remove(agent: Agent): boolean {
    agent.leaving = true;
    if (isServing(agent)) return false;
    this.#agents.delete(agent.id);
    return true;
  }

  #putQueue(settings: QueueSettings): void {
    const known = this.#queues.get(settings.name);
    if (known) {
      known.settings = settings;
      known.removed = false;
      return;
    }
    this.#queues.set(settings.name, {
      settings,
      members: [],
      peakUntil: 0,
      removed: false,
      line: [],
      entering: 0,
      visits: 0,
      handling: { calls: 0, meanMs: 0 },
      left: new RecentLeavers(),
    });
  }

  /** Who sits where and serves what. */
  #assign(): void {
    this.#byExtension = new Map();
    for (const agent of this.#agents.values()) addTo(this.#byExtension, agent.extension, agent);
    this.#queuesOf = new Map();
    for (const queue of this.#queues.values()) {
      queue.members = [...groupsOf(queue)].flatMap(([id, afterMs]) => {
        const agent = this.#agents.get(id);
        const serves = agent && !agent.leaving && (agent.serves?.has(queue.settings.name) ?? true);
        return serves ? Object.assign(memberOf(agent, queue.settings.name), { afterMs }) : [];
      });
      for (const { agent } of queue.members) addTo(this.#queuesOf, agent, queue);
    }
  }
}

/** Each agent of a queue with the time from which he serves it; who is in several groups, as in the first. */
function groupsOf({ settings: { agents, tiers, peak }, peakUntil }: Queue): Map<string, number> {
  const secondLine = peakUntil > 0 && peak ? peak.agents : NONE;
  const groups = new Map([...agents, ...secondLine].map((id) => [id, 0]));
  for (const { agents: others, afterMs } of tiers.toSorted((a, b) => a.afterMs - b.afterMs))
    for (const id of others) if (!groups.has(id)) groups.set(id, afterMs);
  return groups;
}

function addTo<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
