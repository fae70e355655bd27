import type { EndRequest, LegEnding, SipEdge, SipLeg } from '../edge/edge.ts';
import type { MediaEngine, PlayItem } from '../media/media.ts';
import { CAUSES, type CauseSlug } from '../shared/cause.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { ClosedError } from '../shared/errors.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';
import type { CallId, IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { Arrival, PartyName } from './arrival.ts';
import type { CallFactName, CallFacts, CallJournal, SegmentKind } from './call-events.ts';
import { CallNotes, type CallSource } from './call-notes.ts';
import type { CallerSpeech } from './caller-speech.ts';
import type { Leg } from './leg.ts';

/** What every call works with; one for the whole engine. */
export interface CallContext {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly journal: CallJournal;
  readonly edge: SipEdge;
  readonly media: MediaEngine;
  readonly calls: CallRegister;
  /** Without any RTP for so long a call ends with cause `dead-air`. */
  readonly rtpTimeoutMs: number;
}

/** How a call opens: what ringing, early media and the answer are for its caller. */
export interface Opening {
  /** The caller's. */
  readonly leg: Leg;
  /** The caller hears what is played. */
  readonly audible: boolean;
  ring(): void;
  /** Makes the caller's audio ready, so that what cannot be is known before anybody is rung; nothing is sent. */
  negotiate(): Promise<unknown>;
  earlyMedia(): Promise<void>;
  answer(): Promise<void>;
}

/** A conversation, as transfers and Replaces find it again by the dialog of one of its legs. */
export interface Conversation {
  readonly call: Call;
  /** Where the caller is parked (驻留); '' while he is not. */
  readonly slot: string;
  /** What the record of the call names who is at a number. */
  partyAt(number: string): PartyName;
  /** Somebody takes the place of that dialog's owner. */
  replace(owner: SipLeg, leg: Leg, who: PartyName): void;
  /**
   * Hands who talks with the owner of that dialog over to another call; this one ends. Undefined when there is nobody to
   * give.
   */
  giveAway(owner: SipLeg): { leg: Leg; who: PartyName } | undefined;
}

/** Who is being rung for a call, as a pick-up (抢接) finds it. */
export interface RingingNow {
  /** Whether the phone of that extension is rung; undefined: any extension. */
  rings(extension: string | undefined): boolean;
  /** The leg answers in the place of those who are rung. False: somebody else was first. */
  pickUp(leg: Leg): boolean;
  /** The phone of that extension, which rings, is rung anew and asked to answer by itself. False: it does not ring. */
  answerAt(extension: string): boolean;
}

/** What calls tell the registry of all calls, and ask of it; `Calls` is it. */
export interface CallRegister {
  /** A leg belongs to a call from now on: a new one, or one that another call gave away. */
  joined(leg: Leg, call: Call): void;
  /** The call's last fact is in the journal. */
  ended(call: Call): void;
  /** A conversation begins with a dialog, which must `leave` in the end. */
  enter(sip: SipLeg, talk: Conversation): void;
  leave(sip: SipLeg): void;
  /** It is in another state, or other people have a place in it. */
  changed(talk: Conversation): void;
  talkOf(sip: SipLeg): Conversation | undefined;
  ofTenant(tenant: string): readonly Call[];
}

export type CallState = 'arriving' | 'ringing' | 'answered' | 'ended';
export type EndedBy = 'caller' | 'engine' | 'target';

export interface CallOutcome {
  readonly cause: CauseSlug;
  readonly by: EndedBy;
  /** ITU-T Q.850 value that the far end gave (RFC 3326), where it differs from the cause's. */
  readonly q850?: number | undefined;
}

export interface CallLifeEvents {
  answered: undefined;
  /** The last fact is in the journal and nothing is open any more. */
  ended: CallOutcome;
}

/** Ring tone of GB/T 3380: 450 Hz, 1 s on, 4 s off. */
const RINGBACK_TONE: readonly PlayItem[] = [{ tone: 'ringback' }];

/** One for all: a stack would tell nothing and costs more than the rest of an ending. */
const CALL_ENDED = new ClosedError('the call');

/** What was told at once needs not be taken back. */
const TOLD: Subscription = { off: () => {} };

const NO_LEGS: readonly Leg[] = [];

/** One for all calls that ring nobody. */
const NOBODY: readonly RingingNow[] = [];

/** Work that must be finished before `ended` (closing a recording) gets so long. */
const FINISH_LIMIT_MS = 5_000;

/**
 * One call: the caller's leg and all the legs that it was connected to, from arrival to its one ending.
 *
 * ```
 * arriving -> ringing -> answered -> ended        (each may go straight to ended)
 * ```
 *
 * Features work on the call through the operations in this folder; the call keeps the facts (`note`), the
 * legs (`adopt`) and the ending (`end`).
 */
export class Call {
  readonly id: CallId;
  readonly context: CallContext;
  readonly arrival: Arrival;
  readonly #notes: CallNotes;
  /** Who the call serves: the leg that it opened with, until he hands it over. */
  #caller: Leg | undefined;
  readonly events = new TypedEvents<CallLifeEvents>();
  #abort: AbortController | undefined;
  #ending: TypedEvents<{ begun: undefined }> | undefined;
  /** Asked when the caller's leg has ended by itself; true: the call goes on, he has handed it over. */
  onCallerGone: ((ending: LegEnding) => boolean) | undefined;
  /** Those who are being rung now. */
  ringing: readonly RingingNow[] = NOBODY;
  /** Main number of the hotline that took it. */
  hotline: string | undefined;
  /** The language that its caller chose. */
  speech: CallerSpeech | undefined;
  /** Two at most in nearly every call: less than a Set's overhead. */
  #others = NO_LEGS;
  #unfinished = 0;
  /** Runs while the call waits for its work to be finished. */
  #limit: Timer | undefined;
  /** What the caller hears while somebody is rung for him; played over and over. */
  ringback: readonly PlayItem[] = RINGBACK_TONE;
  #opening: Opening | undefined;
  #state: CallState = 'arriving';
  #outcome: CallOutcome | undefined;
  #log: Logger | undefined;

  constructor(context: CallContext, arrival: Arrival, from: CallSource, id = context.ids.token() as CallId) {
    this.id = id;
    this.context = context;
    this.arrival = arrival;
    this.#notes = new CallNotes(context, id, arrival, from);
  }

  /** The call has its caller from now on; when his leg ends, it does. */
  open(opening: Opening): void {
    const { leg } = opening;
    this.#opening = opening;
    this.#caller = leg;
    this.detach(leg);
    this.context.calls.joined(leg, this);
    this.#livesWith(leg, 'caller');
  }

  /**
   * The caller leaves his place to another leg of the call: he transfers his partner (an agent who called a customer), or his leg
   * has died. From now on he is a leg like any other, and the call ends with `leg`.
   */
  handOver(leg: Leg): void {
    this.detach(leg);
    const before = this.caller;
    if (before.sip.state === 'ended') this.finish(before.close());
    else {
      this.#others = [...this.#others, before];
      before.sip.events.once('ended', () => this.release(before));
    }
    this.#caller = leg;
    this.#livesWith(leg, 'target');
  }

  /** The call ends with the leg in the caller's place. */
  #livesWith(leg: Leg, by: EndedBy): void {
    leg.sip.events.once('ended', (ending) => {
      if (leg !== this.#caller || this.onCallerGone?.(ending)) return;
      const { by: who, cause, q850 } = ending;
      this.end(cause, who === 'remote' ? by : 'engine', { q850 });
    });
  }

  /** Throws ClosedError while a call that we begin has no caller yet. */
  get opening(): Opening {
    if (!this.#opening) throw new ClosedError('the leg of the caller');
    return this.#opening;
  }

  /** Who the call serves and lives with. Throws ClosedError while there is nobody. */
  get caller(): Leg {
    return this.#caller ?? this.opening.leg;
  }

  isCaller(leg: Leg): boolean {
    return leg === this.#caller;
  }

  /** Whether a leg ends with this call. */
  has(leg: Leg): boolean {
    return leg === this.#caller || this.#others.includes(leg);
  }

  /** False while a call that we begin has no caller yet. */
  get hasCaller(): boolean {
    return this.#caller !== undefined;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Aborted when the call ends; its reason is a ClosedError. For code outside of this folder: see `onEnd`. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#outcome) this.#abort.abort(CALL_ENDED);
    }
    return this.#abort.signal;
  }

  /**
   * Calls `listener` when the call ends, before its legs do; at once when it has ended. What AbortSignal does, at a tenth
   * of the cost: every operation of every call waits for this.
   */
  onEnd(listener: () => void): Subscription {
    if (this.#outcome) {
      listener();
      return TOLD;
    }
    this.#ending ??= new TypedEvents();
    return this.#ending.once('begun', listener);
  }

  get outcome(): CallOutcome | undefined {
    return this.#outcome;
  }

  /** Milliseconds since 1970. */
  get arrivedAt(): number {
    return this.#notes.arrivedAt;
  }

  /**
   * Milliseconds since 1970 as the call counts them: on from its arrival, whatever happens to the machine's wall clock.
   * What is billed are differences of this.
   */
  now(): number {
    return this.#notes.now();
  }

  /** Log lines with the call's id. */
  get log(): Logger {
    this.#log ??= this.context.log.child({ callId: this.id });
    return this.#log;
  }

  /** Appends a fact to the journal; returns its place. After the end facts carry the time of the end. */
  note<Name extends CallFactName>(type: Name, fact: CallFacts[Name]): number {
    return this.#notes.note(type, fact);
  }

  /** Appends the fact that somebody is rung from now on. */
  noteRinging(rung: Parameters<CallNotes['ringing']>[0]): void {
    this.#notes.ringing(rung);
  }

  /**
   * To be awaited before anybody is told that there is a call, by an INVITE or a 200: it has a record from then on, whatever
   * becomes of the process. Undefined when that is so already. The call may have ended meanwhile.
   */
  kept(): Promise<void> | undefined {
    return this.#notes.kept();
  }

  /** Begins a segment; the one before ends. Repeating the current one does nothing. */
  segment(kind: SegmentKind, owner: string): void {
    this.#notes.segment(kind, owner);
  }

  /** The caller hears ringing (180). */
  ring(): void {
    if (this.#state !== 'arriving') return;
    this.#state = 'ringing';
    this.opening.ring();
  }

  /** Called by `answer` when the 200 was acknowledged. */
  markAnswered(): void {
    if (this.#state === 'ended' || this.#state === 'answered') return;
    this.#state = 'answered';
    this.note('answered', {});
    this.events.emit('answered', undefined);
  }

  /** Takes a leg into the call: it ends with the call. */
  adopt(leg: Leg): void {
    this.#others = [...this.#others, leg];
    leg.sip.events.once('ended', () => this.release(leg));
    this.context.calls.joined(leg, this);
  }

  /** Gives a leg away to another call: it goes on without this one. */
  detach(leg: Leg): void {
    this.#others = this.#others.filter((other) => other !== leg);
  }

  /** Lets go of a leg and frees its media. */
  release(leg: Leg): void {
    if (!this.#others.includes(leg)) return;
    this.detach(leg);
    this.finish(leg.close());
  }

  /** Work that the end of the call waits for, such as a recording that is being completed; may fail. */
  finish(work: Promise<unknown>): void {
    this.#unfinished += 1;
    work.then(this.#onFinished, this.#onFinished);
  }

  /** Throws ClosedError when the call has ended. */
  assertOpen(): void {
    if (this.#outcome) throw CALL_ENDED;
  }

  /**
   * The one ending, idempotent: stops what runs (signal), ends all legs, frees media, completes recordings,
   * then leaves the fact `ended`, the last.
   */
  end(cause: CauseSlug, by: EndedBy = 'engine', request: Omit<EndRequest, 'cause'> = {}): void {
    if (this.#outcome) return;
    this.#notes.end();
    this.#outcome = { cause, by, q850: request.q850 };
    this.#state = 'ended';
    this.#abort?.abort(CALL_ENDED);
    this.#ending?.emit('begun', undefined);
    this.#caller?.sip.end({ cause, ...request });
    for (const leg of this.#others) leg.sip.end({ cause: cause === 'normal' ? 'cancelled' : cause });
    this.#complete();
  }

  /** Frees the legs' media; the last fact follows when all work is finished. */
  #complete(): void {
    const legs = this.#caller ? [this.#caller, ...this.#others] : this.#others;
    this.#others = NO_LEGS;
    for (const leg of legs) this.finish(leg.close());
    if (legs.length === 0) this.finish(Promise.resolve());
    this.#limit = this.context.clock.after(FINISH_LIMIT_MS, () => {
      this.log.error({ unfinished: this.#unfinished }, 'call closed with work left open');
      this.#close();
    });
  }

  /** Work that finishes may ask for more to be finished: the end is where nothing is left of either. */
  readonly #onFinished = () => {
    this.#unfinished -= 1;
    if (this.#unfinished === 0 && this.#limit) this.#close();
  };

  #close(): void {
    this.#limit?.cancel();
    this.#limit = undefined;
    const outcome = this.#outcome!;
    const { cause, by } = outcome;
    const { q850, fault } = CAUSES[cause];
    this.note('ended', { cause, q850: outcome.q850 ?? q850, by, fault });
    this.context.calls.ended(this);
    this.events.emit('ended', outcome);
    this.events.clear();
  }
}
