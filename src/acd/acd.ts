import type { Call } from '../call/call.ts';
import type { LegFact } from '../call/calls.ts';
import type { Leg } from '../call/leg.ts';
import type { EntityChange } from '../provisioning/provisioning.ts';
import type { Timer } from '../shared/clock.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';
import type { AcdEvents } from './acd-events.ts';
import type { AcdParts } from './acd-parts.ts';
import { checkDisposition, checkFree, checkQueues, checkSeat } from './agent-checks.ts';
import { AgentError } from './agent-error.ts';
import { type AgentNow, agentNow } from './agent-now.ts';
import { askerOf, type Seat, seatOf, settingsOf, textOf } from './agent-seat.ts';
import { refusalOf } from './core/admission.ts';
import { type AgentState, type AgentWish, isAtWork } from './core/agent.ts';
import type { PassedOver } from './core/assignment.ts';
import type { Refusal } from './core/commands.ts';
import type { CallNotes } from './core/inputs.ts';
import { type AgentStanding, KeptStandings } from './kept-standings.ts';
import { lineNow, type WaitingNow } from './line-now.ts';
import { type QueueNow, queueNow } from './queue-now.ts';
import { ShiftDays } from './shift-days.ts';
import { phasesOf } from './talk-phases.ts';
import { type StandIn, TenantAcd } from './tenant-acd.ts';
import type { Visit, Wants } from './visit.ts';

/** Where, and for which queues, an agent signs in. */
export interface SignIn {
  readonly extension?: string | undefined;
  /** In place of an extension: a number outside where he is rung (远程坐席). */
  readonly number?: string | undefined;
  readonly queues?: readonly string[] | undefined;
}

/** A wrap-up (整理) as it is now. */
export interface WrapUpNow {
  /** Ms since 1970. */
  readonly until: number;
  readonly callId: string;
  readonly queue: string;
  /** How often he may still ask for more time. */
  readonly extensionsLeft: number;
  readonly needsDisposition: boolean;
}

/** How often the core is told what is open in truth. */
const TRUTH_MS = 60_000;

/** A change of these changes what the core is set up with. */
const SET_UP_BY: ReadonlySet<string> = new Set(['agent', 'queue', 'extension', 'breakReason']);

/** Automatic call distribution (话务分配): queues (排队), agents (坐席) and who gets whom, of all companies. */
export class Acd {
  readonly parts: AcdParts;
  readonly events = new TypedEvents<AcdEvents>();
  readonly #tenants = new Map<string, TenantAcd>();
  readonly #subscriptions: readonly Subscription[];
  readonly #truth: Timer;
  readonly #days: ShiftDays;

