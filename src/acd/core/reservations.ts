import type { Agents } from './agents.ts';
import type { Told } from './inputs.ts';
import { countOffer, countRing } from './member.ts';
import type { Moment } from './moment.ts';
import type { Roster } from './roster.ts';
import type { Member, Reservation, Visit } from './state.ts';

/** How long past the ring time a reservation waits to be told how the ring ended. */
const GRACE_MS = 30_000;

/** Agents who are rung for callers, and how that ends. */
export class Reservations {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #agents: Agents;
  readonly #reservations = new Map<number, Reservation>();
  #last = 0;

  constructor(moment: Moment, roster: Roster, agents: Agents) {
    this.#moment = moment;
    this.#roster = roster;
    this.#agents = agents;
  }

  /** Has these members rung for a caller who waits. */
  begin(visit: Visit, members: readonly Member[]): void {
    const { queue, callId } = visit;
    const { name, wrapUpMs, ringMs } = queue.settings;
    this.#last += 1;
    const id = this.#last;
    const agents = new Set(members.map(({ agent }) => agent));
    const reservation = { id, visit, agents, until: this.#moment.now + ringMs + GRACE_MS };
    this.#reservations.set(id, reservation);
    this.#moment.deadlines.add(reservation.until, reservation);
    visit.state = 'offered';
    visit.reservation = reservation;
    for (const member of members) {
      const { agent } = member;
      countOffer(queue, member);
      agent.work = { reservation, member, callId, queue: name, wrapUpMs, leg: undefined };
      this.#agents.move(agent, 'ring');
    }
    const offered = members.map(({ agent: { id: agent, extension } }) => ({ agent, extension }));
    this.#moment.tell({ type: 'ring', visit: visit.id, reservation: id, agents: offered, ringMs });
  }

  /** The caller for whom this agent has answered; undefined: too late, he was told to let go. */
  answered({ visit, reservation: id, agent: answerer, leg }: Told<'answered'>): Visit | undefined {
    if (this.#agents.isTalk(leg)) return undefined;
    const reservation = this.#reservations.get(id);
    const agent = this.#roster.agent(answerer);
    if (!reservation || !agent || !reservation.agents.delete(agent)) {
      this.#moment.tell({ type: 'let-go', visit, reservation: id });
      return undefined;
    }
    countRing(agent, this.#moment.now);
    this.#agents.talkBegan(agent, leg);
    return reservation.visit;
  }

  failed({ reservation: id, agent: rung, rests }: Told<'ring-failed'>): void {
    const reservation = this.#reservations.get(id);
    const agent = this.#roster.agent(rung);
    if (!reservation || !agent || !reservation.agents.delete(agent)) return;
    if (reservation.agents.size === 0) this.end(reservation.visit);
    if (rests) this.#agents.rest(agent);
    countRing(agent, this.#moment.now);
    this.#agents.move(agent, 'ring-failed');
  }

  /** Nobody told how it ended. */
  due(reservation: Reservation): void {
    if (this.#reservations.get(reservation.id) !== reservation) return;
    const { id, visit } = reservation;
    this.end(visit);
    this.#moment.tell({ type: 'let-go', visit: visit.id, reservation: id });
  }

  /** Who is rung for this caller is free again; the caller waits on, if he was offered. */
  end(visit: Visit): void {
    const { reservation, queue } = visit;
    if (!reservation) return;
    visit.reservation = undefined;
    this.#reservations.delete(reservation.id);
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
