import { STEP_TO } from './agent.ts';
import type { Agents } from './agents.ts';
import type { Told } from './inputs.ts';
import { countTalk, memberOf } from './member.ts';
import type { Moment } from './moment.ts';
import type { Phones } from './phones.ts';
import type { Roster } from './roster.ts';
import { type Agent, isServing, type PhoneLeg, type Visit } from './state.ts';
import { workOf } from './work.ts';

/** An agent whose leg died in a talk is waited for so long when nobody tells what became of it. */
const LOST_LIMIT_MS = 60_000;

/** What happens on phones and their legs: talks of agents with callers, and calls of their own. */
export class Talks {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #phones: Phones;
  readonly #agents: Agents;
  /** Who talks with a caller on which leg. */
  readonly #talks: Map<string, Agent>;
  /** Whose leg died in a talk that goes on. */
  readonly #lost: Map<string, Agent>;

  constructor(moment: Moment, roster: Roster, phones: Phones, agents: Agents) {
    this.#moment = moment;
    this.#roster = roster;
    this.#phones = phones;
    this.#agents = agents;
    this.#talks = moment.state.talks;
    this.#lost = moment.state.lost;
  }

  /** Whether somebody talks with a caller on this leg. */
  isTalk(leg: string): boolean {
    return this.#talks.has(leg);
  }

  /** He has answered on this leg. */
  began(agent: Agent, leg: string): void {
    this.#begin(agent, leg);
    this.#agents.move(agent, 'answer');
  }

  /** An agent who was not rung has taken a caller (抢接), on this leg: he is his as if he had been. */
  pickUp(id: string, leg: string, visit: Visit): void {
    const agent = this.#roster.agent(id);
    if (!agent || isServing(agent) || this.#talks.has(leg)) return;
    if (agent.state === 'wrap-up') this.#agents.wrappedUp(agent);
    if (agent.state === 'signed-out') return;
    agent.ownCall = undefined;
    agent.work = workOf(visit, memberOf(agent, visit.queue.settings.name), undefined, this.#moment.now);
    this.#begin(agent, leg);
    this.#agents.move(agent, 'pick-up');
  }

  legOpened({ leg, extension, callId, phase = 'talking', isOwn = true }: Told<'leg-opened'>): void {
    const rung = phase === 'ringing' && this.#rungAt(extension, callId);
    const isNew = this.#phones.opened(leg, { extension, callId, phase, isOwn: isOwn && !rung });
    if (!isNew) return;
    if (rung) this.#agents.move(rung, 'ring');
    else this.#agents.followPhone(extension);
  }

  legPhase({ leg: id, phase, callId }: Told<'leg-phase'>): void {
    const leg = this.#phones.leg(id);
    if (leg && callId !== undefined) leg.callId = callId;
    if (leg && phase !== 'ringing' && phase !== 'dialling') this.#comesBack(id, leg);
    const agent = this.#talks.get(id);
    if (leg) leg.phase = phase;
    if (leg && !agent) leg.isOwn = true;
    if (agent && agent.state !== phase && phase !== 'ringing' && phase !== 'dialling')
      this.#agents.move(agent, STEP_TO[phase]);
    else if (leg) this.#agents.followPhone(leg.extension);
  }

  /** Who finishes the notes of a call is in it again, for he has taken up the caller whom he had parked: he talks on. */
  #comesBack(id: string, { extension, callId }: PhoneLeg): void {
    const isHis = ({ state, work }: Agent) => state === 'wrap-up' && work?.callId === callId;
    const agent = this.#talks.has(id) ? undefined : this.#roster.agentsAt(extension).find(isHis);
    if (!agent) return;
    this.#begin(agent, id);
    this.#agents.move(agent, 'pick-up');
  }

  legEnded(leg: string): void {
    const extension = this.#phones.ended(leg);
    const agent = this.#talks.get(leg);
    if (agent) this.#end(agent, leg);
    if (extension !== undefined) this.#agents.followPhone(extension);
  }

  seatLost(leg: string): void {
    const agent = this.#talks.get(leg);
    if (!agent) return;
    this.#talks.delete(leg);
    this.#lost.set(leg, agent);
    agent.lostUntil = this.#moment.now + LOST_LIMIT_MS;
    this.#moment.deadlines.add(agent.lostUntil, agent);
    this.#agents.move(agent, 'seat-lost');
  }

  seatBack({ lost, leg }: Told<'seat-back'>): void {
    const agent = this.#lost.get(lost);
    if (!agent || this.#talks.has(leg)) return;
    this.#lost.delete(lost);
    this.#talkOn(agent, leg);
    this.#agents.move(agent, 'seat-back');
  }

  seatGone({ lost, refused }: Told<'seat-gone'>): void {
    const agent = this.#lost.get(lost);
    if (!agent) return;
    if (!refused) this.#agents.lost(agent);
    this.#end(agent, lost);
  }

  phone({ extension, reachable, setting }: Told<'phone'>): void {
    this.#phones.set(extension, reachable, setting);
    if (reachable) this.#agents.found(extension);
    this.#agents.followPhone(extension);
  }

  correct({ legs, reachable }: Told<'truth'>): void {
    const open = new Set(legs.map(({ leg }) => leg));
    const over = [...this.#talks].filter(([leg]) => !open.has(leg));
    this.#phones.replace(legs, reachable);
    for (const [leg, agent] of over) this.#end(agent, leg);
    for (const { extension } of this.#roster.agents()) this.#agents.followPhone(extension);
  }

  /** A time that an agent waited for has come, should it still count. */
  due(agent: Agent): void {
    for (const [leg, lost] of this.#lost)
      if (lost === agent && agent.lostUntil <= this.#moment.now)
        this.seatGone({ type: 'seat-gone', lost: leg });
    this.#agents.due(agent);
  }

  /** Who is rung at a phone for the caller of a call. */
  #rungAt(extension: string, callId: string | undefined): Agent | undefined {
    return this.#roster
      .agentsAt(extension)
      .find(({ state, work }) => (state === 'reserved' || state === 'ringing') && work?.callId === callId);
  }

  #begin(agent: Agent, leg: string): void {
    agent.work!.talksSince = this.#moment.now;
    agent.misses = 0;
    this.#talkOn(agent, leg);
  }

  #talkOn(agent: Agent, id: string): void {
    agent.work!.leg = id;
    this.#talks.set(id, agent);
    const leg = this.#phones.leg(id);
    if (!leg) return;
    leg.isOwn = false;
    leg.phase = 'talking';
  }

  /** The talk is over: the agent finishes his notes (整理) and is free after the queue's wrap-up time. */
  #end(agent: Agent, leg: string): void {
    this.#talks.delete(leg);
    this.#lost.delete(leg);
    const { work, leaving } = agent;
    if (!work) return;
    countTalk(agent, this.#moment.now);
    agent.lastTalkEndedAt = this.#moment.now;
    const wrapsUp = work.wrapUpMs > 0 && !leaving;
    if (!wrapsUp) this.#agents.closeNotes(agent);
    this.#agents.move(agent, 'hang-up');
    if (wrapsUp) this.#agents.wrapUpFor(agent, work.wrapUpMs);
    else this.#agents.move(agent, 'wrapped-up');
    // His phone is free, whatever he does.
    this.#agents.followPhone(agent.extension);
  }
}
