import type { Directory } from '../call/destination.ts';
import type { TalkRecorder } from '../call/record.ts';
import type { AgentConfig, QueueConfig } from '../config/config.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompts } from '../prompt/prompt.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import { type Agent, type AgentInput, type AgentState, transition } from './agent.ts';
import { assign } from './assignment.ts';
import type { Queue, WaitingCaller } from './queue.ts';

/** What the ACD needs of the other rooms; given by the composition root. */
export interface AcdParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly directory: Directory;
  readonly recorder: TalkRecorder;
  /** Resolves a prompt's name; digits are read one by one. */
  readonly promptItems: (prompts: Prompts) => readonly PlayItem[];
  readonly agents: readonly AgentConfig[];
  readonly queues: readonly QueueConfig[];
}

export interface AcdEvents {
  agentChanged: { readonly agent: string; readonly state: AgentState; readonly since: number };
  queueChanged: { readonly queue: string; readonly waiting: number };
}

/** Pause before an agent whose phone did not answer, or was not reachable, is rung again. */
const REST_MS = 5_000;

/**
 * Automatic call distribution: queues (排队), agents (坐席) and who gets whom. The choice itself is pure
 * (`assignment.ts`, `strategy/`); this class keeps the state and tells callers when it is their turn.
 */
export class Acd {
  readonly parts: AcdParts;
  readonly events = new TypedEvents<AcdEvents>();
  readonly #agents = new Map<string, Agent>();
  readonly #byExtension = new Map<string, Agent[]>();
  readonly #queues = new Map<string, Queue>();
  readonly #timers = new Map<Agent, Timer>();

