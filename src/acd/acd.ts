import type { Call } from '../call/call.ts';
import type { Calls, LegFact } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { TalkRecorder } from '../call/record.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompts, Speech } from '../prompt/prompt.ts';
import { hasDisposition } from '../provisioning/kind/disposition.ts';
import { type AgentOrderFunction, listedIn } from '../provisioning/kind/queue.ts';
import type { EntityChange, Provisioned } from '../provisioning/provisioning.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { AcdEvents } from './acd-events.ts';
import { AgentError } from './agent-error.ts';
import type { AgentJournal } from './agent-events.ts';
import { type AgentNow, agentNow } from './agent-now.ts';
import { refusalOf } from './core/admission.ts';
import { type AgentState, type AgentWish, isAtWork } from './core/agent.ts';
import type { Refusal } from './core/commands.ts';
import type { CallNotes } from './core/inputs.ts';
import { type Place, placeOf } from './core/place.ts';
import { openWish } from './core/rest.ts';
import type { InputLog } from './input-log.ts';
import { type AgentStanding, KeptStandings, type StandingKeeping } from './kept-standings.ts';
import type { LastAgents } from './last-agents.ts';
import { phasesOf } from './talk-phases.ts';
import { type StandIn, TenantAcd } from './tenant-acd.ts';
import type { Visit, Wants } from './visit.ts';

/** What the ACD needs of the other rooms; given by the composition root. */
export interface AcdParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly directory: Directory;
  readonly recorder: TalkRecorder;
  /** Resolves a prompt's name; digits are read one by one. */
  readonly promptItems: (tenant: string, prompts: Prompts, speech?: Speech) => readonly PlayItem[];
  /** The prompt that says where a caller is at home (归属地); undefined: nobody knows. */
  readonly areaPrompt: (caller: string) => string | undefined;
  /** Tell of every leg of an agent's phone: who is on a call of his own is not rung. */
  readonly calls: Pick<Calls, 'events'>;
  /** Agents and queues. */
  readonly provisioning: Provisioned;
  /** Takes a message of the caller into a mailbox (语音留言). */
  readonly takeMessage: (call: Call, mailbox: string) => Promise<unknown>;
  /** Promises the caller of a queue a call back. `since`: his place. False: he waits on. */
  readonly promiseCallback: (
    call: Call,
    promised: { readonly queue: string; readonly since: number; readonly priority: number },
  ) => Promise<boolean>;
  /** Tells a caller that his talk will be recorded, by that prompt or the company's; left out, nobody is told. */
  readonly tellOfRecording?: ((call: Call, prompt: string | undefined) => Promise<void>) | undefined;
  /** Gets each change of an agent's state. */
  readonly journal: AgentJournal;
  /** Where a company's calendar stands now, and why; undefined: it has none of that name. */
  readonly period: (
    calendar: string,
    tenant: string,
  ) => { readonly period: string; readonly why: string } | undefined;
  /** Where what a company's core is told is kept; left out: nowhere. */
  readonly inputLog?: ((tenant: string) => InputLog) | undefined;
  /** How agents stood when the engine ended, and where that is kept; left out, everybody begins anew. */
  readonly standings?: StandingKeeping | undefined;
  /** Functions of companies' own that order agents, by name; left out, there are none. */
  readonly agentOrder?: ((tenant: string, name: string) => AgentOrderFunction | undefined) | undefined;
  /** Of peak mode (高峰应急); left out, nobody turns any. */
  readonly switches?: PeakSwitches | undefined;
  /** For queues by `last-agent`; left out, nobody has been here before. */
  readonly lastAgents?: LastAgents | undefined;
}

/** Switches that turn peak mode (高峰应急) on. */
export interface PeakSwitches {
  /** How long a switch is on, Infinity until it is turned off; 0: it is off. */
  leftMs(tenant: string, name: string): number;
  /** One was turned, or its time was set. */
  readonly events: Pick<TypedEvents<{ turned: { readonly tenant: string; readonly name: string } }>, 'on'>;
}

/** Where, and for which queues, an agent signs in. */
export interface SignIn {
  readonly extension?: string | undefined;
  readonly queues?: readonly string[] | undefined;
}

/** A caller in line as he is now. */
export interface WaitingNow extends Place {
  readonly callId: string;
  readonly priority: number;
  /** He has hung up and is called back when it is his turn. */
  readonly standsIn: boolean;
}

/** How often the core is told what is open in truth. */
const TRUTH_MS = 60_000;

/** Automatic call distribution (话务分配): queues (排队), agents (坐席) and who gets whom, of all companies. */
export class Acd {
  readonly parts: AcdParts;
  readonly events = new TypedEvents<AcdEvents>();
  readonly #tenants = new Map<string, TenantAcd>();
  readonly #subscriptions: readonly Subscription[];
  readonly #truth: Timer;

