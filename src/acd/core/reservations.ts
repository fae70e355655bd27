import type { Agents } from './agents.ts';
import type { Told } from './inputs.ts';
import { countOffer, countRing } from './member.ts';
import type { Moment } from './moment.ts';
import type { Roster } from './roster.ts';
import type { Member, Reservation, Visit } from './state.ts';
import type { Talks } from './talks.ts';
import { workOf } from './work.ts';

/** How long past the ring time a reservation waits to be told how the ring ended. */
const GRACE_MS = 30_000;

/** Agents who are rung for callers, and how that ends. */
export class Reservations {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #agents: Agents;
  readonly #talks: Talks;
  readonly #reservations: Map<number, Reservation>;
  /** Those that are to ring more agents, when there are any. */
  readonly growing: Set<Reservation>;

  constructor(moment: Moment, roster: Roster, agents: Agents, talks: Talks) {
    this.#moment = moment;
    this.#roster = roster;
    this.#agents = agents;
    this.#talks = talks;
    this.#reservations = moment.state.reservations;
    this.growing = moment.state.growing;
  }

  /** Has these members rung for a caller who waits. */
  begin(visit: Visit, members: readonly Member[]): void {
    const { state } = this.#moment;
    state.lastReservation += 1;
    const reservation: Reservation = {
      id: state.lastReservation,
      visit,
      agents: new Set(),
      rung: new Set(),
      until: 0,
      growsAt: Infinity,
    };
    this.#reservations.set(reservation.id, reservation);
    visit.state = 'offered';
    visit.reservation = reservation;
    this.#ring(reservation, members, 'ring');
  }

  /** Has these members rung too. */
  grow(reservation: Reservation, members: readonly Member[]): void {
    this.growing.delete(reservation);
    this.#ring(reservation, members, 'ring-more');
  }

  #ring(reservation: Reservation, members: readonly Member[], type: 'ring' | 'ring-more'): void {
    const { id, visit } = reservation;
    const { queue } = visit;
    const { strategy, ringNextMs } = queue.settings;
    const { now, deadlines, state } = this.#moment;
    // A ring that grows has one limit for whoever may come.
    const all = strategy === 'ring-progressively' ? queue.members : members;
    const ringMs = Math.max(...all.map(({ agent }) => agent.ringMs ?? queue.settings.ringMs));
    reservation.until = now + ringMs + GRACE_MS;
    deadlines.add(reservation.until, reservation);
    if (strategy === 'ring-progressively') {
      reservation.growsAt = now + ringNextMs;
      deadlines.add(reservation.growsAt, reservation);
    }
    for (const member of members) {
      const { agent } = member;
      reservation.agents.add(agent);
      reservation.rung.add(agent);
      countOffer(state, member);
      agent.work = workOf(visit, member, reservation, now);
      this.#agents.move(agent, 'reserve');
    }
    const agents = members.map(({ agent: { id: agent, extension, ringMs: own } }) => {
      return own !== undefined && own < ringMs ? { agent, extension, ringMs: own } : { agent, extension };
    });
    this.#moment.tell({ type, visit: visit.id, reservation: id, agents, ringMs });
  }

  /** The caller for whom this agent has answered; undefined: too late, he was told to let go. */
  answered({ visit, reservation: id, agent: answerer, leg }: Told<'answered'>): Visit | undefined {
    if (this.#talks.isTalk(leg)) return undefined;
    const reservation = this.#reservations.get(id);
    const agent = this.#roster.agent(answerer);
    if (!reservation || !agent || !reservation.agents.delete(agent)) {
      this.#moment.tell({ type: 'let-go', visit, reservation: id });
      return undefined;
    }
    countRing(agent, this.#moment.now);
    this.#talks.began(agent, leg);
    return reservation.visit;
  }

  failed({ reservation: id, agent: rung, miss }: Told<'ring-failed'>): void {
    const reservation = this.#reservations.get(id);
    const agent = this.#roster.agent(rung);
    if (!reservation || !agent || !reservation.agents.delete(agent)) return;
    if (reservation.agents.size === 0) this.end(reservation.visit);
    if (miss) this.#agents.missed(agent, miss, reservation.visit.queue.settings);
    countRing(agent, this.#moment.now);
    this.#agents.move(agent, 'ring-failed');
  }

  /** Nobody told how it ended, or more are to be rung. */
  due(reservation: Reservation): void {
    if (this.#reservations.get(reservation.id) !== reservation) return;
    const { id, visit, until, growsAt } = reservation;
    if (growsAt <= this.#moment.now) {
      this.growing.add(reservation);
      this.#moment.touched.add(visit.queue);
    }
    if (until > this.#moment.now) return;
    this.end(visit);
    this.#moment.tell({ type: 'let-go', visit: visit.id, reservation: id });
  }

  /** Who is rung for this caller is free again; the caller waits on, if he was offered. */
  end(visit: Visit): void {
    const { reservation, queue } = visit;
    if (!reservation) return;
    visit.reservation = undefined;
    this.#reservations.delete(reservation.id);
    this.growing.delete(reservation);
    if (visit.state === 'offered') {
      visit.state = 'waiting';
      this.#moment.touched.add(queue);
    }
    for (const agent of reservation.agents) {
      countRing(agent, this.#moment.now);
      this.#agents.move(agent, 'ring-failed');
    }
    reservation.agents.clear();
  }
}
