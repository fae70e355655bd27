import type { Call, RingingNow } from '../call/call.ts';
import type { Leg } from '../call/leg.ts';
import { ClosedError } from '../shared/errors.ts';
import { TypedEvents } from '../shared/events.ts';
import type { Offer, Offered, Refusal } from './core/commands.ts';
import type { AcdInput, RingMiss, Told } from './core/inputs.ts';
import type { Place } from './core/place.ts';

/** What a caller wants of a queue, and what the queue has to know of him. */
export type Wants = Omit<Told<'asked'>, 'type' | 'visit' | 'callId' | 'caller' | 'queue'>;

/** Agents to ring for a caller now. */
export interface Turn {
  readonly reservation: number;
  /** Also those who came later. */
  readonly agents: readonly Offered[];
  readonly ringMs: number;
  /** Who is to be rung too while it rings; all ring for `ringMs` from then on. */
  readonly more: TypedEvents<{ agent: Offered }>;
  /** Aborted when nobody is to ring any more: who answers then is let go. */
  readonly over: AbortSignal;
}

/** A turn, and what its owner does with it. */
interface GivenTurn {
  readonly turn: Turn & { readonly agents: Offered[] };
  readonly over: AbortController;
}

/** Where a caller is to wait instead. */
export interface Move {
  readonly to: string;
  /** Whose word that is. */
  readonly by: string;
  /** His place: that of who joined then, ms since 1970. */
  readonly since: number;
}

/** Where what happens to callers is told. */
export interface VisitHost {
  take(input: AcdInput): void;
  /** The id of a leg. */
  idOf(leg: Leg): string;
  legEnded(leg: Leg): void;
  /** Where the caller of a visit stands in line. */
  placeOf(visit: string): Place | undefined;
}

/** A caller at a queue, as the one who leads him sees it: he asks to come in, gets his turns, and tells what became of them. */
export class Visit implements RingingNow {
  readonly id: string;
  /** Undefined: a promise to call back stands in line, and nobody is rung for it. */
  #call: Call | undefined;
  /** Whether his own call is what lasts while he waits. */
  readonly #isCaller: boolean;
  /** Why a promise was not kept so far: for the record of the call in which it is. */
  #whyNot: readonly [step: string, why: string] | undefined;
  /** When he asked to come in, as his call counts time; undefined: he is called back. */
  readonly askedAt: number | undefined;
  #refusal: Refusal | undefined;
  readonly #host: VisitHost;
  /** Number that agents' phones show; the caller's by default. */
  shows: string | undefined;
  /** The turn that he has, or is to be given. */
  #turn: GivenTurn | undefined;
  #isTaken = false;
  /** Ids of legs that died while their agents are invited again: the host has forgotten them. */
  readonly #lost = new Map<Leg, string>();
  #gaveUp = false;
  #move: Move | undefined;
  /** Who has taken him out of the line. */
  #picker: Leg | undefined;
  #waiting: ((turn: Turn | undefined) => void) | undefined;

  /** `call`: undefined for a promise to call back. */
  constructor(id: string, call: Call | undefined, refusal: Refusal | undefined, host: VisitHost) {
    this.id = id;
    this.#call = call;
    this.#isCaller = call !== undefined;
    this.askedAt = call?.now();
    this.#refusal = refusal;
    this.#host = host;
  }

