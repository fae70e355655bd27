import { isToLeave, NO_QUEUE, NOBODY_LEFT, refusalOf } from './admission.ts';
import type { Refusal } from './commands.ts';
import type { Told } from './inputs.ts';
import { enterLine, leaveLine } from './line.ts';
import type { Moment } from './moment.ts';
import type { Reservations } from './reservations.ts';
import type { Roster } from './roster.ts';
import type { Queue, Visit } from './state.ts';

/** What happens to callers: they ask, join, wait, are connected and leave. */
export class Visits {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #reservations: Reservations;
  readonly #visits: Map<string, Visit>;

  constructor(moment: Moment, roster: Roster, reservations: Reservations) {
    this.#moment = moment;
    this.#roster = roster;
    this.#reservations = reservations;
    this.#visits = moment.state.visits;
  }

  get(id: string): Visit | undefined {
    return this.#visits.get(id);
  }

  ask(asked: Told<'asked'>): void {
    const {
      visit: id,
      callId,
      caller,
      queue: name,
      priority,
      lastAgent,
      owner,
      needs,
      goesFirst = false,
      isBack = false,
    } = asked;
    if (this.#visits.has(id)) return;
    const queue = this.#roster.queue(name);
    const refusal = refusalOf(queue, asked.closed, goesFirst || isBack, needs);
    if (!queue || refusal) {
      this.#moment.tell({ type: 'turned-away', visit: id, ...refusal! });
      return;
    }
    queue.entering += 1;
    queue.visits += 1;
    this.#visits.set(id, {
      id,
      callId,
      caller,
      queue,
      priority,
      lastAgent,
      owner,
      standsIn: false,
      goesFirst,
      needs,
      maxWaitMs: asked.maxWaitMs ?? queue.settings.maxWaitMs,
      state: 'entering',
      joinedAt: this.#moment.now,
      waitedMs: asked.waitedMs ?? 0,
      since: this.#moment.now,
      order: 0,
      reservation: undefined,
      explained: '',
    });
  }

  standIn({ visit: id, callId, queue: name, priority, since }: Told<'stands-in'>): void {
    if (this.#visits.has(id)) return;
    const queue = this.#roster.queue(name);
    if (!queue) return this.#moment.tell({ type: 'turned-away', visit: id, ...NO_QUEUE });
    queue.visits += 1;
    const { state } = this.#moment;
    state.lastOrder += 1;
    const visit: Visit = {
      id,
      callId,
      caller: '',
      queue,
      priority,
      lastAgent: undefined,
      owner: undefined,
      standsIn: true,
      goesFirst: false,
      maxWaitMs: Number.POSITIVE_INFINITY,
      state: 'waiting',
      joinedAt: since,
      waitedMs: 0,
      since,
      order: state.lastOrder,
      reservation: undefined,
      explained: '',
    };
    this.#visits.set(id, visit);
    this.#wait(visit);
  }

  join({ visit: id, since }: Told<'joined'>): void {
    const visit = this.#visits.get(id);
    if (visit?.state !== 'entering') return;
    visit.queue.entering -= 1;
    const { now, deadlines, state } = this.#moment;
    visit.joinedAt = now;
    visit.since = since ?? this.#placeOfBefore(visit) ?? now - visit.waitedMs;
    state.lastOrder += 1;
    visit.order = state.lastOrder;
    deadlines.add(now + visit.maxWaitMs, visit);
    this.#wait(visit);
  }

  return(id: string): void {
    const visit = this.#visits.get(id);
    if (visit?.state !== 'connected') return;
    this.#wait(visit);
    this.due(visit);
  }

  /** Undefined: nobody waits there. */
  pickedUp(id: string): Visit | undefined {
    const visit = this.#inLine(id);
    if (visit) this.connect(visit);
    return visit;
  }

  /** He takes the place in his line that is his by this priority; who is being rung for him rings on. */
  prioritise({ visit: id, priority }: Told<'prioritised'>): void {
    const visit = this.#inLine(id);
    if (!visit || visit.priority === priority) return;
    leaveLine(visit.queue, visit);
    visit.priority = priority;
    enterLine(visit.queue, visit);
    this.#moment.touched.add(visit.queue);
    this.#tellLine(visit.queue);
  }

  /** He leaves the line for another; in the core he goes when `left` is told. */
  move(id: string): void {
    const visit = this.#inLine(id);
    if (visit) this.#takeOut(visit);
  }

  /** Somebody has answered him. */
  connect(visit: Visit): void {
    visit.state = 'connected';
    this.#leaveLine(visit);
    this.#reservations.end(visit);
  }

  leave(id: string): void {
    const visit = this.#visits.get(id);
    if (!visit) return;
    const { queue, state } = visit;
    this.#visits.delete(id);
    if (state === 'entering') queue.entering -= 1;
    if (state === 'waiting' || state === 'offered') {
      this.#leaveLine(visit);
      queue.left.remember(visit.caller, visit.since, this.#moment.now, queue.settings.keepPlaceMs);
    }
    this.#reservations.end(visit);
    queue.visits -= 1;
    this.#roster.release(queue);
  }

  /** Who is not there in truth has left. */
  correct({ visits }: Told<'truth'>): void {
    const going = new Set(visits);
    for (const id of [...this.#visits.keys()]) if (!going.has(id)) this.leave(id);
  }

  /** Nobody waits for agents who are gone, where the queue says so. */
  turnOutOf(queue: Queue): void {
    if (!isToLeave(queue)) return;
    for (const visit of queue.line.filter(({ standsIn }) => !standsIn)) this.#turnOut(visit, NOBODY_LEFT);
  }

  /** He has waited as long as he may, should he still be there. */
  due(visit: Visit): void {
    const { id, joinedAt, maxWaitMs } = visit;
    if (this.#inLine(id) !== visit || this.#moment.now < joinedAt + maxWaitMs) return;
    const why = `nobody answered in ${Math.round(maxWaitMs / 1000)} s`;
    this.#turnOut(visit, { reason: 'timeout', why });
  }

  /** More agents serve these visits in time. */
  awaitTiers(queue: Queue, visits: readonly Visit[]): void {
    const { now, deadlines } = this.#moment;
    for (const { afterMs } of queue.settings.tiers)
      for (const { joinedAt } of visits)
        if (joinedAt + afterMs > now) deadlines.add(joinedAt + afterMs, queue);
  }

  /** He needs less of an agent in time. */
  #awaitRelaxing({ queue, joinedAt, needs = [] }: Visit): void {
    const { now, deadlines } = this.#moment;
    for (const { relaxAfterMs = 0 } of needs)
      if (joinedAt + relaxAfterMs > now) deadlines.add(joinedAt + relaxAfterMs, queue);
  }

  #inLine(id: string): Visit | undefined {
    const visit = this.#visits.get(id);
    return visit?.state === 'waiting' || visit?.state === 'offered' ? visit : undefined;
  }

  #takeOut(visit: Visit): void {
    visit.state = 'turned-out';
    this.#leaveLine(visit);
    this.#reservations.end(visit);
  }

  #turnOut(visit: Visit, refusal: Refusal): void {
    this.#takeOut(visit);
    this.#moment.tell({ type: 'turned-away', visit: visit.id, ...refusal });
  }

  /** When he joined before whose call was cut off a short while ago. */
  #placeOfBefore({ id, caller, queue: { left, settings } }: Visit): number | undefined {
    const { now } = this.#moment;
    const before = left.takeBack(caller, now, settings.keepPlaceMs);
    if (!before) return undefined;
    const seconds = (ms: number) => Math.round(ms / 1000);
    const why = `his place again: he had waited ${seconds(before.at - before.since)} s and was gone for ${seconds(now - before.at)} s`;
    this.#moment.tell({ type: 'explain', visit: id, queue: settings.name, why });
    return before.since;
  }

  #wait(visit: Visit): void {
    const { queue } = visit;
    visit.state = 'waiting';
    enterLine(queue, visit);
    this.awaitTiers(queue, [visit]);
    this.#awaitRelaxing(visit);
    this.#moment.touched.add(queue);
    this.#tellLine(queue);
  }

  #leaveLine(visit: Visit): void {
    leaveLine(visit.queue, visit);
    this.#tellLine(visit.queue);
  }

  #tellLine({ settings: { name }, line }: Queue): void {
    this.#moment.tell({ type: 'line-changed', queue: name, waiting: line.length });
  }
}
