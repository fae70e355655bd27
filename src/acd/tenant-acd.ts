import { createHmac, randomBytes } from 'node:crypto';
import type { Call } from '../call/call.ts';
import type { LegFact } from '../call/calls.ts';
import type { Leg } from '../call/leg.ts';
import { isFeatureCode } from '../provisioning/feature-codes.ts';
import type { AgentOrderFunction } from '../provisioning/kind/queue.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { TypedEvents } from '../shared/events.ts';
import { type IdSource, seededIds } from '../shared/ids.ts';
import type { AcdEvents } from './acd-events.ts';
import type { AgentJournal } from './agent-events.ts';
import { type AgentNow, agentNow } from './agent-now.ts';
import { textOf } from './agent-seat.ts';
import { AcdCore } from './core/acd-core.ts';
import type { OnCall } from './core/agent.ts';
import type { PassedOver } from './core/assignment.ts';
import type { AcdCommand, Refusal } from './core/commands.ts';
import type { AcdInput } from './core/inputs.ts';
import type { Place } from './core/place.ts';
import { newAgent } from './core/state.ts';
import type { InputLog } from './input-log.ts';
import type { KeptStandings } from './kept-standings.ts';
import { Visit, type VisitHost, type Wants } from './visit.ts';

/** Who stands in line by a promise to call him back. `since`: his place is that of who joined then, ms since 1970. */
export interface StandIn {
  readonly queue: string;
  readonly priority: number;
  readonly since: number;
}

export interface TenantAcdParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly journal: AgentJournal;
  readonly events: TypedEvents<AcdEvents>;
  /** The script (话术) of a queue. */
  readonly scriptOf: (queue: string) => string | undefined;
  /** A function of the company's own that orders agents, by its name. */
  readonly order: (name: string) => AgentOrderFunction | undefined;
  /** Where it is kept how agents stand; undefined: nowhere. */
  readonly standings: KeptStandings | undefined;
  /** Where what the core is told is kept; undefined: nowhere. */
  readonly inputLog: InputLog | undefined;
}

const SEEDS = 2 ** 32;
const MASK_LENGTH = 12;

/** Runs the ACD of one company: gives the core its inputs, one after the other, and does what it commands. */
export class TenantAcd implements VisitHost {
  readonly core: AcdCore;
  readonly #tenant: string;
  readonly #parts: TenantAcdParts;
  /** What the wall clock showed when the monotonic one was 0: the core's time runs on when the operator sets the clock. */
  readonly #epoch: number;
  readonly #visits = new Map<string, Visit>();
  readonly #legs = new Map<Leg, string>();
  /** Those that died while their agents are invited again. */
  readonly #lost = new Set<Leg>();
  /** Who is told of one command may cause others: their turn comes after it. */
  readonly #commands: AcdCommand[] = [];
  /** Forgotten with the process: nobody finds a number by trying all. */
  readonly #maskKey = randomBytes(32);
  #random: () => number;
  #isRunning = false;
  #isClosed = false;
  #lastId = 0;
  #wake: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(tenant: string, parts: TenantAcdParts) {
    this.#tenant = tenant;
    this.#parts = parts;
    const { clock, ids } = parts;
    this.#epoch = clock.now() - clock.monotonic();
    this.#random = () => ids.random();
    this.core = new AcdCore(() => this.#random(), parts.order);
  }

