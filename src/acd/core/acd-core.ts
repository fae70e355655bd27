import { isToLeave, NOBODY_LEFT, refusalOf } from './admission.ts';
import { type AgentInput, isAtWork, transition } from './agent.ts';
import { assign } from './assignment.ts';
import type { AcdCommand } from './commands.ts';
import { Deadlines } from './deadlines.ts';
import type { AcdInput, AgentWish, Told } from './inputs.ts';
import { enterLine, goesBefore, headOf, leaveLine } from './line.ts';
import { countOffer, countRing, countTalk } from './member.ts';
import { Phones } from './phones.ts';
import { Roster } from './roster.ts';
import type { Agent, Member, Queue, Reservation, Visit } from './state.ts';

/** Pause before an agent whose phone did not answer, or was not reachable, is rung again. */
const REST_MS = 5_000;

/** How long past the ring time a reservation waits to be told how the ring ended. */
const GRACE_MS = 30_000;

/**
 * The ACD (话务分配) of one company: a deterministic state machine. The same inputs at the same times with the same
 * seed give the same commands. Nothing that comes late, twice or never leaves an agent or a caller stuck: see README.md.
 */
export class AcdCore {
  readonly #roster = new Roster();
  readonly #phones = new Phones();
  readonly #visits = new Map<string, Visit>();
  readonly #reservations = new Map<number, Reservation>();
  readonly #talks = new Map<string, Agent>();
  readonly #deadlines = new Deadlines<Agent | Reservation>();
  /** Queues in which somebody may get an agent now. */
  readonly #touched = new Set<Queue>();
  readonly #random: () => number;
  #commands: AcdCommand[] = [];
  #now = 0;
  #lastReservation = 0;
  #lastOrder = 0;

  /** `random`: uniform in [0, 1), from a seed where the same must come out again. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** When `take` wants to be called at the latest; undefined: nothing is due. */
  get wakeAt(): number | undefined {
    return this.#deadlines.next;
  }

  agents(): Iterable<Readonly<Agent>> {
    return this.#roster.agents();
  }

  queue(name: string): Readonly<Queue> | undefined {
    return this.#roster.queue(name);
  }

  /** Whether an agent's wish would be done, or kept for the end of what he does. */
  allows(agent: string, wish: AgentWish): boolean {
    const known = this.#roster.agent(agent);
    return known !== undefined && (isAtWork(known.state) || transition(known.state, wish) !== undefined);
  }

  /** What is to be done, in order, now that `input` is known. `now`: integer ms; one that runs back counts as the last. */
  take(input: AcdInput, now: number): readonly AcdCommand[] {
    this.#now = Math.max(this.#now, now);
    this.#commands = [];
    for (let due = this.#deadlines.take(this.#now); due; due = this.#deadlines.take(this.#now))
      this.#due(due);
    this.#distribute();
    this.#apply(input);
    this.#distribute();
    return this.#commands;
  }

  #apply(input: AcdInput): void {
    switch (input.type) {
      case 'set-up':
        return this.#setUp(input);
      case 'wished':
        return this.#wish(input);
      case 'wrap-up-left':
        return this.#wrapUpLeft(input);
      case 'asked':
        return this.#ask(input);
      case 'joined':
        return this.#join(this.#visits.get(input.visit));
      case 'left':
        return this.#leave(this.#visits.get(input.visit));
      case 'answered':
        return this.#answered(input);
      case 'ring-failed':
        return this.#ringFailed(input);
      case 'picked-up':
        return this.#pickedUp(this.#visits.get(input.visit));
      case 'returned':
        return this.#return(this.#visits.get(input.visit));
      case 'leg-opened':
        return this.#phones.opened(input.leg, input.extension);
      case 'leg-ended':
        return this.#legEnded(input.leg);
      case 'phone':
        return this.#phone(input);
      case 'truth':
        return this.#correct(input);
      case 'time':
        return undefined;
      case 'stopped':
        for (const agent of this.#roster.agents()) this.#signOut(agent, 'stopped');
    }
  }

  #setUp({ agents, queues }: Told<'set-up'>): void {
    const { come, gone } = this.#roster.change(agents, queues, this.#now);
    for (const agent of come) this.#move(agent, 'log-in');
    for (const agent of gone) this.#signOut(agent, 'removed');
    for (const queue of this.#roster.queues()) {
      this.#touched.add(queue);
      this.#turnOutOf(queue);
    }
  }

