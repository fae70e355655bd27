import type { ReferRequest, SipLeg } from '../edge/edge.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { Subscription } from '../shared/events.ts';
import type { CallId } from '../shared/ids.ts';
import type { PartyName } from './arrival.ts';
import type { Call, Conversation } from './call.ts';
import type { CallFacts } from './call-events.ts';
import type { Leg } from './leg.ts';
import { type Monitoring, rolesOf } from './monitoring.ts';
import { OperationError } from './operation-error.ts';
import { TalkRecording } from './record.ts';
import { causeOfDeath, type Member, Seat, type SeatListener } from './seat.ts';
import { TalkMedia } from './talk-media.ts';
import type {
  Expected,
  Invitation,
  Reconnection,
  TalkEnd,
  TalkOptions,
  TalkOutcome,
} from './talk-options.ts';
import { type Places, segmentOf, type TalkState, type TalkStep, transition, wiringOf } from './talk-state.ts';

/** One for all talks of three at most. */
const NO_GUESTS: readonly Seat[] = [];

/** A partner whose leg died, and how he is invited again. */
export type Lost = Member & { readonly invitation: Invitation };

/** A caller who is parked (驻留). */
export interface Parked {
  readonly slot: string;
  /** Who parked him; undefined: nobody had the other place. */
  readonly by: PartyName | undefined;
  /** When, ms since 1970. */
  readonly at: number;
}

/** What operations do in a talk that nobody calls: they stand above it. */
export interface TalkServices {
  /** Answers a phone's REFER. */
  answerRefer(talk: Talk, leg: Leg, refer: ReferRequest): void;
  /** Brings a partner back whose leg died. */
  reconnect(talk: Talk, lost: Lost, how: Reconnection): void;
}

/**
 * One conversation of a caller: who has a place in it, in which state it is (`talk-state.ts`), and what follows from that
 * for audio, record and recording. Operations (one a file in this folder) take steps and give places.
 */
export class Talk implements Conversation {
  readonly call: Call;
  readonly options: TalkOptions;
  readonly recording: TalkRecording;
  readonly media: TalkMedia;
  readonly #services: TalkServices;
  readonly #listener: SeatListener;
  #state: TalkState = 'talking';
  #caller!: Seat;
  #partner: Seat | undefined;
  #third: Seat | undefined;
  /** In a conference of more than three. */
  #guests: readonly Seat[] = NO_GUESTS;
  readonly #monitors = new Map<Leg, Monitoring>();
  /** Hear of the ends of monitors. */
  #watched: Map<Leg, Subscription> | undefined;
  #expected: Expected | undefined;
  #parked: Parked | undefined;
  #lostBy: CauseSlug = 'failure';
  #finish: (end: TalkEnd) => void = () => {};

