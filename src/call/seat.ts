import type { LegEnding, ReferRequest } from '../edge/edge.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { Subscription } from '../shared/events.ts';
import type { PartyName } from './arrival.ts';
import type { Call, Conversation } from './call.ts';
import type { Leg } from './leg.ts';

/** Somebody with a place in a talk. */
export interface Member {
  readonly leg: Leg;
  readonly who: PartyName;
}

/** What a seat tells its talk. */
export interface SeatListener {
  /** A phone asks for a transfer (RFC 3515). */
  onRefer(leg: Leg, refer: ReferRequest): void;
  /** The far end begins to hold, or takes up again. */
  onHold(): void;
  /** The leg has ended by itself. `diedOf`: nobody hung up. */
  onLeft(leg: Leg, by: 'target' | 'engine', diedOf: CauseSlug | undefined): void;
}

/** Phone, network or audio of a leg that talked have gone: the far end did not hang up, nor did anybody of ours end it. */
export function causeOfDeath({ by, cause }: LegEnding): CauseSlug | undefined {
  if (by === 'edge') return cause;
  return by === 'local' && (cause === 'dead-air' || cause === 'media-lost') ? cause : undefined;
}

/** A leg's place in a talk: what it tells is heard as long as it has the place. */
export class Seat implements Member {
  readonly leg: Leg;
  readonly who: PartyName;
  readonly #call: Call;
  readonly #holds: Subscription;
  readonly #end: Subscription;
  /** The record says that the caller talks with him, or that the partner asks him. */
  #connected = false;
  #consulted = false;
  #onHold = false;

  constructor(talk: Conversation, listener: SeatListener, leg: Leg, who: PartyName) {
    const { call } = talk;
    this.#call = call;
    this.leg = leg;
    this.who = who;
    call.context.calls.enter(leg.sip, talk);
    leg.onRefer = (refer) => listener.onRefer(leg, refer);
    this.#holds = leg.onHold(() => listener.onHold());
    this.#end = leg.sip.events.once('ended', (ending) =>
      listener.onLeft(
        leg,
        ending.by === 'remote' || leg.hungUpByTone ? 'target' : 'engine',
        causeOfDeath(ending),
      ),
    );
  }

  /** He holds, or an operation holds for him. */
  get held(): boolean {
    return this.leg.held || this.#onHold;
  }

  /** Holds or takes up again for him; what his phone does by itself stays. */
  hold(held: boolean): void {
    this.#onHold = held;
  }

  /** He talks with the caller: noted once. */
  connect(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.#call.note('connected', { target: this.who.name, kind: this.who.kind });
  }

  /** The partner asks him, and the caller waits: noted. */
  consult(): void {
    this.#consulted = true;
    this.#call.note('consulted', { target: this.who.name, kind: this.who.kind });
  }

  /** He was the caller of the talk so far. */
  wasCaller(): void {
    this.#connected = true;
  }

  /** Gives the place back; `by`: noted as who ended his part. */
  leave(by: 'caller' | 'target' | 'engine' | undefined): void {
    this.#holds.off();
    this.#end.off();
    this.#call.context.calls.leave(this.leg.sip);
    this.leg.onRefer = undefined;
    if (by && (this.#connected || this.#consulted))
      this.#call.note('disconnected', { target: this.who.name, by });
  }
}
