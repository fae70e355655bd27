import type { Calls, LegFact } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { TalkRecorder } from '../call/record.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompts } from '../prompt/prompt.ts';
import type { EntityChange, Provisioned } from '../provisioning/provisioning.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { AgentJournal } from './agent-events.ts';
import { type Agent, type AgentInput, type AgentState, transition } from './core/agent.ts';
import { assign } from './core/assignment.ts';
import type { Queue, WaitingCaller } from './core/queue.ts';
import { Roster } from './core/roster.ts';

/** What the ACD needs of the other rooms; given by the composition root. */
export interface AcdParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly directory: Directory;
  readonly recorder: TalkRecorder;
  /** Resolves a prompt's name; digits are read one by one. */
  readonly promptItems: (tenant: string, prompts: Prompts) => readonly PlayItem[];
  /** Tell of every leg of an agent's phone: who is on a call of his own is not rung. */
  readonly calls: Pick<Calls, 'events' | 'ofExtension'>;
  /** Agents and queues. */
  readonly provisioning: Provisioned;
  /** Gets each change of an agent's state. */
  readonly journal: AgentJournal;
}

export interface AcdEvents {
  agentChanged: {
    readonly tenant: string;
    readonly agent: string;
    readonly state: AgentState;
    readonly since: number;
  };
  queueChanged: { readonly tenant: string; readonly queue: string; readonly waiting: number };
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
  readonly #roster: Roster;
  readonly #timers = new Map<Agent, Timer>();
  readonly #subscriptions: readonly Subscription[];

  constructor(parts: AcdParts) {
    this.parts = parts;
    const { clock, provisioning, calls } = parts;
    this.#roster = new Roster(provisioning.snapshot, () => clock.now());
    for (const agent of this.#roster.agents()) this.#note(agent, 'log-in');
    this.#subscriptions = [
      provisioning.events.on('changed', ({ changes }) => this.#reconcile(changes)),
      calls.events.on('legEnded', (leg) => this.#legEnded(leg)),
    ];
  }

  /** The queue of a tenant; undefined when there is none, or not any more. */
  queue(tenant: string, name: string): Queue | undefined {
    return this.#roster.queue(tenant, name);
  }

  /** Agents with their state now, for the console and the simulator. */
  agents(): readonly Readonly<Agent>[] {
    return [...this.#roster.agents()];
  }

  /**
   * Logs an agent in or out, pauses or resumes. During a call the wish is kept for its end. `reason`: the break's name of a
   * pause (示忙原因).
   */
  command(
    tenant: string,
    agentId: string,
    input: 'log-in' | 'log-out' | 'pause' | 'resume',
    reason?: string,
  ): boolean {
    const agent = this.#roster.agent(tenant, agentId);
    if (!agent) return false;
    const inCall = agent.state === 'ringing' || agent.state === 'talking' || agent.state === 'wrap-up';
    if (inCall) {
      agent.wish = input === 'pause' || input === 'log-out' ? { input, reason } : undefined;
      return true;
    }
    return this.apply(agent, input, reason);
  }

  /** A phone registered: callers who waited for nothing but its agent are offered to him. */
  phoneRegistered(tenant: string, extension: string): void {
    for (const agent of this.#roster.agentsAt(tenant, extension)) {
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

  /** A caller has nothing to do with the queue any more. */
  visited(queue: Queue): void {
    queue.visitors -= 1;
    this.#roster.release(queue);
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
  apply(agent: Agent, input: AgentInput, reason?: string): boolean {
    const next = transition(agent.state, input);
    if (!next) return false;
    agent.state = next;
    agent.since = this.parts.clock.now();
    this.#note(agent, input, reason);
    if (next === 'idle') agent.work = undefined;
    // Who was removed meanwhile goes, whatever he wished.
    if (next === 'idle' && agent.wish && !agent.leaving) {
      const { wish } = agent;
      agent.wish = undefined;
      return this.apply(agent, wish.input, wish.reason);
    }
    this.#tell(agent);
    if (next === 'idle') this.#freed(agent);
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
    if (wrapUpMs === 0 || agent.leaving) this.apply(agent, 'wrapped-up');
    else this.#at(agent, wrapUpMs, () => this.apply(agent, 'wrapped-up'));
  }

  /** Stops all timers and signs everybody out; callers are ended by their calls. */
  close(): void {
    for (const agent of this.#roster.agents()) this.#signOut(agent, 'stopped');
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const subscription of this.#subscriptions) subscription.off();
    this.events.clear();
  }

  /** Queues and agents have changed: what holds now counts from the next decision. */
  #reconcile(changes: readonly EntityChange[]): void {
    const changed = this.#roster.change(changes, ({ state }) => state === 'ringing' || state === 'talking');
    if (!changed) return;
    for (const agent of changed.come) this.#note(agent, 'log-in');
    for (const agent of changed.gone) this.#left(agent);
    for (const queue of [...this.#roster.queues()]) if (queue.waiting.length > 0) this.#distribute(queue);
  }

  #freed(agent: Agent): void {
    if (!agent.leaving) return this.#distributeFor(agent);
    this.#roster.drop(agent);
    this.#left(agent);
  }

  /** He is no agent any more. */
  #left(agent: Agent): void {
    this.#timers.get(agent)?.cancel();
    this.#timers.delete(agent);
    this.#signOut(agent, 'removed');
    this.#tell(agent);
  }

  /** Whatever he does: nobody asks him. */
  #signOut(agent: Agent, reason: string): void {
    if (agent.state === 'logged-out') return;
    agent.state = 'logged-out';
    agent.since = this.parts.clock.now();
    this.#note(agent, 'log-out', reason);
    agent.work = undefined;
  }

  #note({ tenant, id, state, since, work }: Agent, did: AgentInput, reason?: string): void {
    const what = { agent: id, did, state, reason, callId: work?.callId, queue: work?.queue };
    this.parts.journal.append({ type: 'agent', tenantId: tenant, at: since, ...what });
  }

  /** The last call of his own is over: callers may have waited for him. */
  #legEnded({ party }: LegFact): void {
    if (party.kind !== 'extension' || this.#isOnCall(party.tenant, party.number)) return;
    this.phoneRegistered(party.tenant, party.number);
  }

  #isOnCall(tenant: string, extension: string): boolean {
    return this.parts.calls.ofExtension(tenant, extension).length > 0;
  }

  #tell({ tenant, id, state, since }: Agent): void {
    this.events.emit('agentChanged', { tenant, agent: id, state, since });
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
    const queues = this.#roster.queuesOf(agent);
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
        reachable: ({ tenant, extension }) =>
          directory.reachable({ kind: 'extension', number: extension }, tenant),
        onCall: ({ tenant, extension }) => this.#isOnCall(tenant, extension),
      });
      waiting.explain(why);
      if (agents.length === 0) return;
      const work = { callId: waiting.call.id, queue: queue.config.name };
      for (const agent of agents) {
        agent.work = work;
        this.apply(agent, 'ring');
      }
      queue.lastRung = agents.at(-1);
      waiting.offer(agents);
    }
  }

  #changed(queue: Queue): void {
    const { tenant, name } = queue.config;
    this.events.emit('queueChanged', { tenant, queue: name, waiting: queue.waiting.length });
  }
}

function goesBefore(a: WaitingCaller, b: WaitingCaller): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.since < b.since);
}
