import type { InboundLeg, SipLeg } from '../edge/edge.ts';
import type { CauseSlug } from '../shared/cause.ts';
import { TypedEvents } from '../shared/events.ts';
import type { CallId, TenantId } from '../shared/ids.ts';
import type { Arrival, Party } from './arrival.ts';
import { Call, type CallContext, type CallRegister } from './call.ts';
import type { CallSource } from './call-notes.ts';
import type { Destination } from './destination.ts';
import type { Leg } from './leg.ts';
import { InboundOpening } from './opening.ts';
import type { Talk } from './talk.ts';

/** A leg of an extension or a line, in whatever role: caller, rung, transferred to, taking another's place. */
export interface LegFact {
  readonly tenant: TenantId;
  readonly party: Party;
  readonly leg: Leg;
  /** The call that the leg is in now: a transfer moves legs. */
  readonly call: Call;
}

/** A leg belongs to a call from now on, whoever is at its far end. */
export interface LegJoinedFact {
  readonly leg: Leg;
  readonly call: Call;
}

/** Somebody has, or had, a place in a talk with that dialog. */
export interface PlaceFact {
  readonly talk: Talk;
  readonly sip: SipLeg;
}

export interface CallsEvents {
  callOpened: Call;
  /** The call's last fact is in the journal and nothing of it is open any more. */
  callEnded: Call;
  /** Also of legs that are nobody's; again when another call takes the leg over. */
  legJoined: LegJoinedFact;
  /** From the first moment on: a phone that is being rung, or that dials, is not free. */
  legOpened: LegFact;
  /** A talk is in another state, or other people have a place in it. */
  talkChanged: Talk;
  /** Follows `legOpened`, once; also for a leg that outlived its first call. */
  legEnded: LegFact;
  /** Before the talk has entered the state that follows from it. */
  placeTaken: PlaceFact;
  /** Once for each `placeTaken`. */
  placeLeft: PlaceFact;
}

/** The registry of all calls that have not ended, of their legs and of who talks: what is asked for a call is asked here. */
export class Calls implements CallRegister {
  readonly events = new TypedEvents<CallsEvents>();
  readonly #context: CallContext;
  readonly #seatOf: (tenant: string, agent: string) => Destination | undefined;
  readonly #calls = new Map<CallId, Call>();
  readonly #legs = new Map<Leg, Call>();
  /** Of extensions, by `tenant/number`. */
  readonly #extensions = new Map<string, Set<Leg>>();
  /** By either leg's dialog: REFER and INVITE with Replaces name one. */
  readonly #talks = new Map<SipLeg, Talk>();

  /** `seatOf`: where an agent sits now; undefined: there is no such agent. */
  constructor(
    context: Omit<CallContext, 'calls'>,
    seatOf: (tenant: string, agent: string) => Destination | undefined,
  ) {
    this.#context = { ...context, calls: this };
    this.#seatOf = seatOf;
  }

  /** Begins a call that came in. */
  open(arrival: Arrival, sip: InboundLeg): Call {
    const call = this.#begin(arrival, sourceOf(sip));
    call.open(new InboundOpening(call, sip));
    return call;
  }

  /** Begins a call beside the one that has the leg: that of the caller's own company, where he calls another. */
  openBeside(arrival: Arrival, sip: InboundLeg): Call {
    return this.#begin(arrival, sourceOf(sip));
  }

  /** Begins a call of ours: it has no caller until `call.open`. `id`: where it was told to somebody before. */
  originate(arrival: Arrival, id?: CallId): Call {
    return this.#begin(arrival, { source: '', sipCallId: '' }, id);
  }

  get size(): number {
    return this.#calls.size;
  }

