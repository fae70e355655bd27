import { type AgentInput, isAtWork, transition } from './agent.ts';
import type { CallNotes, QueueSettings, RingMiss, Told } from './inputs.ts';
import { countTalk } from './member.ts';
import type { Moment } from './moment.ts';
import type { Phones } from './phones.ts';
import type { Roster } from './roster.ts';
import type { Agent } from './state.ts';

/** Why who has missed too many calls is busy. */
const MISSED_CALLS = 'missed calls';

/** Before he has noted anything. */
export const NO_NOTES: CallNotes = { disposition: undefined, note: undefined };

/** An agent whose leg died in a talk is waited for so long when nobody tells what became of it. */
const LOST_LIMIT_MS = 60_000;

/** What happens to agents: their states, wishes, rests, talks and wrap-up. */
export class Agents {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #phones: Phones;
  /** Who talks on which leg. */
  readonly #talks: Map<string, Agent>;
  /** Whose leg died in a talk that goes on. */
  readonly #lost: Map<string, Agent>;

  constructor(moment: Moment, roster: Roster, phones: Phones) {
    this.#moment = moment;
    this.#roster = roster;
    this.#phones = phones;
    this.#talks = moment.state.talks;
    this.#lost = moment.state.lost;
  }

  wish({ agent: id, wish, reason }: Told<'wished'>): void {
    const agent = this.#roster.agent(id);
    if (!agent) return;
    if (!isAtWork(agent.state)) return this.move(agent, wish, reason);
    agent.wish = wish === 'sign-in' || wish === 'ready' ? undefined : { input: wish, reason };
  }

  seat({ agent: id, extension }: Told<'seated'>): void {
    const agent = this.#roster.agent(id);
    if (!agent || isAtWork(agent.state)) return;
    const before = agent.extension;
    this.#roster.seat(agent, extension);
    this.#freedPhone(before);
    this.#freed(agent);
  }

