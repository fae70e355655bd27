import {
  type AgentInput,
  type AgentState,
  isAtRest,
  isAtWork,
  isOnCall,
  STEP_TO,
  transition,
} from './agent.ts';
import type { QueueSettings, RingMiss, Told } from './inputs.ts';
import { beginShift } from './member.ts';
import type { Moment } from './moment.ts';
import type { Phones } from './phones.ts';
import { READY, restOf, type Standing } from './rest.ts';
import type { Roster } from './roster.ts';
import { restoreShift } from './standing.ts';
import type { Agent, Work } from './state.ts';
import { lacksDisposition, MISSING_DISPOSITION, NO_NOTES } from './work.ts';

/** Why who has missed too many calls is busy. */
const MISSED_CALLS = 'missed calls';

/** A phone that refuses at once is not rung at once again, whatever the queue says: that would never end. */
const LEAST_REST_MS = 1_000;
/** A phone that was lost in a talk and did not come back is not rung for so long, unless it registers. */
const LOST_REST_MS = 60_000;

/** What happens to agents: their states, wishes, seats, rests and wrap-up. */
export class Agents {
  readonly #moment: Moment;
  readonly #roster: Roster;
  readonly #phones: Phones;

  constructor(moment: Moment, roster: Roster, phones: Phones) {
    this.#moment = moment;
    this.#roster = roster;
    this.#phones = phones;
  }

  wish({ agent: id, wish, reason, by }: Told<'wished'>): void {
    const agent = this.#roster.agent(id);
    if (!agent) return;
    if (agent.state === 'signed-out') return wish === 'sign-in' ? this.signIn(agent) : undefined;
    const atRest = isAtRest(agent.state);
    // He is signed in already.
    if (atRest && wish === 'sign-in') return;
    agent.wish = wish === 'sign-in' ? READY : { state: wish, reason, by };
    if (agent.wish.state === 'ready') agent.misses = 0;
    if (atRest) this.move(agent, wish);
    else this.#moment.tell({ type: 'agent-wished', agent: id });
  }

  signIn(agent: Agent): void {
    agent.wish = READY;
    agent.misses = 0;
    this.move(agent, 'sign-in');
  }

