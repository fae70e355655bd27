import { type AssignmentView, assign, type PassedOver, passedOver } from './assignment.ts';
import { goesBefore, headOf } from './line.ts';
import type { Moment } from './moment.ts';
import type { Reservations } from './reservations.ts';
import { needsNow } from './skills.ts';
import type { Member, Queue, Reservation, Visit } from './state.ts';
import type { Visits } from './visits.ts';

/** Who is offered whom. */
export class Distribution {
  readonly #moment: Moment;
  readonly #visits: Visits;
  readonly #reservations: Reservations;
  readonly #view: AssignmentView;

  constructor(moment: Moment, visits: Visits, reservations: Reservations, view: AssignmentView) {
    this.#moment = moment;
    this.#visits = visits;
    this.#reservations = reservations;
    this.#view = view;
  }

  /** Offers agents to who waits, in the order of {@link goesBefore} over all queues in which something has changed. */
  run(): void {
    const { touched } = this.#moment;
    const growing = this.#growingIn(touched);
    for (const queue of touched) this.#visits.turnOutOf(queue);
    let passed: Set<Visit> | undefined;
    while (touched.size > 0) {
      let first: Visit | undefined;
      for (const queue of touched) {
        const head = headOf(queue, passed);
        if (!head) touched.delete(queue);
        else if (!first || goesBefore(head, first)) first = head;
      }
      if (!first || this.#offer(first)) continue;
      // Who needs a skill that nobody has now keeps nobody back who does without it.
      if (needsNow(first, this.#moment.now).length === 0) touched.delete(first.queue);
      else passed = (passed ?? new Set<Visit>()).add(first);
    }
    for (const reservation of growing) this.#grow(reservation);
  }

  /** Who is not free for a visit at `now`, and why. */
  passedOver(visit: Visit, now: number): readonly PassedOver[] {
    return passedOver(visit.queue, visit, now, this.#view);
  }

  /** Who waits goes before who is offered to somebody already: rings grow by those whom nobody needs. */
  #growingIn(queues: ReadonlySet<Queue>): readonly Reservation[] {
    const { growing } = this.#reservations;
    if (growing.size === 0) return [];
    return [...growing]
      .filter(({ visit }) => queues.has(visit.queue))
      .sort((a, b) => (goesBefore(a.visit, b.visit) ? -1 : 1));
  }

  #grow(reservation: Reservation): void {
    const { visit } = reservation;
    if (visit.reservation !== reservation) return;
    const members = this.#choose(visit);
    if (members.length > 0) this.#reservations.grow(reservation, members);
  }

  /** False: nobody is free for him, nor for who waits behind him and needs no less of an agent. */
  #offer(visit: Visit): boolean {
    const members = this.#choose(visit);
    if (members.length === 0) return false;
    this.#reservations.begin(visit, members);
    return true;
  }

  #choose(visit: Visit): readonly Member[] {
    const { queue } = visit;
    const { members, why, key } = assign(queue, visit, this.#view);
    if (key !== visit.explained) {
      visit.explained = key;
      this.#moment.tell({ type: 'explain', visit: visit.id, queue: queue.settings.name, why });
    }
    return members;
  }
}