  constructor(parts: AcdParts) {
    this.parts = parts;
    for (const { id, tenant, extension } of parts.agents) {
      const key = `${tenant}/${id}`;
      const agent: Agent = {
        key,
        id,
        extension,
        state: 'idle',
        since: parts.clock.now(),
        wish: undefined,
        restUntil: 0,
        wrapUpUntil: 0,
        callsTaken: 0,
        lastTalkEndedAt: 0,
      };
      this.#agents.set(key, agent);
      const sharing = this.#byExtension.get(extension);
      if (sharing) sharing.push(agent);
      else this.#byExtension.set(extension, [agent]);
    }
    for (const config of parts.queues) {
      const agents = config.agents.flatMap((id) => this.#agents.get(`${config.tenant}/${id}`) ?? []);
      this.#queues.set(`${config.tenant}/${config.name}`, {
        config,
        agents,
        waiting: [],
        entering: 0,
        lastRung: undefined,
      });
    }
  }

  /** The queue of a tenant. Throws RangeError when there is none: names are checked at load time. */
  queue(tenant: string, name: string): Queue {
    const queue = this.#queues.get(`${tenant}/${name}`);
    if (!queue) throw new RangeError(`there is no queue "${name}"`);
    return queue;
  }

  /** Agents with their state now, for the console and the simulator. */
  agents(): readonly Readonly<Agent>[] {
    return [...this.#agents.values()];
  }

  /** Logs an agent in or out, pauses or resumes. During a call the wish is kept for its end. */
  command(tenant: string, agentId: string, input: 'log-in' | 'log-out' | 'pause' | 'resume'): boolean {
    const agent = this.#agents.get(`${tenant}/${agentId}`);
    if (!agent) return false;
    const inCall = agent.state === 'ringing' || agent.state === 'talking' || agent.state === 'wrap-up';
    if (inCall) {
      agent.wish = input === 'pause' || input === 'log-out' ? input : undefined;
      return true;
    }
    return this.apply(agent, input);
  }

  /** A phone registered: callers who waited for nothing but its agent are offered to him. */
  phoneRegistered(extension: string): void {
    for (const agent of this.#byExtension.get(extension) ?? []) {
      if (agent.state === 'idle') this.#distributeFor(agent);
    }
  }

  /** Takes a place in line, or asks for the next turn in it: higher priority first, then who has waited longest. */
  join(waiting: WaitingCaller): void {
    const line = waiting.queue.waiting;
    if (!line.includes(waiting)) {
      const place = line.findIndex((other) => goesBefore(waiting, other));
      line.splice(place < 0 ? line.length : place, 0, waiting);
      this.#changed(waiting.queue);
    }
    this.#distribute(waiting.queue);
  }

  /** Leaves the line, for whatever reason. Idempotent. */
  leave(waiting: WaitingCaller): void {
    const line = waiting.queue.waiting;
    const place = line.indexOf(waiting);
    if (place < 0) return;
    line.splice(place, 1);
    this.#changed(waiting.queue);
  }

  /** Moves an agent to the state after `input`; false when that is not legal now. */
  apply(agent: Agent, input: AgentInput): boolean {
    const next = transition(agent.state, input);
    if (!next) return false;
    agent.state = next;
    agent.since = this.parts.clock.now();
    if (next === 'idle' && agent.wish) {
      const wish = agent.wish;
      agent.wish = undefined;
      return this.apply(agent, wish);
    }
    this.events.emit('agentChanged', { agent: agent.id, state: next, since: agent.since });
    if (next === 'idle') this.#distributeFor(agent);
    return true;
  }

  /** An agent did not take the call: he rests, the caller goes on waiting at the head of the line. */
  ringFailed(agent: Agent, rest: boolean): void {
    if (rest) {
      agent.restUntil = this.parts.clock.now() + REST_MS;
      this.#at(agent, REST_MS, () => this.#distributeFor(agent));
    }
    this.apply(agent, 'ring-failed');
  }

  /** The talk is over: the agent finishes his notes (整理) and is free after the queue's wrap-up time. */
  talkEnded(agent: Agent, wrapUpMs: number): void {
    const { clock } = this.parts;
    agent.callsTaken += 1;
    agent.lastTalkEndedAt = clock.now();
    agent.wrapUpUntil = clock.now() + wrapUpMs;
    this.apply(agent, 'hang-up');
    if (wrapUpMs === 0) this.apply(agent, 'wrapped-up');
    else this.#at(agent, wrapUpMs, () => this.apply(agent, 'wrapped-up'));
  }

  /** Stops all timers; callers are ended by their calls. */
  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.events.clear();
  }

  #at(agent: Agent, delayMs: number, fire: () => void): void {
    this.#timers.get(agent)?.cancel();
    const timer = this.parts.clock.after(delayMs, () => {
      this.#timers.delete(agent);
      fire();
    });
    this.#timers.set(agent, timer);
  }

  #distributeFor(agent: Agent): void {
    const queues = [...this.#queues.values()].filter((queue) => queue.agents.includes(agent));
    // The caller with the highest priority, then the one who has waited longest, over all his queues.
    const heads = queues.flatMap((queue) => queue.waiting.find((waiting) => waiting.isWaiting) ?? []);
    heads.sort((a, b) => (goesBefore(a, b) ? -1 : 1));
    for (const head of heads) this.#distribute(head.queue);
  }

  #distribute(queue: Queue): void {
    const { clock, directory, ids } = this.parts;
    for (const waiting of [...queue.waiting]) {
      if (!waiting.isWaiting) continue;
      const { agents, why } = assign({
        strategy: queue.config.strategy,
        agents: queue.agents,
        lastRung: queue.lastRung,
        now: clock.now(),
        random: ids.random,
        reachable: (agent) => directory.reachable({ kind: 'extension', number: agent.extension }),
      });
      waiting.explain(why);
      if (agents.length === 0) return;
      for (const agent of agents) this.apply(agent, 'ring');
      queue.lastRung = agents.at(-1);
      waiting.offer(agents);
    }
  }

  #changed(queue: Queue): void {
    this.events.emit('queueChanged', { queue: queue.config.name, waiting: queue.waiting.length });
  }
}

function goesBefore(a: WaitingCaller, b: WaitingCaller): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.since < b.since);
}