  /** The call that agents are rung for. Throws ClosedError when a promise has none now. */
  get call(): Call {
    if (!this.#call) throw new ClosedError('the call back');
    return this.#call;
  }

  /** He hung up, and nobody has said that he left. */
  get isOver(): boolean {
    return this.#isCaller && this.#call?.outcome !== undefined;
  }

  /** The call in which a promise is kept, while agents are rung for it; undefined: no more. */
  lend(call: Call | undefined): void {
    this.#call = call;
    if (call && this.#whyNot) this.explain(...this.#whyNot);
  }

  /** Leaves a why in the record. */
  explain(step: string, why: string): void {
    if (this.#call) this.#call.note('step', { step, why });
    else this.#whyNot = [step, why];
  }

  /** Why he may not come in, or not wait any longer; undefined: he may. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Where he stands in line; undefined: he is in none. */
  get place(): Place | undefined {
    return this.#host.placeOf(this.id);
  }

  /** He takes his place in the line; `since`: that of who joined then, ms since 1970. */
  join(since?: number): void {
    this.#host.take({ type: 'joined', visit: this.id, since });
  }

  /**
   * His next turn; undefined: he gave up before it, or somebody took him (`picker`). Rejects with ClosedError when the call has ended.
   */
  async next(): Promise<Turn | undefined> {
    const call = this.#call;
    call?.assertOpen();
    if (this.#gaveUp) return undefined;
    if (this.#turn && !this.#isTaken) return this.#take();
    const coming = new Promise<Turn | undefined>((resolve) => {
      this.#waiting = (turn) => {
        this.#waiting = undefined;
        resolve(turn);
      };
    });
    if (call) call.ringing = [...call.ringing, this];
    const ending = call?.onEnd(() => this.#waiting?.(undefined));
    const turn = await coming;
    if (call) call.ringing = call.ringing.filter((other) => other !== this);
    ending?.off();
    call?.assertOpen();
    return turn;
  }

  /** Who has taken him out of the line; told once. */
  picker(): Leg | undefined {
    const picker = this.#picker;
    this.#picker = undefined;
    return picker;
  }

  /** No phone rings for who waits in line: who takes him must want him, not any call that rings. */
  rings(): boolean {
    return false;
  }

  answerAt(): boolean {
    return false;
  }

  pickUp(leg: Leg): boolean {
    if (!this.#waiting) return false;
    this.#picker = leg;
    this.#waiting(undefined);
    return true;
  }

  /** Somebody who was rung has answered. False: too late, he is to be let go. */
  answered({ reservation, over }: Turn, agent: string, leg: Leg): boolean {
    this.#host.take({ type: 'answered', visit: this.id, reservation, agent, leg: this.#host.idOf(leg) });
    this.#watch(leg);
    return !over.aborted;
  }

  /** The leg that an agent talks on died: he is invited again. */
  seatLost(leg: Leg): void {
    const id = this.#host.idOf(leg);
    this.#lost.set(leg, id);
    this.#host.take({ type: 'seat-lost', leg: id });
  }

  /** He has answered again. */
  seatBack(lost: Leg, leg: Leg): void {
    this.#host.take({ type: 'seat-back', lost: this.#foundAgain(lost), leg: this.#host.idOf(leg) });
    this.#watch(leg);
  }

  /** He did not come back. */
  seatGone(lost: Leg, refused: boolean): void {
    this.#host.take({ type: 'seat-gone', lost: this.#foundAgain(lost), refused });
  }

  /** Somebody is rung no longer; `miss`: see {@link AcdInput}. */
  ringFailed({ reservation }: Turn, agent: string, miss: RingMiss | undefined): void {
    this.#host.take({ type: 'ring-failed', reservation, agent, miss });
  }

  /** A colleague who was not rung has taken the call (抢接), on that leg; `agent`: undefined, none sits there. */
  pickedUp(leg: Leg, agent: string | undefined): void {
    // He needs none that he was given meanwhile.
    this.#turn = undefined;
    this.#host.take({ type: 'picked-up', visit: this.id, agent, leg: this.#host.idOf(leg) });
    this.#watch(leg);
  }

  /** Whether a caller waits in that call: no promise of a call back. */
  isOf(callId: string): boolean {
    return this.#isCaller && this.#call?.id === callId;
  }

  /** He is to wait elsewhere. False: he waits no longer. */
  move(where: Omit<Move, 'since'>): boolean {
    const { place } = this;
    if (!place || this.#gaveUp) return false;
    this.#move = { ...where, since: place.since };
    this.#host.take({ type: 'moved', visit: this.id });
    this.giveUp();
    return true;
  }

  /** Where he is to wait instead; undefined: here. */
  get moved(): Move | undefined {
    return this.#move;
  }

  /** Who answered hung up before the talk. `agent`: undefined where he is none. */
  return(agent: string | undefined): void {
    this.#host.take({ type: 'returned', visit: this.id, agent });
  }

  /** Waits no longer: whoever is rung for him is let go. */
  giveUp(): void {
    this.#gaveUp = true;
    this.#turn?.over.abort();
    this.#waiting?.(undefined);
  }

  /** He has nothing to do with the queue any more. */
  leave(): void {
    this.giveUp();
    this.#host.take({ type: 'left', visit: this.id });
  }

  /** He is to leave the line. */
  turnOut(refusal: Refusal): void {
    this.#refusal = refusal;
    this.giveUp();
  }

  /** It is his turn. */
  offer({ reservation, agents, ringMs }: Offer): void {
    const over = new AbortController();
    const more = new TypedEvents<{ agent: Offered }>();
    this.#turn = { turn: { reservation, agents: [...agents], ringMs, more, over: over.signal }, over };
    this.#isTaken = false;
    this.#waiting?.(this.#take());
  }

  /** Others are to be rung for him too. */
  offerMore({ reservation, agents }: Offer): void {
    const turn = this.#turn?.turn;
    if (turn?.reservation !== reservation) return;
    turn.agents.push(...agents);
    for (const agent of agents) turn.more.emit('agent', agent);
  }

  /** A turn is over without his doing. */
  letGo(reservation: number): void {
    if (this.#turn?.turn.reservation !== reservation) return;
    this.#turn.over.abort();
    if (!this.#isTaken) this.#turn = undefined;
  }

  #foundAgain(lost: Leg): string {
    const id = this.#lost.get(lost)!;
    this.#lost.delete(lost);
    return id;
  }

  #watch(leg: Leg): void {
    const ended = () => this.#host.legEnded(leg);
    if (leg.sip.state === 'ended') ended();
    else leg.sip.events.once('ended', ended);
  }

  #take(): Turn {
    this.#isTaken = true;
    return this.#turn!.turn;
  }
}