  serve({ agent: id, queues }: Told<'served'>): void {
    const agent = this.#roster.agent(id);
    if (!agent) return;
    for (const queue of this.#roster.queuesOf(agent)) this.#moment.touched.add(queue);
    this.#roster.serve(agent, queues);
    this.#freed(agent);
  }

  endWrapUp(id: string): void {
    const agent = this.#roster.agent(id);
    if (agent?.state === 'wrap-up') this.move(agent, 'wrapped-up');
  }

  /** Whether he has a call that notes may be taken of. */
  mayNote(id: string): boolean {
    const agent = this.#roster.agent(id);
    return agent?.work !== undefined && agent.state !== 'ringing';
  }

  note({ agent: id, disposition, note }: Told<'noted'>): void {
    if (!this.mayNote(id)) return;
    const agent = this.#roster.agent(id)!;
    agent.work!.notes = { disposition, note };
    this.#tell(agent, 'noted', undefined);
  }

  extendWrapUp({ agent: id, ms }: Told<'wrap-up-extended'>): void {
    const agent = this.#roster.agent(id);
    if (agent?.state !== 'wrap-up' || !agent.work || agent.work.extensionsLeft === 0 || ms <= 0) return;
    agent.work.extensionsLeft -= 1;
    agent.wrapUpUntil += ms;
    this.#moment.deadlines.add(agent.wrapUpUntil, agent);
  }

  wrapUpLeft({ agent: id, leftMs }: Told<'wrap-up-left'>): void {
    const agent = this.#roster.agent(id);
    if (agent?.state !== 'ready' || leftMs <= 0) return;
    agent.wrapUpUntil = this.#moment.now + leftMs;
    this.#moment.deadlines.add(agent.wrapUpUntil, agent);
    this.move(agent, 'wrap-up-left');
  }

  /** Whether somebody talks on this leg. */
  isTalk(leg: string): boolean {
    return this.#talks.has(leg);
  }

  /** He has answered on this leg: the talk begins. */
  talkBegan(agent: Agent, leg: string): void {
    agent.work!.leg = leg;
    agent.misses = 0;
    this.#talks.set(leg, agent);
    this.move(agent, 'answer');
  }

  /** He has missed a call of this queue: he is not rung for a while, or not before he is ready by his own word. */
  missed(agent: Agent, miss: RingMiss, queue: QueueSettings): void {
    const { restAfterRefusalMs, restAfterNoAnswerMs, busyAfterMisses } = queue;
    agent.restsFor = miss;
    agent.restUntil = this.#moment.now + (miss === 'refused' ? restAfterRefusalMs : restAfterNoAnswerMs);
    this.#moment.deadlines.add(agent.restUntil, agent);
    agent.misses += 1;
    if (busyAfterMisses > 0 && agent.misses >= busyAfterMisses)
      agent.wish ??= { input: 'busy', reason: MISSED_CALLS };
  }

  seatLost({ leg }: Told<'seat-lost'>): void {
    const agent = this.#talks.get(leg);
    if (!agent) return;
    this.#talks.delete(leg);
    this.#lost.set(leg, agent);
    agent.lostUntil = this.#moment.now + LOST_LIMIT_MS;
    this.#moment.deadlines.add(agent.lostUntil, agent);
  }

  seatBack({ lost, leg }: Told<'seat-back'>): void {
    const agent = this.#lost.get(lost);
    if (!agent || this.#talks.has(leg)) return;
    this.#lost.delete(lost);
    agent.work!.leg = leg;
    this.#talks.set(leg, agent);
  }

  seatGone({ lost }: Told<'seat-gone'>): void {
    const agent = this.#lost.get(lost);
    if (agent) this.#talkEnded(agent, lost);
  }

  legEnded({ leg }: Told<'leg-ended'>): void {
    const agent = this.#talks.get(leg);
    if (agent) this.#talkEnded(agent, leg);
    const extension = this.#phones.ended(leg);
    if (extension !== undefined) this.#freedPhone(extension);
  }

  phone({ extension, reachable }: Told<'phone'>): void {
    this.#phones.set(extension, reachable);
    if (reachable) this.#freedPhone(extension);
  }

  correct({ legs, reachable }: Told<'truth'>): void {
    const open = new Set(legs.map(({ leg }) => leg));
    for (const [leg, agent] of [...this.#talks]) if (!open.has(leg)) this.#talkEnded(agent, leg);
    for (const extension of this.#phones.replace(legs, reachable)) this.#freedPhone(extension);
  }

  /** A time that he waited for has come, should it still count. */
  due(agent: Agent): void {
    for (const [leg, lost] of this.#lost) {
      if (lost === agent && agent.lostUntil <= this.#moment.now) this.#talkEnded(agent, leg);
    }
    const isOver = agent.state === 'wrap-up' && agent.wrapUpUntil <= this.#moment.now;
    if (isOver) this.move(agent, 'wrapped-up');
    else if (agent.state === 'ready') this.#freed(agent);
  }

  /** Moves an agent to the state after `input`, when that is legal now. */
  move(agent: Agent, input: AgentInput, reason?: string): void {
    const next = transition(agent.state, input);
    if (!next) return;
    agent.state = next;
    agent.since = this.#moment.now;
    this.#tell(agent, input, reason);
    if (input === 'sign-in') this.#roster.beginShift(agent);
    if (input === 'sign-in' || input === 'ready') agent.misses = 0;
    if (next === 'signed-out') this.#leaveSeat(agent);
    if (next !== 'ready') return;
    agent.work = undefined;
    const { wish, leaving } = agent;
    agent.wish = undefined;
    // Who was removed meanwhile goes, whatever he wished.
    if (leaving) {
      this.#roster.drop(agent);
      this.signOut(agent, 'removed');
    } else if (wish) this.move(agent, wish.input, wish.reason);
    else this.#freed(agent);
    // Colleagues at his phone waited for it.
    if (input === 'ring-failed') this.#freedPhone(agent.extension);
  }

  /** Whatever he does: nobody asks him. */
  signOut(agent: Agent, reason: string): void {
    if (agent.state === 'signed-out') return;
    agent.state = 'signed-out';
    agent.since = this.#moment.now;
    this.#tell(agent, 'sign-out', reason);
    agent.work = undefined;
  }

  /** The talk is over: the agent finishes his notes (整理) and is free after the queue's wrap-up time. */
  #talkEnded(agent: Agent, leg: string): void {
    this.#talks.delete(leg);
    this.#lost.delete(leg);
    const { wrapUpMs } = agent.work!;
    const { now, deadlines } = this.#moment;
    countTalk(agent, now);
    agent.lastTalkEndedAt = now;
    agent.wrapUpUntil = now + wrapUpMs;
    this.move(agent, 'hang-up');
    if (wrapUpMs === 0 || agent.leaving) this.move(agent, 'wrapped-up');
    else deadlines.add(agent.wrapUpUntil, agent);
    this.#freedPhone(agent.extension);
  }

  /** Nobody signs in again where he sat before, unless he says so. */
  #leaveSeat(agent: Agent): void {
    for (const queue of this.#roster.queuesOf(agent)) this.#moment.touched.add(queue);
    if (agent.seat !== undefined) this.#roster.seat(agent, undefined);
    if (agent.serves) this.#roster.serve(agent, undefined);
  }

  #freed(agent: Agent): void {
    for (const queue of this.#roster.queuesOf(agent))
      if (queue.line.length > 0) this.#moment.touched.add(queue);
  }

  #freedPhone(extension: string): void {
    for (const agent of this.#roster.agentsAt(extension)) this.#freed(agent);
  }

  #tell({ id, state, work }: Agent, did: AgentInput, reason: string | undefined): void {
    const { callId, queue, notes } = work ?? NO_WORK;
    this.#moment.tell({ type: 'agent-changed', agent: id, did, state, reason, callId, queue, ...notes });
  }
}

const NO_WORK = { callId: undefined, queue: undefined, notes: NO_NOTES };
