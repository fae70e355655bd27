/**
 * A company's callers, agents and phones that do what they like, around a core of the ACD whose inputs are lost, doubled,
 * late and out of order. After each input it is proved that nothing of what the rules forbid has happened.
 */
import { AcdCore } from '../../src/acd/core/acd-core.ts';
import {
  type AgentInput,
  type AgentState,
  isAtRest,
  type OnCall,
  transition,
} from '../../src/acd/core/agent.ts';
import type { AcdCommand, Offer } from '../../src/acd/core/commands.ts';
import type { AcdInput, QueueSettings } from '../../src/acd/core/inputs.ts';
import { type Agent, isServing } from '../../src/acd/core/state.ts';
import { STRATEGIES } from '../../src/acd/core/strategy/strategies.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { queueSettings } from './queue-settings.ts';

type Strategy = QueueSettings['strategy'];
type Random = () => number;

/** A caller as the rules see him. */
interface Caller {
  readonly queue: string;
  readonly priority: number;
  readonly maxWaitMs: number;
  readonly waitedMs: number;
  readonly standsIn: boolean;
  joinedAt: number;
  since: number;
  order: number;
  state: 'entering' | 'waiting' | 'offered' | 'connected' | 'turned-out';
  reservation: number;
}

/** What an agent did for a queue in his shift. */
interface Done {
  offers: number;
  ringMs: number;
  calls: number;
  talkMs: number;
}

const CHANGES_NO_STATE: ReadonlySet<AgentInput> = new Set(['noted', 'break-limit', 'disposition-missing']);

interface Pending {
  readonly at: number;
  readonly input: AcdInput;
}

const AGENTS = ['1', '2', '3', '4', '5', '6', '7', '8'].map((id) => ({
  id,
  // Two share a phone.
  extension: id === '8' ? '7' : id,
}));
const EXTENSIONS = [...new Set(AGENTS.map(({ extension }) => extension))];
const MEMBERS = [
  ['1', '2', '3', '4'],
  ['3', '4', '5', '6'],
  ['5', '6', '7', '8'],
  ['1', '8'],
];
/** Who helps a queue when somebody has waited for so long. */
const TIERS = [
  [],
  [{ afterMs: 12_000, agents: ['1', '2'] }],
  [],
  [
    { afterMs: 5_000, agents: ['2', '3'] },
    { afterMs: 15_000, agents: ['4'] },
  ],
];
/** Who helps each queue in peak mode. */
const PEAKS = [['8'], undefined, ['1'], undefined];
const MISSES = ['refused', 'no-answer', 'unreachable', undefined] as const;
const SEATS = [...EXTENSIONS, undefined, undefined];
const WISHES = ['sign-in', 'sign-in', 'sign-out', 'ready', 'ready', 'busy', 'break', 'meeting'] as const;
const TALK_PHASES: readonly OnCall[] = ['talking', 'hold', 'consulting', 'conference'];
const LOST = 0.04;
const DOUBLED = 0.08;

export class AcdWorld {
  readonly core: AcdCore;
  /** Is told of each input that the core took. */
  onTaken: (input: AcdInput, commands: readonly AcdCommand[]) => void = () => {};
  /** Of the core. */
  #chance: Random;
  readonly #random: Random;
  readonly #queues: readonly QueueSettings[];
  now = 1_000_000;
  inputs = 0;
  #pending: Pending[] = [];
  readonly #past: AcdInput[] = [];
  #lastId = 0;
  /** What is open in truth, whatever was told of it. */
  readonly #legs = new Map<string, string | undefined>();
  readonly #calls = new Set<string>();
  readonly #reachable = new Set<string>(EXTENSIONS);
  /** What the core was told, and has commanded. */
  readonly #callers = new Map<string, Caller>();
  readonly #states = new Map<string, { state: AgentState; since: number }>();
  readonly #rung = new Map<number, Set<string>>();
  readonly #visitOfReservation = new Map<number, string>();
  #lastReservation = 0;
  #toldLegs = new Map<string, string>();
  #toldReachable = new Set<string>();
  #settings: { agents: typeof AGENTS; queues: readonly QueueSettings[] };
  /** Of each agent the time of each state and the time that he was signed in. */
  #stateMs = 0;
  #signedInMs = 0;
  readonly #signedInAt = new Map<string, number>();
  /** What each agent did for each queue in his shift, by what he was told to do. */
  readonly #done = new Map<string, Done>();
  readonly #ringsSince = new Map<string, number>();
  readonly #talksSince = new Map<string, number>();