  constructor(parts: AcdParts) {
    this.parts = parts;
    const { clock, provisioning, calls, switches } = parts;
    const { snapshot } = provisioning;
    const tenants = [...snapshot.all('agent'), ...snapshot.all('queue')].map(({ tenant }) => tenant);
    for (const tenant of new Set(tenants)) this.#setUp(tenant, parts.standings?.of(tenant));
    this.#subscriptions = [
      provisioning.events.on('changed', ({ changes }) => this.#reconcile(changes)),
      calls.events.on('legOpened', (opened) => {
        if (opened.party.kind === 'extension') this.#tenants.get(opened.tenant)?.legOpened(opened);
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
      for (const [tenant, acd] of this.#tenants) acd.tellTruth(this.#reachable(tenant));
    });
  }

  /** Agents with their state now, for the console and the simulator. */
  agents(): readonly AgentNow[] {
    return [...this.#tenants].flatMap(([tenant, { core }]) =>
      [...core.agents()].map((agent) => agentNow(tenant, agent, this.#scriptsOf(tenant), undefined)),
    );
  }

  /** Callers who wait, or are offered to agents; undefined: there is no such queue. */
  waiting(tenant: string, queue: string): number | undefined {
    return this.#tenants.get(tenant)?.core.queue(queue)?.line.length;
  }

  /** Whether a queue is in peak mode (高峰应急). */
  isPeak(tenant: string, queue: string): boolean {
    return (this.#tenants.get(tenant)?.core.queue(queue)?.peakUntil ?? 0) > 0;
  }

  /** Who waits in a queue, first in line first; empty: nobody, or there is no such queue. */
  line(tenant: string, queue: string): readonly WaitingNow[] {
    const line = this.#tenants.get(tenant)?.core.queue(queue)?.line ?? [];
    return line.map((visit) => {
      const { callId, priority, standsIn } = visit;
      return { callId, priority, standsIn, ...placeOf(visit)! };
    });
  }

  /** Why nobody may join a queue, which its calendar has `closed`; undefined: a caller may. */
  refusal(tenant: string, queue: string, closed: string | undefined): Refusal | undefined {
    return refusalOf(this.#tenants.get(tenant)?.core.queue(queue), closed);
  }

  /** Undefined: there is no such agent. */
  stateOf(tenant: string, agent: string): AgentState | undefined {
    return this.#tenants.get(tenant)?.core.agent(agent)?.state;
  }

  /** What an agent asked for during a call, and gets after it. */
  wishOf(tenant: string, agent: string): AgentWish | undefined {
    const known = this.#tenants.get(tenant)?.core.agent(agent);
    return known && openWish(known.state, known.wish)?.state;
  }

  /** The queue whose caller an agent is rung for, talks with or finishes the notes of. */
  queueOf(tenant: string, agent: string): string | undefined {
    return this.#tenants.get(tenant)?.core.agent(agent)?.work?.queue;
  }

  /**
   * Signs an agent in or out, or has him ready, busy, in a break, a meeting or training. During a call the wish is kept for its
   * end. `reason`: the break's name (小休原因), or why he is busy (示忙原因). False: there is no such agent, or it is not possible now.
   */
  command(tenant: string, agent: string, wish: AgentWish, reason?: string): boolean {
    const acd = this.#tenants.get(tenant);
    if (!acd?.core.allows(agent, wish)) return false;
    acd.take({ type: 'wished', agent, wish, reason });
    return true;
  }

  /**
   * Signs an agent in (签入): at the phone of an extension, of his own by default, for some of the queues that list him, all by
   * default. One who is signed in changes these by it. Throws AgentError.
   */
  signIn(tenant: string, agent: string, { extension, queues }: SignIn = {}): void {
    const acd = this.#tenantOf(tenant, agent);
    this.#checkQueues(tenant, agent, queues);
    const { home, extension: from, state } = acd.core.agent(agent)!;
    const to = extension ?? home;
    if (to !== from || state === 'signed-out') this.#checkFree(acd, agent, to);
    if (to !== from) {
      if (!this.parts.provisioning.snapshot.get('extension', tenant, to))
        throw new AgentError('no-such-extension', `there is no extension ${to}`);
      if (isAtWork(state))
        throw new AgentError('agent-at-work', `agent ${agent} is at work at extension ${from}: ${state}`);
      this.phoneChanged(tenant, to);
      acd.take({ type: 'seated', agent, extension: to === home ? undefined : to });
    }
    acd.take({ type: 'served', agent, queues });
    acd.take({ type: 'wished', agent, wish: 'sign-in', reason: undefined });
  }

  /** Signs an agent out (签出), in a call when it and its wrap-up are over. Throws AgentError. */
  signOut(tenant: string, agent: string): void {
    this.#wish(tenant, agent, 'sign-out');
  }

  /** Has an agent ready or away, in a call when it and its wrap-up are over. `reason`: see {@link command}. Throws AgentError. */
  setState(
    tenant: string,
    agent: string,
    state: Exclude<AgentWish, 'sign-in' | 'sign-out'>,
    reason?: string,
  ): void {
    this.#wish(tenant, agent, state, reason);
  }

  /** Ends an agent's wrap-up (整理) before its time. Throws AgentError. */
  endWrapUp(tenant: string, agent: string): void {
    const acd = this.#tenantOf(tenant, agent);
    const { state } = acd.core.agent(agent)!;
    if (state !== 'wrap-up') throw new AgentError('no-wrap-up', `agent ${agent} wraps up no call: ${state}`);
    acd.take({ type: 'wrap-up-ended', agent });
  }

  /** Has an agent serve these queues, of those that list him; undefined: all. Throws AgentError. */
  moveQueues(tenant: string, agent: string, queues: readonly string[] | undefined): void {
    const acd = this.#tenantOf(tenant, agent);
    this.#checkSignedIn(acd, agent);
    this.#checkQueues(tenant, agent, queues);
    acd.take({ type: 'served', agent, queues });
  }

  /** The extension at whose phone an agent sits now; undefined: there is no such agent. */
  extensionOf(tenant: string, agent: string): string | undefined {
    return this.#tenants.get(tenant)?.core.agent(agent)?.extension;
  }

  /** Who sits at an extension's phone now. */
  agentAt(tenant: string, extension: string): string | undefined {
    return this.#tenants.get(tenant)?.core.agentAt(extension);
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
    this.#checkDisposition(tenant, acd.core.agent(agent)!.work?.queue, notes.disposition);
    acd.take({ type: 'noted', agent, ...notes });
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
    const reachable = this.#isReachable(tenant, extension);
    const { always, doNotDisturb } = this.parts.directory.settings(extension, tenant);
    const setting = always !== '' ? 'forwarded' : doNotDisturb ? 'do-not-disturb' : undefined;
    this.#tenants.get(tenant)?.take({ type: 'phone', extension, reachable, setting });
  }

  /** A caller asks for a queue of his company. */
  ask(call: Call, queue: string, wants: Wants): Visit {
    return this.#of(call.arrival.tenantId).ask(call, queue, wants);
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

  /** A phone is one agent's at a time, but for those whose own it is. */
  #checkFree({ core }: TenantAcd, agent: string, extension: string): void {
    const there = core.agentAt(extension);
    const other = there === undefined || there === agent ? undefined : core.agent(there);
    if (!other || other.state === 'signed-out') return;
    if (other.home === extension && core.agent(agent)!.home === extension) return;
    throw new AgentError(
      'phone-taken',
      `agent ${other.id} is signed in at extension ${extension}: he signs out there first`,
    );
  }

  #checkQueues(tenant: string, agent: string, queues: readonly string[] = []): void {
    const { snapshot } = this.parts.provisioning;
    const unknown = queues.find((name) => {
      const queue = snapshot.get('queue', tenant, name);
      return !queue || !listedIn(queue).includes(agent);
    });
    if (unknown !== undefined)
      throw new AgentError('no-such-queue', `there is no queue ${unknown} that lists agent ${agent}`);
  }

  /** A queue that has a tree of dispositions takes no others. */
  #checkDisposition(tenant: string, queue: string | undefined, code: string | undefined): void {
    if (queue === undefined || code === undefined) return;
    const { snapshot } = this.parts.provisioning;
    const name = snapshot.get('queue', tenant, queue)?.disposition;
    const tree = name === undefined ? undefined : snapshot.get('disposition', tenant, name);
    if (tree && !hasDisposition(tree.entries, code))
      throw new AgentError('no-such-disposition', `dispositions ${name} have no code ${code}`);
  }

  #wish(tenant: string, agent: string, wish: AgentWish, reason?: string): void {
    const acd = this.#tenantOf(tenant, agent);
    this.#checkSignedIn(acd, agent);
    acd.take({ type: 'wished', agent, wish, reason });
  }

  #reconcile(changes: readonly EntityChange[]): void {
    const ours = changes.filter(({ kind }) => kind === 'agent' || kind === 'queue' || kind === 'extension');
    for (const tenant of new Set(ours.map((change) => change.tenant))) this.#setUp(tenant);
  }

  #setUp(tenant: string, standings: readonly AgentStanding[] = []): void {
    const { snapshot } = this.parts.provisioning;
    const isOurs = (entity: { readonly tenant: string }) => entity.tenant === tenant;
    const agents = snapshot.all('agent').filter(isOurs);
    const queues = snapshot.all('queue').filter(isOurs);
    const acd = this.#of(tenant);
    const seats = [...acd.core.agents(), ...agents].map(({ extension }) => extension);
    for (const { seat } of standings) if (seat !== undefined) seats.push(seat);
    for (const extension of new Set(seats)) this.phoneChanged(tenant, extension);
    // What it is told may be kept: no PIN is.
    const known = agents.map(({ pin: _, ...agent }) => agent);
    acd.take({ type: 'set-up', agents: known, queues, standings });
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

  #reachable(tenant: string): string[] {
    const seats = [...this.#of(tenant).core.agents()].map(({ extension }) => extension);
    return [...new Set(seats)].filter((extension) => this.#isReachable(tenant, extension));
  }

  #isReachable(tenant: string, extension: string): boolean {
    return this.parts.directory.reachable({ kind: 'extension', number: extension }, tenant);
  }
}
