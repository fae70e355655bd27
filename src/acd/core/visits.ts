import { isToLeave, NOBODY_LEFT, refusalOf } from './admission.ts';
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
  readonly #visits = new Map<string, Visit>();
  #lastOrder = 0;

  constructor(moment: Moment, roster: Roster, reservations: Reservations) {
    this.#moment = moment;
    this.#roster = roster;
    this.#reservations = reservations;
  }

  get(id: string): Visit | undefined {
    return this.#visits.get(id);
  }

  ask({ visit: id, callId, caller, queue: name, priority }: Told<'asked'>): void {
    if (this.#visits.has(id)) return;
    const queue = this.#roster.queue(name);
    const refusal = refusalOf(queue);
    if (!queue || refusal) {
      this.#moment.tell({ type: 'turned-away', visit: id, ...refusal! });
      return;
    }
    queue.entering += 1;
    queue.visits += 1;
    const place = { since: this.#moment.now, order: 0, reservation: undefined, explained: '' };
    this.#visits.set(id, { id, callId, caller, queue, priority, state: 'entering', ...place });
  }

  join({ visit: id, since }: Told<'joined'>): void {
    const visit = this.#visits.get(id);
    if (visit?.state !== 'entering') return;
    visit.queue.entering -= 1;
    visit.since = since ?? this.#placeOfBefore(visit) ?? this.#moment.now;
    this.#lastOrder += 1;
    visit.order = this.#lastOrder;
    this.#wait(visit);
  }

  return(id: string): void {
    const visit = this.#visits.get(id);
    if (visit?.state === 'connected') this.#wait(visit);
  }

  pickedUp(id: string): void {
    const visit = this.#visits.get(id);
    if (visit?.state === 'waiting' || visit?.state === 'offered') this.connect(visit);
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
    for (const visit of [...queue.line]) {
      visit.state = 'turned-out';
      this.#leaveLine(visit);
      this.#reservations.end(visit);
      this.#moment.tell({ type: 'turned-away', visit: visit.id, ...NOBODY_LEFT });
    }
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
