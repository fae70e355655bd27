import { Agents } from './agents.ts';
import type { AssignmentView, PassedOver } from './assignment.ts';
import type { AcdCommand } from './commands.ts';
import { type CoreState, emptyState } from './core-state.ts';
import { Distribution } from './distribution.ts';
import type { AcdInput, Told } from './inputs.ts';
import { Moment } from './moment.ts';
import { Peaks } from './peak.ts';
import { Phones } from './phones.ts';
import { type Place, placeOf } from './place.ts';
import { Reservations } from './reservations.ts';
import { Roster } from './roster.ts';
import type { Agent, Queue } from './state.ts';
import { Talks } from './talks.ts';
import { Visits } from './visits.ts';
import { lacksDisposition } from './work.ts';

/**
 * The ACD (话务分配) of one company: a deterministic state machine. The same inputs at the same times with the same
 * seed give the same commands. Nothing that comes late, twice or never leaves an agent or a caller stuck: see README.md.
 */
export class AcdCore {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #phones: Phones;
  readonly #agents: Agents;
  readonly #talks: Talks;
  readonly #reservations: Reservations;
  readonly #visits: Visits;
  readonly #peaks: Peaks;
  readonly #distribution: Distribution;

  /**
   * `random`: uniform in [0, 1), from a seed where the same must come out again; `order`: the company's own functions; `state`: of
   * one before, which has taken no input since.
   */
  constructor(random: () => number, order: AssignmentView['order'] = () => undefined, state = emptyState()) {
    const moment = new Moment(state);
    this.#moment = moment;
    this.#roster = new Roster(state);
    this.#phones = new Phones(state);
    this.#agents = new Agents(moment, this.#roster, this.#phones);
    this.#talks = new Talks(moment, this.#roster, this.#phones, this.#agents);
    this.#reservations = new Reservations(moment, this.#roster, this.#agents, this.#talks);
    this.#visits = new Visits(moment, this.#roster, this.#reservations);
    this.#peaks = new Peaks(moment, this.#roster);
    this.#distribution = new Distribution(moment, this.#visits, this.#reservations, {
      get now() {
        return moment.now;
      },
      phones: this.#phones,
      sharesBusyPhone: (agent) => this.#roster.sharesBusyPhone(agent),
      random,
      order,
    });
  }

  /** What it knows: it goes on changing with each input. */
  get state(): CoreState {
    return this.#moment.state;
  }

  /** When `take` wants to be called at the latest; undefined: nothing is due. */
  get wakeAt(): number | undefined {
    return this.#moment.deadlines.next;
  }

  agents(): Iterable<Readonly<Agent>> {
    return this.#roster.agents();
  }

  agent(id: string): Readonly<Agent> | undefined {
    return this.#roster.agent(id);
  }

  /** Also those that were removed, while their last callers wait. */
  queues(): Iterable<Readonly<Queue>> {
    return this.#roster.queues();
  }

  queue(name: string): Readonly<Queue> | undefined {
    return this.#roster.queue(name);
  }

  /** Who sits at an extension's phone: of several, one who is signed in. */
  agentAt(extension: string): string | undefined {
    const there = this.#roster.agentsAt(extension);
    return (there.find(({ state }) => state !== 'signed-out') ?? there[0])?.id;
  }

  /** Where a caller stands in line; undefined: he is in none. */
  placeOf(visit: string): Place | undefined {
    const known = this.#visits.get(visit);
    return known && placeOf(known);
  }

  /** Who of his queue is not free for somebody who waits, and why; it changes nothing. */
  passedOver(visit: string, now: number): readonly PassedOver[] {
    const known = this.#visits.get(visit);
    return known ? this.#distribution.passedOver(known, now) : [];
  }

  /** Whether an agent has a call that notes may be taken of. */
  mayNote(agent: string): boolean {
    return this.#roster.agent(agent)?.work?.talksSince !== undefined;
  }

  /** Whether an agent is to say what his call came to (话后小结) before his wrap-up may end. */
  lacksDisposition(agent: string): boolean {
    return lacksDisposition(this.#roster.agent(agent)?.work);
  }

  /** What is to be done, in order, now that `input` is known. `now`: integer ms; one that runs back counts as the last. */
  take(input: AcdInput, now: number): readonly AcdCommand[] {
    const moment = this.#moment;
    const { deadlines } = moment;
    moment.begin(now);
    for (let due = deadlines.take(moment.now); due; due = deadlines.take(moment.now)) {
      if ('visit' in due) this.#reservations.due(due);
      else if ('line' in due) this.#lineDue(due);
      else if ('joinedAt' in due) this.#visits.due(due);
      else this.#talks.due(due);
    }
    this.#distribution.run();
    this.#apply(input);
    this.#distribution.run();
    return moment.commands;
  }

  #apply(input: AcdInput): void {
    switch (input.type) {
      case 'set-up':
        return this.#setUp(input);
      case 'wished':
        return this.#agents.wish(input);
      case 'seated':
        return this.#agents.seat(input);
      case 'served':
        return this.#agents.serve(input);
      case 'wrap-up-ended':
        return this.#agents.endWrapUp(input);
      case 'wrap-up-left':
        return this.#agents.wrapUpLeft(input);
      case 'noted':
        return this.#agents.note(input);
      case 'drafted':
        return this.#agents.draft(input);
      case 'wrap-up-extended':
        return this.#agents.extendWrapUp(input);
      case 'asked':
        return this.#visits.ask(input);
      case 'stands-in':
        return this.#visits.standIn(input);
      case 'joined':
        return this.#visits.join(input);
      case 'left':
        return this.#visits.leave(input.visit);
      case 'answered':
        return this.#answered(input);
      case 'ring-failed':
        return this.#reservations.failed(input);
      case 'picked-up':
        return this.#pickedUp(input);
      case 'prioritised':
        return this.#visits.prioritise(input);
      case 'moved':
        return this.#visits.move(input.visit);
      case 'returned':
        return this.#returned(input);
      case 'peak':
        return this.#peaks.turn(input);
      case 'leg-opened':
        return this.#talks.legOpened(input);
      case 'leg-phase':
        return this.#talks.legPhase(input);
      case 'leg-ended':
        return this.#talks.legEnded(input.leg);
      case 'seat-lost':
        return this.#talks.seatLost(input.leg);
      case 'seat-back':
        return this.#talks.seatBack(input);
      case 'seat-gone':
        return this.#talks.seatGone(input);
      case 'phone':
        return this.#talks.phone(input);
      case 'truth':
        this.#talks.correct(input);
        return this.#visits.correct(input);
      case 'day-began':
        return this.#agents.beginShifts();
      case 'time':
        return undefined;
      case 'stopped':
        for (const agent of this.#roster.agents()) this.#agents.signOut(agent, 'stopped');
    }
  }

  #setUp({ agents, queues, breakReasons = [], standings = [] }: Told<'set-up'>): void {
    const limits = breakReasons.flatMap(({ name, limitMs }) => (limitMs ? [[name, limitMs] as const] : []));
    this.#moment.state.breakLimits = new Map(limits);
    const { come, gone } = this.#roster.change(agents, queues, this.#moment.now);
    const byHand = new Set(agents.filter(({ signIn }) => signIn === 'manual').map(({ id }) => id));
    const stood = new Map(standings.map((standing) => [standing.agent, standing]));
    for (const agent of come) {
      const standing = stood.get(agent.id);
      if (standing) this.#agents.restore(agent, standing);
      else if (!byHand.has(agent.id)) this.#agents.signIn(agent);
    }
    for (const agent of gone) this.#agents.signOut(agent, 'removed');
    for (const agent of this.#roster.agents()) {
      this.#agents.follow(agent);
      this.#agents.limitBreak(agent);
    }
    for (const queue of this.#roster.queues()) {
      this.#moment.touched.add(queue);
      this.#visits.awaitTiers(queue, queue.line);
    }
  }

  /** Somebody has waited for so long that more agents help, or peak mode is over. */
  #lineDue(queue: Queue): void {
    this.#moment.touched.add(queue);
    this.#peaks.due(queue);
  }

  /** Who hangs up before the talk rests as one who refuses: he is not rung for the same caller at once. */
  #returned({ visit: id, agent: who }: Told<'returned'>): void {
    const visit = this.#visits.get(id);
    const agent = who === undefined ? undefined : this.#roster.agent(who);
    if (visit?.state === 'connected' && agent) this.#agents.missed(agent, 'refused', visit.queue.settings);
    this.#visits.return(id);
  }

  #pickedUp({ visit: id, agent, leg }: Told<'picked-up'>): void {
    const visit = this.#visits.pickedUp(id);
    if (visit && agent !== undefined && leg !== undefined) this.#talks.pickUp(agent, leg, visit);
  }

  #answered(input: Told<'answered'>): void {
    const visit = this.#reservations.answered(input);
    if (visit) this.#visits.connect(visit);
  }
}