  constructor(call: Call, options: TalkOptions, services: TalkServices) {
    this.call = call;
    this.options = options;
    this.#services = services;
    this.#listener = {
      onRefer: (leg, refer) => services.answerRefer(this, leg, refer),
      onHold: () => void this.#enter(this.#state),
      onLeft: (leg, by, diedOf) => this.#left(leg, by, diedOf),
    };
    this.recording = new TalkRecording(call, options.recorder);
    this.media = new TalkMedia(call.context.media, call.id, options.music);
  }

  get state(): TalkState {
    return this.#state;
  }
  /** Who has a place now. */
  get places(): Places<Member> {
    return this.#places;
  }
  /** Where the caller is parked; empty when he is not. */
  get slot(): string {
    return this.#parked?.slot ?? '';
  }
  /** The same, with who parked him and since when; undefined: he is not parked. */
  get parked(): Parked | undefined {
    return this.#parked;
  }

  /** Resolves when the caller is alone again; rejects with ClosedError when the call has ended. */
  async run(first: Leg): Promise<TalkOutcome> {
    const { call, options } = this;
    call.assertOpen();
    const startedAt = call.now();
    if (first.sip.state === 'ended') return { by: 'target', talkMs: 0 };
    const over = new Promise<TalkEnd>((resolve) => {
      this.#finish = resolve;
    });
    const ending = call.onEnd(() => this.#callEnded());
    call.onCallerGone = (how) => this.#partner !== undefined && this.#invite(this.#caller, causeOfDeath(how));
    let end: TalkEnd;
    try {
      this.#caller = this.#seat(call.caller, this.#callerName());
      this.#partner = this.#seat(first, { name: first.name, kind: options.kind });
      await this.#enter('talking');
      if (options.record && !this.#isOver) this.recording.begin();
      end = await over;
    } finally {
      ending.off();
      call.onCallerGone = undefined;
      this.recording.stop();
      call.caller.forgetDigits();
    }
    await this.media.close();
    if (end.kind === 'failed') throw end.error;
    if (end.kind === 'given-away') call.end('transferred', 'target');
    if (end.kind === 'inside') await end.serve();
    const lostBy = end.kind === 'lost' ? end.cause : undefined;
    if (lostBy && call.caller !== call.opening.leg) call.end(lostBy);
    // what the caller would do next is nothing to who has his place now
    if (end.kind === 'inside' || call.caller !== call.opening.leg) call.end('normal', 'target');
    call.assertOpen();
    const talkMs = call.now() - startedAt;
    if (lostBy) return { by: 'engine', talkMs, lostBy };
    return { by: end.kind === 'engine' ? 'engine' : 'target', talkMs };
  }

  /** The state that a step leads to. Throws OperationError when it is not legal now. */
  check(step: TalkStep): TalkState {
    const next = transition(this.#state, step);
    if (next) return next;
    throw new OperationError('wrong-state', `the talk is ${this.#state}: ${step} is not possible`);
  }

  /** Takes a step; resolves when all hear what follows from it. Throws OperationError. */
  step(step: 'alternate' | 'confer' | 'consult' | 'withdraw'): Promise<void> {
    return this.#enter(this.check(step));
  }

  /** Somebody takes the partner's place; who had it leaves. Whoever comes too late is let go. */
  join(leg: Leg, who: PartyName): Promise<void> {
    const next = transition(this.#state, 'join');
    if (!next || leg.sip.state === 'ended') {
      leg.sip.end({ cause: 'normal' });
      return Promise.resolve();
    }
    this.#dismiss(this.#partner, 'target');
    this.#partner = this.#seat(leg, who);
    this.#parked = undefined;
    return this.#enter(next);
  }

  /** A third gets a place: beside the partner who asks him, or in a conference, where there may be more of them. */
  joinThird(leg: Leg, who: PartyName, step?: 'confer'): Promise<void> {
    const next = step ? this.check(step) : this.#state;
    const seat = this.#seat(leg, who);
    if (this.#third) this.#guests = [...this.#guests, seat];
    else this.#third = seat;
    if (!step) seat.consult();
    return this.#enter(next);
  }

  /** The partner leaves, and the third takes his place. Throws OperationError. */
  promoteThird(): Promise<void> {
    const next = this.check('complete');
    if (!this.#third) throw new OperationError('no-such-party', 'nobody has answered who could take over');
    this.#dismiss(this.#partner, 'target');
    this.#partner = this.#third;
    this.#third = undefined;
    return this.#enter(this.#guestMovesUp() ? 'conference' : next);
  }

  /** The third's place is free: a guest of the conference gets it. False: there is none, two are left. */
  #guestMovesUp(): boolean {
    [this.#third, ...this.#guests] = this.#guests;
    return this.#third !== undefined;
  }

  /**
   * The partner leaves the caller alone: parked in `slot`, waiting for somebody who is rung, or for himself, whose leg died. Throws
   * OperationError.
   */
  leaveCaller(step: 'park' | 'wait' | 'lose', slot = ''): Promise<void> {
    const next = this.check(step);
    const by = this.#partner?.who;
    this.#dismiss(this.#partner, step === 'lose' ? 'engine' : 'target');
    this.#parked = slot === '' ? undefined : { slot, by, at: this.call.context.clock.now() };
    return this.#enter(next);
  }

  /** Caller and partner change places: the call is the partner's then, and the other may leave it. Throws OperationError. */
  turnAround(): void {
    this.check('turn');
    if (!this.#partner) return;
    this.call.handOver(this.#partner.leg);
    [this.#caller, this.#partner] = [this.#partner, this.#caller];
    this.#partner.wasCaller();
  }

  /** Who is being rung for this talk. */
  get expected(): Expected | undefined {
    return this.#expected;
  }

  /** Somebody is rung for this talk. Throws OperationError: one at a time. */
  expect(expected: Expected): void {
    const { to } = this.#expected ?? {};
    if (to) throw new OperationError('wrong-state', `${to} is being rung already`);
    this.#expected = expected;
  }

  /** Who was expected has come, or will not: then a caller who waits alone goes back to where his call was before the talk. */
  expectNobody(): void {
    this.#expected = undefined;
    if (this.#state === 'waiting') this.#end({ kind: 'target' });
    if (this.#state === 'reconnecting') this.#end({ kind: 'lost', cause: this.#lostBy });
  }

  /** Holds for somebody, or takes up again; what his phone does by itself stays. */
  setHold(leg: Leg, held: boolean): Promise<void> {
    const seats = [this.#caller, this.#partner, this.#third, ...this.#guests];
    seats.find((seat) => seat?.leg === leg)?.hold(held);
    return this.#enter(this.#state);
  }

  /** Takes a monitor in, changes how he takes part, or lets him go. */
  setMonitor(leg: Leg, monitoring: Monitoring | undefined): Promise<void> {
    if (monitoring && !this.#monitors.has(leg)) {
      this.#watched ??= new Map();
      const gone = () => void this.setMonitor(leg, undefined);
      this.#watched.set(leg, leg.sip.events.once('ended', gone));
    }
    if (monitoring) this.#monitors.set(leg, monitoring);
    else this.#forgetMonitor(leg);
    return this.#enter(this.#state);
  }

  /** Somebody's part is over, but the caller's: his is the call's end. */
  leave(leg: Leg, by: 'target' | 'engine'): void {
    const third = this.#third;
    const guest = this.#guests.find((seat) => seat.leg === leg);
    if (guest) {
      this.#dismiss(guest, by);
      void this.#enter(this.#state);
    } else if (leg === third?.leg) {
      this.#dismiss(third, by);
      void (this.#guestMovesUp() ? this.#enter('conference') : this.step('withdraw'));
    } else if (leg === this.#partner?.leg) {
      this.#dismiss(this.#partner, by);
      if (third) void this.promoteThird();
      else if (this.#expected) void this.leaveCaller('wait');
      else this.#end({ kind: by });
    }
  }

  /** Somebody's leg has ended by itself: the partner may come back, where nobody hung up. */
  #left(leg: Leg, by: 'target' | 'engine', diedOf: CauseSlug | undefined): void {
    const isPartner = leg === this.#partner?.leg;
    if (!isPartner || !this.#invite(this.#partner!, diedOf)) this.leave(leg, by);
  }

  /** Has who was lost invited again, the caller as the partner of who he talked with. False: he does not come back. */
  #invite({ leg, who }: Seat, diedOf: CauseSlug | undefined): boolean {
    const isAlone = !this.#third && !this.#expected && transition(this.#state, 'lose') !== undefined;
    const { reconnection } = this.options;
    const invitation = diedOf && isAlone ? reconnection?.invitation(leg, who) : undefined;
    if (!invitation) return false;
    this.#lostBy = diedOf!;
    if (leg === this.#caller.leg) this.turnAround();
    reconnection!.onLost(leg);
    this.#services.reconnect(this, { leg, who, invitation }, reconnection!);
    return true;
  }

  partyAt(number: string): PartyName {
    return this.options.directory.party(number, this.call.arrival.tenantId);
  }

  replace(owner: SipLeg, leg: Leg, who: PartyName): void {
    const third = [this.#third, ...this.#guests].find((seat) => seat?.leg.sip === owner);
    if (third) {
      this.noteJoined(who, { reason: 'replace', by: third.who.name });
      this.#dismiss(third, 'target');
      void this.joinThird(leg, who, this.#state === 'conference' ? 'confer' : undefined);
      return;
    }
    const isCaller = owner === this.#caller.leg.sip;
    if (isCaller && !transition(this.#state, 'turn')) return leg.sip.end({ cause: 'normal' });
    if (isCaller) this.turnAround();
    this.noteJoined(who, { reason: 'replace', by: this.#partner?.who.name ?? '' });
    void this.join(leg, who);
  }

  /** Leaves in the record how somebody comes in who was not rung for this call; before he gets his place. */
  noteJoined(
    { name, kind }: PartyName,
    how: Pick<CallFacts['joined'], 'reason' | 'by'> & { fromCall?: CallId | undefined },
  ): void {
    this.call.note('joined', { target: name, kind, fromCall: undefined, ...how });
  }

  giveAway(owner: SipLeg): Member | undefined {
    if (!this.#partner || !transition(this.#state, 'turn')) return undefined;
    if (owner === this.#partner.leg.sip) this.turnAround();
    const { leg, who } = this.#partner;
    this.#partner.leave('target');
    this.#partner = undefined;
    this.call.detach(leg);
    this.#end({ kind: 'given-away' });
    return { leg, who: who.kind === 'extension' ? this.partyAt(who.name) : who };
  }

  /** The caller leaves the talk for something of the tenant's own, such as a queue; his call ends with that. */
  goInside(serve: () => Promise<unknown>): void {
    this.#end({ kind: 'inside', serve });
  }

  get #places(): Places<Seat> {
    return { caller: this.#caller, partner: this.#partner, third: this.#third, guests: this.#guests };
  }

  get #isOver(): boolean {
    return this.#state === 'over';
  }

  /** What the record calls the caller when he is not the caller any more. */
  #callerName(): PartyName {
    const { party, caller, tenantId } = this.call.arrival;
    const isColleague = party?.kind === 'extension' && party.tenant === tenantId;
    return isColleague ? this.partyAt(party.number) : { name: caller, kind: 'line' };
  }

  #seat(leg: Leg, who: PartyName): Seat {
    return new Seat(this, this.#listener, leg, who);
  }

  /** Takes somebody's place away and ends his leg. */
  #dismiss(seat: Seat | undefined, by: 'target' | 'engine'): void {
    if (!seat) return;
    if (seat === this.#partner) this.#partner = undefined;
    if (seat === this.#third) this.#third = undefined;
    if (this.#guests.includes(seat)) this.#guests = this.#guests.filter((guest) => guest !== seat);
    seat.leave(by);
    seat.leg.sip.end({ cause: 'normal' });
  }

  /** Enters a state, with all that follows from it. Repeating one looks again at who holds. */
  #enter(wanted: TalkState): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const places = this.#places;
    const { caller, partner, third } = places;
    const isHeld = caller.held || partner?.held || third?.held;
    const state = transition(wanted, isHeld ? 'hold' : 'resume') ?? wanted;
    if (state !== this.#state) this.options.onState?.(state);
    this.#state = state;
    if (state !== 'consulting') partner?.connect();
    if (state === 'conference') for (const seat of [third, ...this.#guests]) seat?.connect();
    const told = { rung: this.#expected?.to ?? '', slot: this.slot };
    const { kind, owner } = segmentOf(state as Exclude<TalkState, 'over'>, places, told);
    this.call.segment(kind, owner);
    this.recording.follow(places);
    this.call.context.calls.changed(this);
    const wiring = wiringOf(state, places);
    const talkers = wiring.talkers.map(({ leg }) => leg);
    const waiting = wiring.waiting.map(([{ leg }, what]) => [leg, what] as const);
    const done = this.media.set({ talkers, waiting, monitors: rolesOf(this.#monitors, talkers) });
    done.catch((error: unknown) => this.#end({ kind: 'failed', error }));
    return done;
  }

  /** At once, not when the flow has unwound: the record must have it before the end of the call. */
  #callEnded(): void {
    for (const seat of [...this.#guests, this.#third, this.#partner]) seat?.leave('caller');
    this.#guests = NO_GUESTS;
    this.#third = undefined;
    this.#partner = undefined;
    this.#end({ kind: 'caller' });
    this.call.finish(this.media.close());
  }

  #end(end: TalkEnd): void {
    if (this.#isOver) return;
    this.#state = 'over';
    this.call.context.calls.changed(this);
    this.#expected?.abandon();
    this.#caller.leave(undefined);
    for (const seat of [...this.#guests, this.#third]) this.#dismiss(seat, 'engine');
    this.#dismiss(this.#partner, end.kind === 'inside' ? 'target' : 'engine');
    for (const leg of [...this.#monitors.keys()]) {
      this.#forgetMonitor(leg);
      // one who has a call of his own goes on to other talks
      if (this.call.has(leg)) leg.sip.end({ cause: 'normal' });
    }
    this.#finish(end);
  }

  #forgetMonitor(leg: Leg): void {
    this.#watched?.get(leg)?.off();
    this.#watched?.delete(leg);
    this.#monitors.delete(leg);
  }
}