  /** He comes as he stood when he was last seen. */
  restore(agent: Agent, standing: Standing): void {
    const { isSignedIn, wish, seat, queues, since } = standing;
    if (!isSignedIn) return;
    if (seat !== undefined) this.#roster.seat(agent, seat);
    if (queues) this.#roster.serve(agent, queues);
    agent.wish = wish;
    this.move(agent, 'sign-in');
    restoreShift(agent, standing.shift, this.#moment.state);
    if (since === undefined || agent.state !== wish.state) return;
    agent.since = since;
    this.limitBreak(agent);
  }

  /** Everybody's shift (班次) begins, whoever does not sign out. */
  beginShifts(): void {
    for (const agent of this.#roster.agents()) {
      beginShift(agent, this.#moment.now);
      this.#moment.tell({ type: 'agent-wished', agent: agent.id });
    }
  }

  seat({ agent: id, extension }: Told<'seated'>): void {
    const agent = this.#roster.agent(id);
    if (!agent || isAtWork(agent.state)) return;
    const before = agent.extension;
    this.#roster.seat(agent, extension);
    this.followPhone(before);
    this.followPhone(agent.extension);
    this.#moment.tell({ type: 'agent-wished', agent: id });
  }

  serve({ agent: id, queues }: Told<'served'>): void {
    const agent = this.#roster.agent(id);
    if (!agent) return;
    for (const queue of this.#roster.queuesOf(agent)) this.#moment.touched.add(queue);
    this.#roster.serve(agent, queues);
    this.#freed(agent);
    this.#moment.tell({ type: 'agent-wished', agent: id });
  }

  /** Who owes a disposition ends no wrap-up himself. */
  endWrapUp({ agent: id, by }: Told<'wrap-up-ended'>): void {
    const agent = this.#roster.agent(id);
    if (agent?.state !== 'wrap-up' || (by === undefined && lacksDisposition(agent.work))) return;
    this.wrappedUp(agent, by);
  }

  /** His wrap-up is over. */
  wrappedUp(agent: Agent, by?: string): void {
    this.closeNotes(agent);
    this.move(agent, 'wrapped-up', by);
  }

  /** There is no time left: what he has written and not noted counts, and the record says what he owes. */
  closeNotes(agent: Agent): void {
    const { work } = agent;
    if (work?.talksSince === undefined) return;
    this.#noteDraft(agent, work);
    if (!lacksDisposition(work)) return;
    work.notes = { ...work.notes, disposition: MISSING_DISPOSITION };
    this.#tell(agent, 'disposition-missing');
  }

  note({ agent: id, disposition, note }: Told<'noted'>): void {
    const agent = this.#roster.agent(id);
    if (agent?.work?.talksSince === undefined) return;
    agent.work.notes = { disposition, note };
    agent.work.draft = undefined;
    this.#tell(agent, 'noted');
  }

  draft({ agent: id, callId, disposition, note }: Told<'drafted'>): void {
    const work = this.#roster.agent(id)?.work;
    if (work?.talksSince !== undefined && work.callId === callId) work.draft = { disposition, note };
  }

  #noteDraft(agent: Agent, work: Work): void {
    const { draft, notes } = work;
    work.draft = undefined;
    const { disposition = notes.disposition, note = notes.note } = draft ?? {};
    if (disposition === notes.disposition && note === notes.note) return;
    work.notes = { disposition, note };
    this.#tell(agent, 'noted');
  }

  /** A break (小休) whose reason has a limit is told of when it is over that. */
  limitBreak(agent: Agent): void {
    const { state, reason, since } = agent;
    const { now, deadlines, state: known } = this.#moment;
    const limitMs = state === 'break' ? known.breakLimits.get(reason ?? '') : undefined;
    const until = limitMs === undefined ? 0 : since + limitMs;
    // One that was told of is not told of again.
    agent.isOverLimit &&= until > 0 && until <= now;
    agent.breakUntil = agent.isOverLimit ? 0 : until;
    if (agent.breakUntil > 0) deadlines.add(agent.breakUntil, agent);
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
    if (!agent || !isAtRest(agent.state) || leftMs <= 0) return;
    this.wrapUpFor(agent, leftMs);
    this.move(agent, 'restored');
  }

  /** His wrap-up is over after so long. */
  wrapUpFor(agent: Agent, ms: number): void {
    agent.wrapUpUntil = this.#moment.now + ms;
    this.#moment.deadlines.add(agent.wrapUpUntil, agent);
  }

  /** He has missed a call of this queue: he is not rung for a while, or not before he is ready by his own word. */
  missed(agent: Agent, miss: RingMiss, queue: QueueSettings): void {
    const { restAfterRefusalMs, restAfterNoAnswerMs, busyAfterMisses } = queue;
    const restMs = miss === 'refused' ? restAfterRefusalMs : restAfterNoAnswerMs;
    this.#restFor(agent, miss, Math.max(restMs, LEAST_REST_MS));
    agent.misses += 1;
    if (busyAfterMisses > 0 && agent.misses >= busyAfterMisses && agent.wish.state === 'ready')
      agent.wish = { state: 'busy', reason: MISSED_CALLS };
  }

  /** His phone was lost in a talk, and did not come back. */
  lost(agent: Agent): void {
    this.#restFor(agent, 'lost', LOST_REST_MS);
  }

  /** The phone there can be reached: one that was lost is back. */
  found(extension: string): void {
    for (const agent of this.#roster.agentsAt(extension)) if (agent.restsFor === 'lost') agent.restUntil = 0;
  }

  #restFor(agent: Agent, why: Agent['restsFor'], ms: number): void {
    agent.restsFor = why;
    agent.restUntil = this.#moment.now + ms;
    this.#moment.deadlines.add(agent.restUntil, agent);
  }

  /** A time that he waited for has come, should it still count. */
  due(agent: Agent): void {
    const { now } = this.#moment;
    if (agent.state === 'wrap-up' && agent.wrapUpUntil <= now) this.wrappedUp(agent);
    else if (agent.state === 'ready') this.#freed(agent);
    else if (agent.breakUntil > 0 && agent.breakUntil <= now) this.#breakIsOver(agent);
  }

  /** Moves an agent to the state after `input`, when that is legal now. `by`: by whose word, when it is not his own. */
  move(agent: Agent, input: AgentInput, by?: string): void {
    const rest = restOf(agent.wish, this.#phones.at(agent.extension));
    const next = transition(agent.state, input, rest.state);
    if (!next) return;
    const reason = next === rest.state ? rest.reason : undefined;
    if (next === agent.state && reason === agent.reason && input !== 'pick-up') return;
    const { wish } = agent;
    const isWished = next === 'signed-out' ? input === 'sign-out' : next === wish.state;
    this.#enter(agent, next, reason, by ?? (isWished ? wish.by : undefined));
    this.#tell(agent, input);
    // That he is ready is his own again from now on.
    if (wish.state === 'ready') agent.wish = READY;
    if (input === 'sign-in') beginShift(agent, this.#moment.now);
    if (isAtRest(next)) this.#arrive(agent);
    else if (next === 'signed-out') this.#leave(agent);
  }

  /** Whatever he does: nobody asks him. */
  signOut(agent: Agent, reason: string): void {
    if (agent.state === 'signed-out') return;
    this.closeNotes(agent);
    this.#enter(agent, 'signed-out', reason, undefined);
    this.#tell(agent, 'sign-out');
    agent.work = undefined;
    agent.ownCall = undefined;
  }

  /** Who sits at a phone does what happens there, and may be free by it. */
  followPhone(extension: string): void {
    for (const agent of this.#roster.agentsAt(extension)) {
      this.follow(agent);
      this.#freed(agent);
    }
  }

  /** He does what happens at his phone, unless a caller keeps him. */
  follow(agent: Agent): void {
    if (agent.work || agent.state === 'signed-out') return;
    const own = this.#phones.ownCall(agent.extension);
    // Of several who sit at one phone nobody knows whose call it is.
    if (own && (isOnCall(agent.state) || this.#roster.isAlone(agent))) {
      const isOther = agent.ownCall !== own.callId;
      agent.ownCall = own.callId;
      if (agent.state !== own.phase) this.move(agent, STEP_TO[own.phase]);
      else if (isOther) this.#moment.tell({ type: 'agent-wished', agent: agent.id });
    } else if (isOnCall(agent.state)) this.move(agent, 'call-over');
    else {
      const { state } = restOf(agent.wish, this.#phones.at(agent.extension));
      const isBack = agent.state === 'unreachable' && state !== 'unreachable';
      this.move(agent, state === 'unreachable' ? 'phone-lost' : isBack ? 'phone-back' : 'phone-set');
    }
  }

  /** He is done with what he did. */
  #arrive(agent: Agent): void {
    const hadWork = agent.work !== undefined;
    agent.work = undefined;
    agent.ownCall = undefined;
    // Who was removed meanwhile goes, whatever he wished.
    if (agent.leaving) {
      this.#roster.drop(agent);
      this.signOut(agent, 'removed');
    } else if (agent.wish.state === 'sign-out') this.move(agent, 'sign-out');
    else {
      this.#freed(agent);
      this.follow(agent);
    }
    // Colleagues at his phone waited for it.
    if (hadWork) this.followPhone(agent.extension);
  }

  /** Nobody signs in again where he sat before, unless he says so. */
  #leave(agent: Agent): void {
    const { extension } = agent;
    for (const queue of this.#roster.queuesOf(agent)) this.#moment.touched.add(queue);
    if (agent.seat !== undefined) this.#roster.seat(agent, undefined);
    if (agent.serves) this.#roster.serve(agent, undefined);
    this.followPhone(extension);
  }

  #enter(agent: Agent, state: AgentState, reason: string | undefined, by: string | undefined): void {
    agent.state = state;
    agent.reason = reason;
    agent.by = by;
    agent.since = this.#moment.now;
    agent.isOverLimit = false;
    this.limitBreak(agent);
  }

  #breakIsOver(agent: Agent): void {
    agent.breakUntil = 0;
    agent.isOverLimit = true;
    this.#tell(agent, 'break-limit');
  }

  #freed(agent: Agent): void {
    for (const queue of this.#roster.queuesOf(agent))
      if (queue.line.length > 0) this.#moment.touched.add(queue);
  }

  #tell({ id, state, reason, by, work, ownCall }: Agent, did: AgentInput): void {
    const { disposition, note } = work?.notes ?? NO_NOTES;
    const of = { callId: work?.callId ?? ownCall, queue: work?.queue, disposition, note };
    this.#moment.tell({ type: 'agent-changed', agent: id, did, state, reason, by, ...of });
  }
}