  constructor(seed: number) {
    this.#random = seededIds(seed).random;
    this.#chance = seededIds(seed + 1).random;
    this.core = new AcdCore(() => this.#chance());
    const names = Object.keys(STRATEGIES) as Strategy[];
    this.#queues = MEMBERS.map((agents, index) =>
      queueSettings({
        name: `q${index}`,
        strategy: names[(seed + index) % names.length]!,
        agents,
        tiers: TIERS[index]!,
        ringNextMs: 2_000,
        maxCallers: 8,
        maxWaitMs: index % 2 === 0 ? 25_000 : 90_000,
        noAgents: (['refuse', 'join', 'leave'] as const)[(seed + index) % 3]!,
        wrapUpMs: index % 2 === 0 ? 0 : 10_000,
        restAfterRefusalMs: 2_000,
        busyAfterMisses: index % 3 === 0 ? 2 : 0,
        wrapUpExtensions: index,
        dispositionRequired: index % 2 === 1,
        peak: PEAKS[index] && { agents: PEAKS[index], wrapUpMs: 2_000 },
      }),
    );
    this.#settings = { agents: AGENTS, queues: this.#queues };
    for (const extension of EXTENSIONS) this.#take({ type: 'phone', extension, reachable: true });
    this.#take({ type: 'set-up', ...this.#settings });
  }