  [Symbol.iterator](): MapIterator<Call> {
    return this.#calls.values();
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id as CallId);
  }

  ofTenant(tenant: string): Call[] {
    return [...this].filter(({ arrival }) => arrival.tenantId === tenant);
  }

  /** Calls that a hotline took, by its main number. */
  ofHotline(tenant: string, number: string): Call[] {
    return this.ofTenant(tenant).filter(({ hotline }) => hotline === number);
  }

  ofExtension(tenant: string, number: string): Call[] {
    return this.#callsOf(this.legsOf(tenant, { kind: 'extension', number }));
  }

  /** The call that a leg is in now; undefined: it has ended, or is nobody's. */
  callOf(leg: Leg): Call | undefined {
    return this.#legs.get(leg);
  }

  /** Legs of an extension's phone or of a number outside, whatever they are in, the oldest first. */
  legsOf(tenant: string, { kind, number }: Destination): readonly Leg[] {
    if (kind === 'extension') return [...(this.#extensions.get(`${tenant}/${number}`) ?? [])];
    // Looks at every leg: it is people who ask for a number outside.
    const isIts = ({ party }: Leg) =>
      party?.kind === 'line' && party.number === number && party.tenant === tenant;
    return [...this.#legs.keys()].filter(isIts);
  }

  ofLine(tenant: string, number: string): Call[] {
    return this.#callsOf(this.legsOf(tenant, { kind: 'line', number }));
  }

  /** Calls of the phone that an agent (坐席) sits at. */
  ofAgent(tenant: string, agent: string): Call[] {
    const seat = this.#seatOf(tenant, agent);
    return seat ? this.#callsOf(this.legsOf(tenant, seat)) : [];
  }

  /** The talk that a dialog of ours takes part in (RFC 3891); undefined when it is not in one. */
  talkOf(sip: SipLeg): Talk | undefined {
    return this.#talks.get(sip);
  }

  /** A talk begins with a dialog. Each talk takes its own out: a WeakMap would be walked through at every collection. */
  enter(sip: SipLeg, talk: Talk): void {
    this.#talks.set(sip, talk);
    this.events.emit('placeTaken', { talk, sip });
  }

  leave(sip: SipLeg): void {
    const talk = this.#talks.get(sip);
    if (!talk) return;
    this.#talks.delete(sip);
    this.events.emit('placeLeft', { talk, sip });
  }

  joined(leg: Leg, call: Call): void {
    this.events.emit('legJoined', { leg, call });
    const { party } = leg;
    if (!party || leg.sip.state === 'ended') return;
    const isNew = !this.#legs.has(leg);
    this.#legs.set(leg, call);
    if (!isNew) return;
    if (party.kind === 'extension') this.#index(leg, party);
    leg.sip.events.once('ended', () => this.#legEnded(leg, party));
    this.events.emit('legOpened', { tenant: party.tenant, party, leg, call });
  }

  changed(talk: Talk): void {
    this.events.emit('talkChanged', talk);
  }

  ended(call: Call): void {
    this.#calls.delete(call.id);
    this.events.emit('callEnded', call);
  }

  /** Ends every call; resolves when nothing of them is open. */
  async close(cause: CauseSlug): Promise<void> {
    const calls = [...this];
    const ended = calls.map((call) => new Promise<void>((done) => call.events.once('ended', () => done())));
    for (const call of calls) call.end(cause);
    await Promise.all(ended);
  }

  #callsOf(legs: readonly Leg[]): Call[] {
    return [...new Set(legs.map((leg) => this.#legs.get(leg)!))];
  }

  #begin(arrival: Arrival, source: CallSource, id?: CallId): Call {
    const call = new Call(this.#context, arrival, source, id);
    this.#calls.set(call.id, call);
    this.events.emit('callOpened', call);
    return call;
  }

  #legEnded(leg: Leg, party: Party): void {
    const call = this.#legs.get(leg)!;
    this.#legs.delete(leg);
    if (party.kind === 'extension') this.#unindex(leg, party);
    this.events.emit('legEnded', { tenant: party.tenant, party, leg, call });
  }

  #index(leg: Leg, { tenant, number }: Party): void {
    const key = `${tenant}/${number}`;
    const legs = this.#extensions.get(key);
    if (legs) legs.add(leg);
    else this.#extensions.set(key, new Set([leg]));
  }

  #unindex(leg: Leg, { tenant, number }: Party): void {
    const key = `${tenant}/${number}`;
    const legs = this.#extensions.get(key);
    legs?.delete(leg);
    if (legs?.size === 0) this.#extensions.delete(key);
  }
}

function sourceOf({ invite, sipCallId }: InboundLeg): CallSource {
  const { transport, address, port } = invite.source;
  return { source: `${transport}:${address}:${port}`, sipCallId };
}