  constructor(parts: AcdParts) {
    this.parts = parts;
    const { clock, provisioning, calls, switches } = parts;
    const { snapshot } = provisioning;
    this.#days = new ShiftDays(clock, parts.dayAt, () => {
      for (const acd of this.#tenants.values()) acd.take({ type: 'day-began' });
    });
    const tenants = [...snapshot.all('agent'), ...snapshot.all('queue')].map(({ tenant }) => tenant);
    for (const tenant of new Set(tenants))
      this.#setUp(
        tenant,
        parts.standings?.of(tenant).map((standing) => this.#days.ofToday(standing)),
      );
    this.#subscriptions = [
      provisioning.events.on('changed', ({ changes }) => this.#reconcile(changes)),
      calls.events.on('legOpened', (opened) => {
        this.#tenants.get(opened.tenant)?.legOpened(opened);
      }),
      calls.events.on('talkChanged', (talk) => {
        for (const [leg, phase] of phasesOf(talk))
          if (leg.party) this.#tenants.get(leg.party.tenant)?.legPhase(leg, phase, talk.call.id);
      }),
      calls.events.on('legEnded', ({ party, leg }: LegFact) =>
        this.#tenants.get(party.tenant)?.legEnded(leg),
      ),
      ...(switches ? [switches.events.on('turned', ({ tenant }) => this.#tellPeaks(tenant))] : []),
    ];
    this.#truth = clock.every(TRUTH_MS, () => {
      for (const [tenant, acd] of this.#tenants) acd.tellTruth(this.#reachable(tenant, acd));
    });
  }

  /** Agents with their state now, for the console and the simulator. */
  agents(): readonly AgentNow[] {
    return [...this.#tenants].flatMap(([tenant, { core }]) =>
      [...core.agents()].map((agent) => agentNow(tenant, agent, this.#scriptsOf(tenant), undefined)),
    );
  }

  /** Extensions at whose phones agents sit, or would. */
  phones(): readonly { readonly tenant: string; readonly extension: string }[] {
    const seats = this.agents().map(({ tenant, extension }) => ({ tenant, seat: seatOf(extension) }));
    const phones = seats.filter(({ seat }) => seat.kind === 'extension');
    return phones.map(({ tenant, seat }) => ({ tenant, extension: seat.number }));
  }

  /** An agent with his state now; undefined: there is no such agent. */
  agent(tenant: string, id: string): AgentNow | undefined {
    const agent = this.#tenants.get(tenant)?.core.agent(id);
    return agent && agentNow(tenant, agent, this.#scriptsOf(tenant), undefined);
  }

  /** The wrap-up (整理) that an agent is in; undefined: he is in none. */
  wrapUpOf(tenant: string, id: string): WrapUpNow | undefined {
    const agent = this.#tenants.get(tenant)?.core.agent(id);
    if (agent?.state !== 'wrap-up' || !agent.work) return undefined;
    const { callId, queue, extensionsLeft, needsDisposition } = agent.work;
    return { until: agent.wrapUpUntil, callId, queue, extensionsLeft, needsDisposition };
  }

  /** Whether an agent can be rung where he sits now. */
  isReachable(tenant: string, id: string): boolean {
    const seat = this.#tenants.get(tenant)?.core.agent(id)?.extension;
    return seat !== undefined && this.#isReachable(tenant, seat, id);
  }

  /** Queues with their lines and agents now. */
  queues(): readonly QueueNow[] {
    return [...this.#tenants].flatMap(([tenant, { core }]) =>
      [...core.queues()].map((queue) => queueNow(tenant, queue)),
    );
  }

  /** Whether a queue is in peak mode (高峰应急). */
  isPeak(tenant: string, queue: string): boolean {
    return (this.#tenants.get(tenant)?.core.queue(queue)?.peakUntil ?? 0) > 0;
  }

  /** Who waits in a queue, first in line first; empty: nobody, or there is no such queue. */
  line(tenant: string, queue: string): readonly WaitingNow[] {
    const known = this.#tenants.get(tenant)?.core.queue(queue);
    return known ? lineNow(known) : [];
  }

  /** Which agents of a queue are not free for who waits there, by his call, and why. */
  passedOver(tenant: string, queue: string, callId: string): readonly PassedOver[] {
    const acd = this.#tenants.get(tenant);
    const visit = acd?.core.queue(queue)?.line.find((each) => each.callId === callId);
    return visit ? acd!.passedOver(visit.id) : [];
  }

  /** Why nobody may join a queue, which its calendar has `closed`; undefined: a caller may. */
  refusal(tenant: string, queue: string, closed: string | undefined): Refusal | undefined {
    return refusalOf(this.#tenants.get(tenant)?.core.queue(queue), closed);
  }

  /** Undefined: there is no such agent. */
  stateOf(tenant: string, agent: string): AgentState | undefined {
    return this.#tenants.get(tenant)?.core.agent(agent)?.state;
  }

  /**
   * Signs an agent in (签入): at the phone of an extension or a number outside, by default at his own, for some of the queues that
   * list him, all by default. One who is signed in changes these by it. Throws AgentError.
   */
  signIn(tenant: string, agent: string, { extension, number, queues }: SignIn = {}): void {
    const acd = this.#tenantOf(tenant, agent);
    checkQueues(this.parts, tenant, agent, queues);
    const { home, extension: from, state } = acd.core.agent(agent)!;
    const to = extension ?? (number === undefined ? home : textOf({ kind: 'line', number }));
    if (to !== from || state === 'signed-out') checkFree(acd.core, agent, to);
    if (to !== from) {
      checkSeat(this.parts, tenant, agent, seatOf(to));
      if (isAtWork(state))
        throw new AgentError('agent-at-work', `agent ${agent} is at work at ${from}: ${state}`);
      this.#tellPhone(tenant, to, agent);
      acd.take({ type: 'seated', agent, extension: to === home ? undefined : to });
    }
    acd.take({ type: 'served', agent, queues });
    acd.take({ type: 'wished', agent, wish: 'sign-in', reason: undefined });
  }

  /** Signs an agent out (签出), in a call when it and its wrap-up are over. `by`: who wants that, if not he. Throws AgentError. */
  signOut(tenant: string, agent: string, by?: string): void {
    this.#wish(tenant, agent, 'sign-out', undefined, by);
  }

  /**
   * Has an agent ready or away, in a call when it and its wrap-up are over. `reason`: the break's name (小休原因), or why he is busy
   * (示忙原因). `by`: see {@link signOut}. Throws AgentError.
   */
  setState(
    tenant: string,
    agent: string,
    state: Exclude<AgentWish, 'sign-in' | 'sign-out'>,
    reason?: string,
    by?: string,
  ): void {
    this.#wish(tenant, agent, state, reason, by);
  }

  /**
   * Ends an agent's wrap-up (整理) before its time; he himself does not, as long as he owes a disposition. `by`: see {@link signOut}.
   * Throws AgentError.
   */
  endWrapUp(tenant: string, agent: string, by?: string): void {
    const acd = this.#tenantOf(tenant, agent);
    const { state, work } = acd.core.agent(agent)!;
    if (state !== 'wrap-up') throw new AgentError('no-wrap-up', `agent ${agent} wraps up no call: ${state}`);
    if (by === undefined && acd.core.lacksDisposition(agent)) {
      const why = `queue ${work!.queue} wants to know what the call came to before agent ${agent} is done`;
      throw new AgentError('disposition-required', why);
    }
    acd.take({ type: 'wrap-up-ended', agent, by });
  }

  /** Has an agent serve these queues, of those that list him; undefined: all. Throws AgentError. */
  moveQueues(tenant: string, agent: string, queues: readonly string[] | undefined): void {
    const acd = this.#tenantOf(tenant, agent);
    this.#checkSignedIn(acd, agent);
    checkQueues(this.parts, tenant, agent, queues);
    acd.take({ type: 'served', agent, queues });
  }

  /** Where an agent sits now; undefined: there is no such agent. */
  seatOf(tenant: string, agent: string): Seat | undefined {
    const seat = this.#tenants.get(tenant)?.core.agent(agent)?.extension;
    return seat === undefined ? undefined : seatOf(seat);
  }

  /** Who sits at an extension's phone, or at a number outside, now. */
  agentAt(tenant: string, seat: Seat): string | undefined {
    return this.#tenants.get(tenant)?.core.agentAt(textOf(seat));
  }

  /** An agent is ready no longer: so much is left of the wrap-up that he was in when he was last seen. */
  wrapUpLeft(tenant: string, agent: string, leftMs: number): void {
    this.#tenants.get(tenant)?.take({ type: 'wrap-up-left', agent, leftMs });
  }

  /**
   * An agent has noted something of the call that he talks in or wraps up (话后小结): it takes the place of what he had noted
   * before, and comes into the call's record. Throws AgentError.
   */
  note(tenant: string, agent: string, notes: CallNotes): void {
    const acd = this.#tenantOf(tenant, agent);
    if (!acd.core.mayNote(agent))
      throw new AgentError('no-call', `agent ${agent} talks with no caller and wraps up no call`);
    checkDisposition(this.parts, tenant, acd.core.agent(agent)!.work?.queue, notes.disposition);
    acd.take({ type: 'noted', agent, ...notes });
  }

  /** What an agent has written of a call that he talks in or wraps up, and not noted: noted when his time for it is over. */
  draft(tenant: string, agent: string, callId: string, draft: CallNotes): void {
    const acd = this.#tenants.get(tenant);
    const work = acd?.core.agent(agent)?.work;
    if (work?.callId !== callId) return;
    acd!.take({ type: 'drafted', agent, callId, ...this.#possible(tenant, work.queue, draft) });
  }

  /** Without a disposition that is none of the queue's: nobody is asked any more. */
  #possible(tenant: string, queue: string, draft: CallNotes): CallNotes {
    try {
      checkDisposition(this.parts, tenant, queue, draft.disposition);
      return draft;
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      return { ...draft, disposition: undefined };
    }
  }

  /** Gives an agent so much more of his wrap-up (延长整理), as often as his queue has it. Throws AgentError. */
  extendWrapUp(tenant: string, agent: string, ms: number): void {
    const acd = this.#tenantOf(tenant, agent);
    const { state, work } = acd.core.agent(agent)!;
    if (state !== 'wrap-up' || !work)
      throw new AgentError('no-wrap-up', `agent ${agent} wraps up no call: ${state}`);
    if (work.extensionsLeft === 0)
      throw new AgentError('wrap-up-limit', `queue ${work.queue} gives agent ${agent} no more time`);
    acd.take({ type: 'wrap-up-extended', agent, ms });
  }

  /** A phone of an extension registered, is registered no more, or was set otherwise for the calls to it. */
  phoneChanged(tenant: string, extension: string): void {
    const { directory } = this.parts;
    const reachable = directory.reachable({ kind: 'extension', number: extension }, tenant);
    const { always, doNotDisturb } = directory.settings(extension, tenant);
    const setting = always !== '' ? 'forwarded' : doNotDisturb ? 'do-not-disturb' : undefined;
    this.#tenants.get(tenant)?.take({ type: 'phone', extension, reachable, setting });
  }

  /** An agent could not be rung at a number outside: he may not be any more. */
  seatFailed(tenant: string, agent: string): void {
    const seat = this.seatOf(tenant, agent);
    if (seat?.kind === 'line') this.#tellPhone(tenant, textOf(seat), agent);
  }

  /** A leg of an agent's own call died, and he is invited again: he is on that call until it is `legGone`. */
  legLost(leg: Leg): void {
    this.#tenants.get(leg.party!.tenant)?.legLost(leg);
  }

  /** He is back on another leg, or will not come. */
  legGone(leg: Leg): void {
    this.#tenants.get(leg.party!.tenant)?.legGone(leg);
  }

  /** A caller asks for a queue of his company. */
  ask(call: Call, queue: string, wants: Wants): Visit {
    return this.#of(call.arrival.tenantId).ask(call, queue, wants);
  }

  /**
   * Who waits in a queue waits in another one from now on, with the time that he has waited; `by`: whose word that is, for his record.
   * False: he waits there no longer, or has hung up and is to be called back.
   */
  moveCaller(tenant: string, callId: string, move: { readonly to: string; readonly by: string }): boolean {
    return this.#tenants.get(tenant)?.moveCaller(callId, move) ?? false;
  }

  /** Who waits in a queue has another priority from now on; `by`: whose word that is, for his record. False: he waits no longer. */
  prioritise(
    tenant: string,
    callId: string,
    change: { readonly priority: number; readonly by: string },
  ): boolean {
    return this.#tenants.get(tenant)?.prioritise(callId, change) ?? false;
  }

  /** The place of a number that left the line of a queue a short while ago: when it had joined, ms since 1970. */
  placeLeft(tenant: string, queue: string, number: string): number | undefined {
    const acd = this.#tenants.get(tenant);
    return acd?.core.queue(queue)?.left.placeOf(acd.maskOf(number));
  }

  /** A promise takes its place in a queue's line. `callId`: of the call in which it will be kept. */
  standIn(tenant: string, callId: string, promise: StandIn): Visit {
    return this.#of(tenant).standIn(callId, promise);
  }

  /** Ends all timers and signs everybody out; callers are ended by their calls. */
  close(): void {
    this.#truth.cancel();
    this.#days.close();
    for (const acd of this.#tenants.values()) acd.close();
    for (const subscription of this.#subscriptions) subscription.off();
    this.events.clear();
  }

  #tenantOf(tenant: string, agent: string): TenantAcd {
    const acd = this.#tenants.get(tenant);
    if (!acd?.core.agent(agent)) throw new AgentError('no-such-agent', `there is no agent ${agent}`);
    return acd;
  }

  #checkSignedIn({ core }: TenantAcd, agent: string): void {
    if (core.agent(agent)!.state === 'signed-out')
      throw new AgentError('signed-out', `agent ${agent} is signed out: he signs in first`);
  }

  #wish(
    tenant: string,
    agent: string,
    wish: AgentWish,
    reason: string | undefined,
    by: string | undefined,
  ): void {
    const acd = this.#tenantOf(tenant, agent);
    this.#checkSignedIn(acd, agent);
    acd.take({ type: 'wished', agent, wish, reason, by });
  }

  #reconcile(changes: readonly EntityChange[]): void {
    const ours = changes.filter(({ kind }) => SET_UP_BY.has(kind));
    for (const tenant of new Set(ours.map((change) => change.tenant))) this.#setUp(tenant);
  }

  #setUp(tenant: string, standings: readonly AgentStanding[] = []): void {
    const { snapshot } = this.parts.provisioning;
    const isOurs = (entity: { readonly tenant: string }) => entity.tenant === tenant;
    const agents = snapshot.all('agent').filter(isOurs);
    const queues = snapshot.all('queue').filter(isOurs);
    const breakReasons = snapshot.all('breakReason').filter(isOurs);
    const acd = this.#of(tenant);
    const homes = agents.map(settingsOf);
    const seats = new Map([...acd.core.agents(), ...homes].map(({ id, extension }) => [extension, id]));
    for (const { seat, agent } of standings) if (seat !== undefined) seats.set(seat, agent);
    for (const [seat, agent] of seats) this.#tellPhone(tenant, seat, agent);
    acd.take({ type: 'set-up', agents: homes, queues, breakReasons, standings });
    this.#tellPeaks(tenant);
  }

  /** Tells which queues of a company are in peak mode (高峰应急), and for how long. */
  #tellPeaks(tenant: string): void {
    const { provisioning, switches } = this.parts;
    for (const queue of provisioning.snapshot.all('queue')) {
      if (queue.tenant !== tenant || !queue.peak) continue;
      const leftMs = switches?.leftMs(tenant, queue.peak.switch) ?? 0;
      const time = leftMs < Number.POSITIVE_INFINITY ? { forMs: leftMs } : {};
      this.#of(tenant).take({ type: 'peak', queue: queue.name, on: leftMs > 0, ...time });
    }
  }

  #of(tenant: string): TenantAcd {
    let acd = this.#tenants.get(tenant);
    if (!acd) {
      const { clock, ids, journal, agentOrder, standings: keeping } = this.parts;
      const order = (name: string) => agentOrder?.(tenant, name);
      const inputLog = this.parts.inputLog?.(tenant);
      const standings = keeping && new KeptStandings(tenant, keeping);
      const scriptOf = this.#scriptsOf(tenant);
      const parts = { clock, ids, journal, events: this.events, order, scriptOf, standings, inputLog };
      acd = new TenantAcd(tenant, parts);
      this.#tenants.set(tenant, acd);
    }
    return acd;
  }

  #scriptsOf(tenant: string): (queue: string) => string | undefined {
    const { provisioning } = this.parts;
    return (queue) => provisioning.snapshot.get('queue', tenant, queue)?.script;
  }

  #reachable(tenant: string, { core }: TenantAcd): string[] {
    const seats = new Map([...core.agents()].map(({ id, extension }) => [extension, id]));
    return [...seats].flatMap(([seat, agent]) => (this.#isReachable(tenant, seat, agent) ? [seat] : []));
  }

  /** Tells whether a seat, at which that agent sits, can be reached. */
  #tellPhone(tenant: string, seat: string, agent: string): void {
    if (seatOf(seat).kind === 'extension') return this.phoneChanged(tenant, seat);
    const reachable = this.#isReachable(tenant, seat, agent);
    this.#tenants.get(tenant)?.take({ type: 'phone', extension: seat, reachable });
  }

  /** A number outside: as far as he may be rung there, and the limits of calls outside let him. */
  #isReachable(tenant: string, text: string, agent: string): boolean {
    const { directory, provisioning } = this.parts;
    const seat = seatOf(text);
    if (seat.kind === 'extension') return directory.reachable(seat, tenant);
    return directory.refusal(seat, askerOf(provisioning, tenant, agent)) === undefined;
  }
}