  /**
   * What the core knows a number by: it asks only whether it calls again, and keeps what it is told where nobody erases a person.
   * '' stays: it is withheld.
   */
  maskOf(number: string): string {
    if (number === '') return '';
    return createHmac('sha256', this.#maskKey).update(number).digest('base64url').slice(0, MASK_LENGTH);
  }

  /** A caller asks for a queue. */
  ask(call: Call, queue: string, wants: Wants): Visit {
    const id = this.#newId(call.id);
    const caller = this.maskOf(call.arrival.caller);
    const asked = { type: 'asked', visit: id, callId: call.id, caller, queue, ...wants } as const;
    const commands = this.#tell(asked);
    const refusal = commands.find(({ type }) => type === 'turned-away') as Refusal | undefined;
    const visit = new Visit(id, call, refusal, this);
    if (!refusal) this.#visits.set(id, visit);
    this.#run(commands);
    return visit;
  }

  /** A promise to call somebody back takes his place in line. */
  standIn(callId: string, promise: StandIn): Visit {
    const id = this.#newId(callId);
    const { queue, priority, since } = promise;
    const commands = this.#tell({ type: 'stands-in', visit: id, callId, queue, priority, since });
    const refusal = commands.find(({ type }) => type === 'turned-away') as Refusal | undefined;
    const visit = new Visit(id, undefined, refusal, this);
    if (!refusal) this.#visits.set(id, visit);
    this.#run(commands);
    return visit;
  }

  /** A caller who waits is to wait in another queue. False: he waits no longer. */
  moveCaller(callId: string, move: { readonly to: string; readonly by: string }): boolean {
    return [...this.#visits.values()].some((visit) => visit.isOf(callId) && visit.move(move));
  }

  /** A caller who waits has another priority from now on; `by`: whose word that is. False: he waits no longer. */
  prioritise(callId: string, { priority, by }: { readonly priority: number; readonly by: string }): boolean {
    const visit = [...this.#visits.values()].find((each) => each.isOf(callId) && each.place);
    if (!visit) return false;
    visit.explain('priority', `${by} gives the caller priority ${priority}`);
    this.take({ type: 'prioritised', visit: visit.id, priority });
    return true;
  }

  /** Why the agents of his queue who are not free are not; `visit`: of {@link AcdCore}. */
  passedOver(visit: string): readonly PassedOver[] {
    return this.core.passedOver(visit, this.#now());
  }

  take(input: AcdInput): void {
    if (this.#isClosed) return;
    if (input.type === 'left') this.#visits.delete(input.visit);
    this.#run(this.#tell(input));
  }

  placeOf(visit: string): Place | undefined {
    return this.core.placeOf(visit);
  }

  legOpened({ leg, call }: LegFact): void {
    const extension = this.#seatOf(leg);
    if (extension === undefined) return;
    const { sip } = leg;
    const phase = phaseOf(leg);
    const isOwn = phase !== 'dialling' || !isFeatureCode(call.arrival.called);
    const opened = { leg: this.idOf(leg), extension, callId: call.id, phase, isOwn };
    this.take({ type: 'leg-opened', ...opened });
    if (phase === 'talking' || !isOwn) return;
    const answered = () => this.legPhase(leg, 'talking', call.id);
    if (phase === 'ringing') sip.events.once('answered', answered);
    else call.events.once('answered', answered);
  }

  /** Where the call of a leg is now. */
  legPhase(leg: Leg, phase: OnCall, callId: string): void {
    const id = this.#legs.get(leg);
    if (id !== undefined && leg.sip.state !== 'ended')
      this.take({ type: 'leg-phase', leg: id, phase, callId });
  }

  idOf(leg: Leg): string {
    let id = this.#legs.get(leg);
    if (id === undefined) {
      id = this.#newId('leg');
      this.#legs.set(leg, id);
    }
    return id;
  }

  /** After all who hear of the same end: the talk tells first that it goes on (`seat-lost`). */
  legEnded(leg: Leg): void {
    queueMicrotask(() => this.#legEnded(leg));
  }

  /** It counts as open until it is `legGone`. */
  legLost(leg: Leg): void {
    this.#lost.add(leg);
  }

  legGone(leg: Leg): void {
    if (this.#lost.delete(leg)) this.#legEnded(leg);
  }

  #legEnded(leg: Leg): void {
    const id = this.#legs.get(leg);
    if (id === undefined || this.#lost.has(leg)) return;
    this.#legs.delete(leg);
    this.take({ type: 'leg-ended', leg: id });
  }

  /** Tells what is open in truth, should anything of it have been missed. */
  tellTruth(reachable: readonly string[]): void {
    for (const leg of [...this.#legs.keys()])
      if (leg.sip.state === 'ended' && !this.#lost.has(leg)) this.#legs.delete(leg);
    const legs = [...this.#legs].map(([leg, id]) => ({
      leg: id,
      extension: this.#seatOf(leg),
      phase: phaseOf(leg),
    }));
    const open = [...this.#visits.values()].filter(({ isOver }) => !isOver);
    this.take({ type: 'truth', legs, visits: open.map(({ id }) => id), reachable });
  }

  /** The seat that a leg leads to: a phone, or a number outside where an agent sits; undefined: none. */
  #seatOf({ party }: Leg): string | undefined {
    if (!party) return undefined;
    const seat = textOf(party);
    return party.kind === 'extension' || this.core.agentAt(seat) !== undefined ? seat : undefined;
  }

  /** Signs everybody out and ends the timer; callers are ended by their calls. */
  close(): void {
    this.take({ type: 'stopped' });
    this.#isClosed = true;
    this.#wake?.timer.cancel();
    void this.#parts.inputLog?.close();
  }

  #tell(input: AcdInput): readonly AcdCommand[] {
    const now = this.#now();
    this.#keep(input, now);
    return this.core.take(input, now);
  }

  /** A file begins with a seed of its own: what it holds comes out again. */
  #keep(input: AcdInput, now: number): void {
    const { inputLog, ids } = this.#parts;
    if (!inputLog) return;
    if (inputLog.isDue(now)) {
      const seed = Math.floor(ids.random() * SEEDS);
      this.#random = seededIds(seed).random;
      inputLog.begin(now, seed, this.core.state);
    }
    inputLog.take(input, now);
  }

  #run(commands: readonly AcdCommand[]): void {
    this.#commands.push(...commands);
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#commands.shift(); next; next = this.#commands.shift()) this.#do(next);
    this.#isRunning = false;
    this.#setTimer();
  }

  #do(command: AcdCommand): void {
    switch (command.type) {
      case 'turned-away':
        // One who only asks was told so there.
        return this.#visits.get(command.visit)?.turnOut(command);
      case 'ring':
        return this.#visits.get(command.visit)?.offer(command);
      case 'ring-more':
        return this.#visits.get(command.visit)?.offerMore(command);
      case 'let-go':
        return this.#visits.get(command.visit)?.letGo(command.reservation);
      case 'explain': {
        return this.#visits.get(command.visit)?.explain(`queue ${command.queue}`, command.why);
      }
      case 'agent-changed':
        return this.#agentChanged(command);
      case 'peak-changed': {
        const { type: _, ...peak } = command;
        return this.#parts.events.emit('peakChanged', { tenant: this.#tenant, ...peak });
      }
      case 'agent-wished':
        this.#showAgent(command.agent);
        return this.#keepStanding(command.agent);
      case 'line-changed': {
        const { queue, waiting } = command;
        return this.#parts.events.emit('queueChanged', { tenant: this.#tenant, queue, waiting });
      }
    }
  }

  #agentChanged({ type: _, ...what }: Extract<AcdCommand, { type: 'agent-changed' }>): void {
    const { clock, journal } = this.#parts;
    journal.append({ type: 'agent', tenantId: this.#tenant, at: clock.now(), ...what });
    if (what.did !== 'noted') this.#showAgent(what.agent, what);
    const { agent, did, reason, queue, callId } = what;
    if (did === 'break-limit' || did === 'disposition-missing')
      this.#parts.events.emit('agentAlarm', {
        tenant: this.#tenant,
        agent,
        what: did,
        reason,
        queue,
        callId,
      });
    // Who is signed out by the end of the engine was signed in.
    if (what.reason !== 'stopped') this.#keepStanding(what.agent);
  }

  /** `changed`: what he has changed to; he may have gone on since. */
  #showAgent(id: string, changed?: Pick<AgentNow, 'state' | 'reason' | 'by' | 'callId' | 'queue'>): void {
    const agent = this.core.agent(id) ?? newAgent({ id, extension: '' }, this.#now());
    this.#parts.events.emit('agentChanged', agentNow(this.#tenant, agent, this.#parts.scriptOf, changed));
  }

  #keepStanding(id: string): void {
    this.#parts.standings?.changed(id, this.core.agent(id));
  }

  #setTimer(): void {
    const at = this.core.wakeAt;
    if (at === this.#wake?.at || this.#isClosed) return;
    this.#wake?.timer.cancel();
    this.#wake = undefined;
    if (at === undefined) return;
    const fire = () => {
      this.#wake = undefined;
      this.take({ type: 'time' });
    };
    this.#wake = { at, timer: this.#parts.clock.after(Math.max(0, at - this.#now()), fire) };
  }

  #now(): number {
    return Math.floor(this.#epoch + this.#parts.clock.monotonic());
  }

  #newId(what: string): string {
    this.#lastId += 1;
    return `${what}/${this.#lastId}`;
  }
}

/** Where the call of a leg is as long as no talk says more of it. */
function phaseOf({ sip }: Leg): OnCall {
  if (sip.state === 'confirmed') return 'talking';
  return sip.direction === 'inbound' ? 'dialling' : 'ringing';
}