  /** Something happens, or time passes. */
  step(): void {
    this.now += Math.floor(this.#random() ** 3 * 4_000);
    this.#wake();
    this.#pending.sort((a, b) => a.at - b.at);
    while (this.#pending[0] && this.#pending[0].at <= this.now) this.#deliver(this.#pending.shift()!.input);
    this.#happen();
  }

  /** The core's chance begins anew, by this seed. */
  reseed(): number {
    const seed = 4_711;
    this.#chance = seededIds(seed).random;
    return seed;
  }

  /** Everybody hangs up and nothing is lost any more: what is left then would be stuck. */
  end(): void {
    this.#pending = [];
    this.#legs.clear();
    this.#calls.clear();
    for (const extension of EXTENSIONS) this.#reachable.add(extension);
    this.#settings = { agents: AGENTS, queues: this.#queues };
    this.#take({ type: 'set-up', ...this.#settings });
    this.#take(this.#truth());
    for (let count = 0; this.core.wakeAt !== undefined; count++) {
      if (count > 10_000) throw new Error('the core is never done');
      this.now = Math.max(this.now, this.core.wakeAt);
      this.#take({ type: 'time' });
    }
    for (const { id, state } of this.core.agents()) {
      if (state !== 'signed-out' && !isAtRest(state)) throw new Error(`agent ${id} is stuck in ${state}`);
    }
    for (const { name } of this.#queues) {
      const { line, visits, entering } = this.core.queue(name)!;
      if (line.length + visits + entering > 0) throw new Error(`callers are stuck in ${name}`);
    }
    this.#take({ type: 'stopped' });
    if (this.#stateMs !== this.#signedInMs || this.#signedInAt.size > 0)
      throw new Error(`${this.#stateMs} ms in states, ${this.#signedInMs} ms signed in`);
  }

  #wake(): void {
    for (let at = this.core.wakeAt; at !== undefined && at <= this.now; at = this.core.wakeAt)
      this.#take({ type: 'time' });
  }

  #happen(): void {
    const dice = this.#random();
    if (dice < 0.3) return this.#asks();
    if (dice < 0.42) return this.#leaves();
    if (dice < 0.52) return this.#wishes();
    if (dice < 0.6) return this.#callsHimself();
    if (dice < 0.66) return this.#phoneChanges();
    if (dice < 0.68) return this.#changesSetUp();
    const visit = this.#any([...this.#callers.keys()]);
    if (dice < 0.71 && visit) return this.#isPickedUp(visit);
    if (dice < 0.73 && visit) return this.#soon({ type: 'moved', visit });
    if (dice < 0.76 && visit) return this.#soon({ type: 'returned', visit });
    if (dice < 0.767) return this.#deliver({ type: 'day-began' });
    if (dice < 0.775) return this.#peakTurns();
    if (dice < 0.78) return this.#take(this.#truth());
    // Something of long ago is told once more.
    const old = this.#any(this.#past);
    if (dice < 0.84 && old) this.#take(old);
  }

  /** By an agent, at his phone, or by a phone at which none sits. */
  #isPickedUp(visit: string): void {
    const { id: agent, extension } = this.#any(AGENTS)!;
    if (this.#random() < 0.2) return this.#soon({ type: 'picked-up', visit });
    const leg = `l${this.#newId()}`;
    const afterMs = Math.floor(this.#random() * 3_000);
    const at = (ms: number, input: AcdInput) => this.#pending.push({ at: this.now + ms, input });
    at(0, { type: 'leg-opened', leg, extension, callId: visit, phase: 'ringing' });
    at(afterMs, { type: 'leg-phase', leg, phase: 'talking' });
    at(afterMs, { type: 'picked-up', visit, agent, leg });
    at(afterMs + Math.floor(this.#random() * 20_000), { type: 'leg-ended', leg });
  }

  #peakTurns(): void {
    const queue = this.#any(this.#queues)!.name;
    const forMs = this.#any([undefined, 30_000]);
    this.#deliver({ type: 'peak', queue, on: this.#random() < 0.6, ...(forMs !== undefined && { forMs }) });
  }

  #asks(): void {
    const visit = `v${this.#newId()}`;
    const queue = this.#any(this.#queues)!.name;
    const priority = Math.floor(this.#random() * 3);
    this.#calls.add(visit);
    if (this.#random() < 0.1) {
      const since = this.now - Math.floor(this.#random() * 60_000);
      return this.#deliver({ type: 'stands-in', visit, callId: visit, queue, priority, since });
    }
    const maxWaitMs = this.#any([undefined, undefined, 8_000, 40_000]);
    const waitedMs = this.#any([0, 0, 30_000]);
    const [lastAgent, owner] = [this.#any([undefined, '2', '7', '99']), this.#any([undefined, '3', '5'])];
    const wants = { priority, maxWaitMs, waitedMs, lastAgent, owner };
    this.#deliver({ type: 'asked', visit, callId: visit, caller: '', queue, ...wants });
    this.#soon({ type: 'joined', visit }, 2_000);
  }

  #leaves(): void {
    const visit = this.#any([...this.#calls]);
    if (visit === undefined) return;
    this.#calls.delete(visit);
    this.#deliver({ type: 'left', visit });
  }

  #wishes(): void {
    const agent = this.#any(AGENTS)!.id;
    const dice = this.#random();
    if (dice < 0.1) return this.#deliver({ type: 'wrap-up-ended', agent, by: this.#any([undefined, '99']) });
    if (dice < 0.14) return this.#deliver({ type: 'wrap-up-extended', agent, ms: 5_000 });
    if (dice < 0.17) return this.#deliver({ type: 'noted', agent, disposition: 'order', note: undefined });
    if (dice < 0.2) return this.#deliver({ type: 'seated', agent, extension: this.#any(SEATS) });
    const queues = this.#queues.filter(() => this.#random() < 0.7).map(({ name }) => name);
    if (dice < 0.3) return this.#deliver({ type: 'served', agent, queues: this.#any([queues, undefined]) });
    const wish = this.#any(WISHES)!;
    this.#deliver({ type: 'wished', agent, wish, reason: this.#any(['lunch', undefined]) });
  }

  #callsHimself(): void {
    const leg = `l${this.#newId()}`;
    const extension = this.#any(EXTENSIONS)!;
    const phase = this.#any(['dialling', 'ringing', 'talking'] as const)!;
    this.#deliver({ type: 'leg-opened', leg, extension, callId: leg, phase });
    for (const next of TALK_PHASES)
      if (this.#random() < 0.5) this.#soon({ type: 'leg-phase', leg, phase: next }, 20_000);
    this.#soon({ type: 'leg-ended', leg }, 20_000);
  }

  #phoneChanges(): void {
    const extension = this.#any(EXTENSIONS)!;
    const reachable = this.#random() < 0.7;
    if (reachable) this.#reachable.add(extension);
    else this.#reachable.delete(extension);
    const setting = this.#any(['do-not-disturb', 'forwarded', undefined, undefined, undefined] as const);
    this.#deliver({ type: 'phone', extension, reachable, setting });
  }

  #changesSetUp(): void {
    this.#settings = {
      agents: AGENTS.filter(() => this.#random() < 0.85),
      queues: this.#queues.filter(() => this.#random() < 0.85),
    };
    this.#take({ type: 'set-up', ...this.#settings });
  }

  #truth(): AcdInput {
    const legs = [...this.#legs].map(([leg, extension]) => ({ leg, extension }));
    return { type: 'truth', legs, visits: [...this.#calls], reachable: [...this.#reachable] };
  }

  /** Tells the core, unless that is lost; twice, when it is doubled. */
  #deliver(input: AcdInput): void {
    if (input.type === 'leg-opened') this.#legs.set(input.leg, input.extension);
    const answers = input.type === 'answered' || input.type === 'seat-back';
    if (answers && !this.#legs.has(input.leg)) this.#legs.set(input.leg, undefined);
    if (input.type === 'leg-ended') this.#legs.delete(input.leg);
    if (this.#random() < LOST) return;
    if (input.type !== 'leg-opened') this.#past.push(input);
    this.#take(input);
    if (this.#random() < DOUBLED) this.#take(input);
  }

  #soon(input: AcdInput, withinMs = 3_000): void {
    this.#pending.push({ at: this.now + Math.floor(this.#random() * withinMs), input });
  }

  #take(input: AcdInput): void {
    this.inputs += 1;
    const commands = this.core.take(input, this.now);
    this.onTaken(input, commands);
    this.#believe(input, commands);
    for (const command of commands) this.#obey(command);
    this.#proveNobodyWaitsInVain();
    this.#proveCounters();
    this.#proveShifts();
  }

  /** What the core was told, as far as the rules look at it. */
  #believe(input: AcdInput, commands: readonly AcdCommand[]): void {
    switch (input.type) {
      case 'asked': {
        const isIn = commands.every(({ type }) => type !== 'turned-away');
        if (!isIn || this.#callers.has(input.visit)) return;
        const { queue, priority, waitedMs = 0 } = input;
        const { maxWaitMs } = this.#queues.find(({ name }) => name === queue)!;
        this.#callers.set(input.visit, {
          queue,
          priority,
          maxWaitMs: input.maxWaitMs ?? maxWaitMs,
          waitedMs,
          standsIn: false,
          joinedAt: 0,
          since: 0,
          order: 0,
          state: 'entering',
          reservation: 0,
        });
        return;
      }
      case 'stands-in': {
        const { visit, queue, priority, since } = input;
        if (commands.some(({ type }) => type === 'turned-away') || this.#callers.has(visit)) return;
        const [waitedMs, maxWaitMs] = [0, Number.POSITIVE_INFINITY];
        const place = { joinedAt: since, since, order: this.#newId(), reservation: 0 };
        const caller = { queue, priority, maxWaitMs, waitedMs, standsIn: true, ...place };
        this.#callers.set(visit, { ...caller, state: 'waiting' });
        return;
      }
      case 'day-began':
        this.#done.clear();
        return;
      case 'moved': {
        const caller = this.#callers.get(input.visit);
        if (caller?.state === 'waiting' || caller?.state === 'offered') caller.state = 'turned-out';
        return;
      }
      case 'joined': {
        const caller = this.#callers.get(input.visit);
        if (caller?.state !== 'entering') return;
        const [joinedAt, since] = [this.now, this.now - caller.waitedMs];
        Object.assign(caller, { state: 'waiting', joinedAt, since, order: this.#newId() });
        return;
      }
      case 'returned':
      case 'picked-up': {
        const caller = this.#callers.get(input.visit);
        if (input.type === 'returned' && caller?.state === 'connected') caller.state = 'waiting';
        const waits = caller?.state === 'waiting' || caller?.state === 'offered';
        if (input.type === 'picked-up' && waits) caller!.state = 'connected';
        return;
      }
      case 'left':
        this.#callers.delete(input.visit);
        return;
      case 'leg-opened':
        this.#toldLegs.set(input.leg, input.extension);
        return;
      case 'leg-ended':
        this.#toldLegs.delete(input.leg);
        return;
      case 'phone':
        if (input.reachable) this.#toldReachable.add(input.extension);
        else this.#toldReachable.delete(input.extension);
        return;
      case 'truth':
        for (const visit of [...this.#callers.keys()])
          if (!this.#calls.has(visit)) this.#callers.delete(visit);
        this.#toldReachable = new Set(input.reachable);
        this.#toldLegs = new Map();
        for (const { leg, extension } of input.legs) if (extension) this.#toldLegs.set(leg, extension);
    }
  }

  #obey(command: AcdCommand): void {
    if (command.type === 'agent-changed') this.#agentChanged(command);
    if (command.type === 'ring') this.#ring(command);
    if (command.type === 'ring-more') this.#ringMore(command);
    const out = command.type === 'turned-away' && this.#callers.get(command.visit);
    if (out) out.state = 'turned-out';
  }

  #agentChanged(changed: Extract<AcdCommand, { type: 'agent-changed' }>): void {
    const { agent, did, state, callId } = changed;
    const before = this.#states.get(agent) ?? { state: 'signed-out', since: this.now };
    if (CHANGES_NO_STATE.has(did)) {
      if (state !== before.state) throw new Error(`agent ${agent}: ${before.state} ${did} ${state}`);
      return;
    }
    this.#count(changed);
    const isForced = did === 'sign-out' && state === 'signed-out';
    const rest = isAtRest(state) ? state : 'ready';
    if (!isForced && transition(before.state, did as AgentInput, rest) !== state)
      throw new Error(`agent ${agent}: ${before.state} ${did} ${state}`);
    if (before.state !== 'signed-out') this.#stateMs += this.now - before.since;
    if (did === 'sign-in') this.#signedInAt.set(agent, this.now);
    if (state === 'signed-out' && before.state !== 'signed-out') {
      this.#signedInMs += this.now - this.#signedInAt.get(agent)!;
      this.#signedInAt.delete(agent);
    }
    this.#states.set(agent, { state, since: this.now });
    const wasRung = before.state === 'reserved' || before.state === 'ringing';
    if (state === 'ringing' || !wasRung) return;
    // The caller waits again when the last one who was rung for him is free; he talks when one has answered.
    for (const [reservation, agents] of this.#rung) {
      if (!agents.delete(agent)) continue;
      const caller = this.#callers.get(this.#visitOfReservation.get(reservation)!);
      if (state === 'talking') {
        if (caller && this.#visitOfReservation.get(reservation) !== callId)
          throw new Error(`agent ${agent} talks to ${callId}, for whom he was not rung`);
        if (caller?.reservation === reservation) caller.state = 'connected';
      } else if (agents.size === 0 && caller?.reservation === reservation && caller.state === 'offered')
        caller.state = 'waiting';
    }
  }

  /** What he did for a queue, by his states alone. */
  #count({ agent, did, queue }: Extract<AcdCommand, { type: 'agent-changed' }>): void {
    if (did === 'sign-in')
      for (const key of this.#done.keys()) if (key.startsWith(`${agent} `)) this.#done.delete(key);
    if (queue === undefined) return;
    const key = `${agent} ${queue}`;
    const done = this.#done.get(key) ?? { offers: 0, ringMs: 0, calls: 0, talkMs: 0 };
    this.#done.set(key, done);
    if (did === 'reserve') {
      done.offers += 1;
      this.#ringsSince.set(agent, this.now);
    }
    if (did === 'answer' || did === 'ring-failed') done.ringMs += this.now - this.#ringsSince.get(agent)!;
    if (did === 'answer' || did === 'pick-up') this.#talksSince.set(agent, this.now);
    if (did === 'hang-up') {
      done.calls += 1;
      done.talkMs += this.now - this.#talksSince.get(agent)!;
    }
  }

  /** What strategies go by is what he did. */
  #proveShifts(): void {
    for (const { id, shift } of this.core.agents())
      for (const [queue, { offers, ringMs, calls, talkMs }] of shift) {
        const done = this.#done.get(`${id} ${queue}`) ?? { offers: 0, ringMs: 0, calls: 0, talkMs: 0 };
        const [told, counted] = [Object.values(done), [offers, ringMs, calls, talkMs]];
        if (`${told}` !== `${counted}`)
          throw new Error(`${id} did ${told} for ${queue}, the core has ${counted}`);
      }
  }

  #ring(offer: Offer): void {
    const { visit, reservation } = offer;
    const caller = this.#callers.get(visit);
    if (caller?.state !== 'waiting') throw new Error(`${visit} is offered though ${caller?.state ?? 'gone'}`);
    if (reservation <= this.#lastReservation) throw new Error(`reservation ${reservation} is used twice`);
    this.#lastReservation = reservation;
    this.#rung.set(reservation, new Set());
    this.#visitOfReservation.set(reservation, visit);
    this.#rings(offer, caller, (other) => isBefore(other, caller));
    caller.state = 'offered';
    caller.reservation = reservation;
  }

  /** Who waits, however long, goes before one for whom somebody is rung already. */
  #ringMore(offer: Offer): void {
    const { visit, reservation } = offer;
    const caller = this.#callers.get(visit);
    if (caller?.state !== 'offered' || caller.reservation !== reservation)
      throw new Error(`more are rung for ${visit} though ${caller?.state ?? 'gone'}`);
    this.#rings(offer, caller, () => true);
  }

  #rings(offer: Offer, caller: Caller, isFirst: (other: Caller) => boolean): void {
    const { visit, reservation, agents, ringMs } = offer;
    for (const { agent, extension } of agents) {
      for (const [other, rung] of this.#rung)
        if (rung.has(agent)) throw new Error(`${agent} is rung for ${reservation} and ${other}`);
      if (!this.#serves(agent, caller.queue, caller)) throw new Error(`${agent} is rung before his time`);
      for (const [name, other] of this.#callers) {
        const waits = other !== caller && other.state === 'waiting' && this.#serves(agent, other.queue);
        if (waits && isFirst(other)) throw new Error(`${visit} overtakes ${name} with ${agent}`);
      }
      this.#rung.get(reservation)!.add(agent);
      this.#phoneRings(visit, reservation, agent, extension, ringMs);
    }
  }

  #phoneRings(visit: string, reservation: number, agent: string, extension: string, ringMs: number): void {
    const leg = `l${this.#newId()}`;
    const at = (afterMs: number, input: AcdInput) => this.#pending.push({ at: this.now + afterMs, input });
    const ringsMs = Math.floor(this.#random() * ringMs);
    at(100, { type: 'leg-opened', leg, extension, callId: visit, phase: 'ringing' });
    const fate = this.#random();
    if (fate < 0.6) {
      at(ringsMs, { type: 'answered', visit, reservation, agent, leg });
      const talksMs = Math.floor(this.#random() * 40_000);
      for (const phase of TALK_PHASES)
        if (this.#random() < 0.3)
          at(ringsMs + Math.floor(this.#random() * talksMs), { type: 'leg-phase', leg, phase });
      if (this.#random() < 0.2) this.#phoneIsLost(leg, ringsMs + talksMs, at);
      else at(ringsMs + talksMs, { type: 'leg-ended', leg });
      return;
    }
    at(ringsMs, { type: 'leg-ended', leg });
    if (fate < 0.95) at(ringsMs, { type: 'ring-failed', reservation, agent, miss: this.#any(MISSES) });
  }

  /** It comes back on another leg, does not, or nobody tells. */
  #phoneIsLost(leg: string, afterMs: number, at: (ms: number, input: AcdInput) => void): void {
    at(afterMs, { type: 'seat-lost', leg });
    at(afterMs, { type: 'leg-ended', leg });
    const fate = this.#random();
    const again = `l${this.#newId()}`;
    if (fate < 0.5) at(afterMs + 5_000, { type: 'seat-back', lost: leg, leg: again });
    if (fate < 0.5) at(afterMs + 15_000, { type: 'leg-ended', leg: again });
    else if (fate < 0.8) at(afterMs + 15_000, { type: 'seat-gone', lost: leg });
  }

  /** Whether he serves a queue now, in which somebody waits so long as he does; `caller`: one for whom more are rung, too. */
  #serves(agent: string, queue: string, caller?: Caller): boolean {
    const { agents, tiers, peak } = this.#queues.find(({ name }) => name === queue)!;
    if (!(this.core.agent(agent)?.serves?.has(queue) ?? true)) return false;
    if (agents.includes(agent)) return true;
    if (peak?.agents.includes(agent) && this.#isPeak(queue)) return true;
    const waiting = [...this.#callers.values()].filter(
      (one) => one.queue === queue && one.state === 'waiting',
    );
    const since = Math.min(...waiting.map(({ joinedAt }) => joinedAt), caller?.joinedAt ?? this.now);
    return tiers.some((tier) => tier.agents.includes(agent) && this.now - since >= tier.afterMs);
  }

  /** Also one that was removed, while its last callers wait. */
  #isPeak(name: string): boolean {
    return [...this.core.queues()].some(({ settings, peakUntil }) => settings.name === name && peakUntil > 0);
  }

  #proveNobodyWaitsInVain(): void {
    const free = [...this.core.agents()].filter((agent) => this.#isFree(agent));
    if (free.length === 0) return;
    for (const [visit, { queue, state }] of this.#callers) {
      const one = state === 'waiting' && free.find(({ id }) => this.#serves(id, queue));
      if (one) throw new Error(`${visit} waits in ${queue} while ${one.id} is free`);
    }
  }

  /** The core has in its lines who is there by what it was told, and nobody longer than he may. */
  #proveCounters(): void {
    for (const { name } of this.#queues) {
      const queue = this.core.queue(name);
      if (!queue) continue;
      const callers = [...this.#callers].filter(([, caller]) => caller.queue === name);
      const inLine = callers.filter(([, { state }]) => state === 'waiting' || state === 'offered');
      const entering = callers.filter(([, { state }]) => state === 'entering');
      const told = [inLine.length, entering.length, callers.length];
      const { line, entering: coming, visits } = queue;
      if (`${told}` !== `${[line.length, coming, visits]}`)
        throw new Error(`${name}: ${told} are there, the core has ${[line.length, coming, visits]}`);
      for (const [visit, { joinedAt, maxWaitMs }] of inLine)
        if (this.now >= joinedAt + maxWaitMs) throw new Error(`${visit} waits longer than he may`);
    }
  }

  #isFree({ id, extension, state, restUntil, leaving }: Readonly<Agent>): boolean {
    if (state !== 'ready' || restUntil > this.now || leaving || !this.#toldReachable.has(extension))
      return false;
    if ([...this.#toldLegs.values()].includes(extension)) return false;
    const colleagues = [...this.core.agents()].filter((one) => one.id !== id && one.extension === extension);
    return !colleagues.some(isServing);
  }

  #any<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function isBefore(a: Caller, b: Caller): boolean {
  const [first, second] = [a, b].map(({ since, priority }) => since - priority * 300_000);
  return first! < second! || (first === second && a.order < b.order);
}