  #wish({ agent: id, wish, reason }: Told<'wished'>): void {
    const agent = this.#roster.agent(id);
    if (!agent) return;
    if (!isAtWork(agent.state)) return this.#move(agent, wish, reason);
    agent.wish = wish === 'pause' || wish === 'log-out' ? { input: wish, reason } : undefined;
  }

  #wrapUpLeft({ agent: id, leftMs }: Told<'wrap-up-left'>): void {
    const agent = this.#roster.agent(id);
    if (agent?.state !== 'idle' || leftMs <= 0) return;
    agent.wrapUpUntil = this.#now + leftMs;
    this.#deadlines.add(agent.wrapUpUntil, agent);
    this.#move(agent, 'wrap-up-left');
  }

  #ask({ visit: id, callId, queue: name, priority }: Told<'asked'>): void {
    if (this.#visits.has(id)) return;
    const queue = this.#roster.queue(name);
    const refusal = refusalOf(queue);
    if (!queue || refusal) {
      this.#commands.push({ type: 'turned-away', visit: id, ...refusal! });
      return;
    }
    queue.entering += 1;
    queue.visits += 1;
    const place = { since: this.#now, order: 0, reservation: undefined, explained: '' };
    this.#visits.set(id, { id, callId, queue, priority, state: 'entering', ...place });
  }

  #join(visit: Visit | undefined): void {
    if (visit?.state !== 'entering') return;
    visit.queue.entering -= 1;
    visit.since = this.#now;
    this.#lastOrder += 1;
    visit.order = this.#lastOrder;
    this.#wait(visit);
  }

  #return(visit: Visit | undefined): void {
    if (visit?.state === 'connected') this.#wait(visit);
  }

  #wait(visit: Visit): void {
    visit.state = 'waiting';
    enterLine(visit.queue, visit);
    this.#touched.add(visit.queue);
    this.#tellLine(visit.queue);
    this.#turnOutOf(visit.queue);
  }

  /** Nobody waits for agents who are gone, where the queue says so. */
  #turnOutOf(queue: Queue): void {
    if (!isToLeave(queue)) return;
    for (const visit of [...queue.line]) {
      visit.state = 'turned-out';
      this.#leaveLine(visit);
      this.#endReservation(visit);
      this.#commands.push({ type: 'turned-away', visit: visit.id, ...NOBODY_LEFT });
    }
  }

  #leave(visit: Visit | undefined): void {
    if (!visit) return;
    const { queue, state } = visit;
    this.#visits.delete(visit.id);
    if (state === 'entering') queue.entering -= 1;
    if (state === 'waiting' || state === 'offered') this.#leaveLine(visit);
    this.#endReservation(visit);
    queue.visits -= 1;
    this.#roster.release(queue);
  }

  #answered({ visit, reservation: id, agent: answerer, leg }: Told<'answered'>): void {
    if (this.#talks.has(leg)) return;
    const reservation = this.#reservations.get(id);
    const agent = this.#roster.agent(answerer);
    if (!reservation || !agent || !reservation.agents.delete(agent)) {
      this.#commands.push({ type: 'let-go', visit, reservation: id });
      return;
    }
    agent.work!.leg = leg;
    countRing(agent, this.#now);
    this.#talks.set(leg, agent);
    this.#move(agent, 'answer');
    this.#connect(reservation.visit);
  }

  #pickedUp(visit: Visit | undefined): void {
    if (visit?.state === 'waiting' || visit?.state === 'offered') this.#connect(visit);
  }

  #connect(visit: Visit): void {
    visit.state = 'connected';
    this.#leaveLine(visit);
    this.#endReservation(visit);
  }

  #ringFailed({ reservation: id, agent: rung, rests }: Told<'ring-failed'>): void {
    const reservation = this.#reservations.get(id);
    const agent = this.#roster.agent(rung);
    if (!reservation || !agent || !reservation.agents.delete(agent)) return;
    if (reservation.agents.size === 0) this.#endReservation(reservation.visit);
    if (rests) {
      agent.restUntil = this.#now + REST_MS;
      this.#deadlines.add(agent.restUntil, agent);
    }
    countRing(agent, this.#now);
    this.#move(agent, 'ring-failed');
  }

  #legEnded(leg: string): void {
    const agent = this.#talks.get(leg);
    if (agent) this.#talkEnded(agent, leg);
    const extension = this.#phones.ended(leg);
    if (extension !== undefined) this.#freedPhone(extension);
  }

  #phone({ extension, reachable }: Told<'phone'>): void {
    this.#phones.set(extension, reachable);
    if (reachable) this.#freedPhone(extension);
  }

  #correct({ legs, visits, reachable }: Told<'truth'>): void {
    const open = new Set(legs.map(({ leg }) => leg));
    for (const [leg, agent] of [...this.#talks]) if (!open.has(leg)) this.#talkEnded(agent, leg);
    for (const extension of this.#phones.replace(legs, reachable)) this.#freedPhone(extension);
    const going = new Set(visits);
    for (const visit of [...this.#visits.values()]) if (!going.has(visit.id)) this.#leave(visit);
  }

  /** The talk is over: the agent finishes his notes (整理) and is free after the queue's wrap-up time. */
  #talkEnded(agent: Agent, leg: string): void {
    this.#talks.delete(leg);
    const { wrapUpMs } = agent.work!;
    countTalk(agent, this.#now);
    agent.lastTalkEndedAt = this.#now;
    agent.wrapUpUntil = this.#now + wrapUpMs;
    this.#move(agent, 'hang-up');
    if (wrapUpMs === 0 || agent.leaving) this.#move(agent, 'wrapped-up');
    else this.#deadlines.add(agent.wrapUpUntil, agent);
    this.#freedPhone(agent.extension);
  }

  #due(due: Agent | Reservation): void {
    if ('visit' in due) return this.#expire(due);
    if (due.state === 'wrap-up' && due.wrapUpUntil <= this.#now) this.#move(due, 'wrapped-up');
    else if (due.state === 'idle') this.#freed(due);
  }

  /** Nobody told how it ended. */
  #expire(reservation: Reservation): void {
    if (this.#reservations.get(reservation.id) !== reservation) return;
    const { id, visit } = reservation;
    this.#endReservation(visit);
    this.#commands.push({ type: 'let-go', visit: visit.id, reservation: id });
  }

  /** Who is rung for this caller is free again; the caller waits on, if he was offered. */
  #endReservation(visit: Visit): void {
    const { reservation, queue } = visit;
    if (!reservation) return;
    visit.reservation = undefined;
    this.#reservations.delete(reservation.id);
    if (visit.state === 'offered') {
      visit.state = 'waiting';
      this.#touched.add(queue);
    }
    for (const agent of reservation.agents) {
      countRing(agent, this.#now);
      this.#move(agent, 'ring-failed');
    }
    reservation.agents.clear();
  }

  /** Moves an agent to the state after `input`, when that is legal now. */
  #move(agent: Agent, input: AgentInput, reason?: string): void {
    const next = transition(agent.state, input);
    if (!next) return;
    agent.state = next;
    agent.since = this.#now;
    this.#tell(agent, input, reason);
    if (input === 'log-in') this.#roster.beginShift(agent);
    if (next === 'logged-out') for (const queue of this.#roster.queuesOf(agent)) this.#turnOutOf(queue);
    if (next !== 'idle') return;
    agent.work = undefined;
    const { wish, leaving } = agent;
    agent.wish = undefined;
    // Who was removed meanwhile goes, whatever he wished.
    if (leaving) {
      this.#roster.drop(agent);
      this.#signOut(agent, 'removed');
    } else if (wish) this.#move(agent, wish.input, wish.reason);
    else this.#freed(agent);
    // Colleagues at his phone waited for it.
    if (input === 'ring-failed') this.#freedPhone(agent.extension);
  }

  /** Whatever he does: nobody asks him. */
  #signOut(agent: Agent, reason: string): void {
    if (agent.state === 'logged-out') return;
    agent.state = 'logged-out';
    agent.since = this.#now;
    this.#tell(agent, 'log-out', reason);
    agent.work = undefined;
  }

  #freed(agent: Agent): void {
    for (const queue of this.#roster.queuesOf(agent)) if (queue.line.length > 0) this.#touched.add(queue);
  }

  #freedPhone(extension: string): void {
    for (const agent of this.#roster.agentsAt(extension)) this.#freed(agent);
  }

  /** Offers agents to who waits, in the order of {@link goesBefore} over all queues in which something has changed. */
  #distribute(): void {
    while (this.#touched.size > 0) {
      let first: Visit | undefined;
      for (const queue of this.#touched) {
        const head = headOf(queue);
        if (!head) this.#touched.delete(queue);
        else if (!first || goesBefore(head, first)) first = head;
      }
      if (first && !this.#offer(first)) this.#touched.delete(first.queue);
    }
  }

  /** False: nobody is free for him, nor for who waits behind him. */
  #offer(visit: Visit): boolean {
    const { queue } = visit;
    const { members, why, key } = assign(queue, {
      now: this.#now,
      phones: this.#phones,
      sharesBusyPhone: (agent) => this.#roster.sharesBusyPhone(agent),
      random: this.#random,
    });
    if (key !== visit.explained) {
      visit.explained = key;
      this.#commands.push({ type: 'explain', visit: visit.id, queue: queue.settings.name, why });
    }
    if (members.length === 0) return false;
    this.#reserve(visit, members);
    return true;
  }

  #reserve(visit: Visit, members: readonly Member[]): void {
    const { queue, callId } = visit;
    const { name, wrapUpMs, ringMs } = queue.settings;
    this.#lastReservation += 1;
    const id = this.#lastReservation;
    const agents = new Set(members.map(({ agent }) => agent));
    const reservation = { id, visit, agents, until: this.#now + ringMs + GRACE_MS };
    this.#reservations.set(id, reservation);
    this.#deadlines.add(reservation.until, reservation);
    visit.state = 'offered';
    visit.reservation = reservation;
    for (const member of members) {
      const { agent } = member;
      countOffer(queue, member);
      agent.work = { reservation, member, callId, queue: name, wrapUpMs, leg: undefined };
      this.#move(agent, 'ring');
    }
    const offered = members.map(({ agent: { id: agent, extension } }) => ({ agent, extension }));
    this.#commands.push({ type: 'ring', visit: visit.id, reservation: id, agents: offered, ringMs });
  }

  #leaveLine(visit: Visit): void {
    leaveLine(visit.queue, visit);
    this.#tellLine(visit.queue);
  }

  #tellLine({ settings: { name }, line }: Queue): void {
    this.#commands.push({ type: 'line-changed', queue: name, waiting: line.length });
  }

  #tell({ id, state, work }: Agent, did: AgentInput, reason: string | undefined): void {
    const { callId, queue } = work ?? NO_WORK;
    this.#commands.push({ type: 'agent-changed', agent: id, did, state, reason, callId, queue });
  }
}

const NO_WORK = { callId: undefined, queue: undefined };
