import type { LegEnding, OutboundLeg } from '../edge/edge.ts';
import type { MediaEndpoint } from '../media/media.ts';
import type { Timer } from '../shared/clock.ts';
import { ClosedError, causeOf } from '../shared/errors.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { reportQuality } from './audio-quality.ts';
import type { Call, RingingNow } from './call.ts';
import type { JoinReason } from './call-events.ts';
import type { Destination, Directory, Resolved, RingRoute } from './destination.ts';
import { forwardWhen } from './forwards.ts';
import { Leg } from './leg.ts';
import { type Ending, RingOutcomes } from './ring-outcomes.ts';
import { RingWays } from './ring-ways.ts';
import {
  asksItself,
  failureOf,
  type Refusal,
  type RingFailure,
  type RingOptions,
  type RingOutcome,
  type RingResult,
  type RingTarget,
  UNDELIVERED,
} from './rung.ts';
import { watchAudio } from './watch-audio.ts';
import { withOffer } from './with-offer.ts';

export type { Refusal, RingFailure, RingOptions, RingOutcome, RingResult, RingTarget };

/**
 * Rings one target or several together; the first that answers wins, the others are cancelled. Each target's
 * outcome is noted in the call's record. Nobody is rung for a caller whose audio cannot be had: his call ends. Rejects
 * with ClosedError when the call ends.
 */
export function ring(
  call: Call,
  directory: Directory,
  targets: readonly RingTarget[],
  options: RingOptions,
): Promise<RingResult> {
  return new Ringing(call, directory, targets, options).run();
}

const noAnswerIn = (ringMs: number) => `no answer in ${Math.round(ringMs / 1000)} s`;

class Ringing implements RingingNow {
  readonly #call: Call;
  readonly #directory: Directory;
  #targets: readonly RingTarget[];
  readonly #options: RingOptions;
  readonly #attempts = new Attempts();
  readonly #outcomes: RingOutcomes;
  readonly #ways: RingWays;
  /** Of those who ring for less time than all may. */
  #answerTimers: readonly Timer[] = [];
  #resolve: (result: RingResult) => void = () => {};
  #winner: Leg | undefined;
  /** Phones that said so first of all (180). */
  readonly #rang = new WeakSet<Leg>();
  /** Who has answered, and is asked whether he takes the call. */
  readonly #asked = new WeakSet<Leg>();
  #limit: Timer | undefined;
  #starting = 0;
  #over = false;

  constructor(call: Call, directory: Directory, targets: readonly RingTarget[], options: RingOptions) {
    this.#call = call;
    this.#directory = directory;
    this.#targets = targets;
    this.#options = options;
    this.#outcomes = new RingOutcomes(call, options);
    this.#ways = new RingWays(call, directory, options, {
      invite: (attempt, route) => this.#begin(attempt, route),
      conclude: (...outcome) => this.#conclude(...outcome),
      awaitAnswer: (target, destination, ringMs) => this.#awaitAnswer(target, destination, ringMs),
    });
  }

  rings(extension: string | undefined): boolean {
    if (asksItself(this.#options)) return false;
    return this.#targets.some(
      ({ destination: { kind, number } }) =>
        kind === 'extension' && (extension === undefined || number === extension),
    );
  }

  pickUp(leg: Leg): boolean {
    const { party } = leg;
    if (this.#over || !party || asksItself(this.#options)) return false;
    const { kind } = this.#directory.party(party.number, party.tenant);
    const target = { name: leg.name, kind, destination: { kind: party.kind, number: party.number } };
    this.#win(leg, target, 'pick-up');
    return true;
  }

  answerAt(extension: string): boolean {
    const ringing = this.#attempts.where(
      ({ leg, destination: { kind, number } }) =>
        kind === 'extension' && number === extension && leg.sip.state !== 'confirmed',
    );
    const [first] = ringing;
    if (!first || this.#over || this.#winner) return false;
    this.#attempts.letGo(ringing, 'cancelled');
    this.#ways.answersAt = extension;
    this.#ways.start(first.target, first.destination, this.#options.asker);
    this.#settleIfOver();
    return true;
  }

  async run(): Promise<RingResult> {
    const call = this.#call;
    call.assertOpen();
    this.#options.more?.((target) => this.#add(target));
    const kept = call.kept();
    if (call.hasCaller) await call.opening.negotiate();
    if (kept) await kept;
    call.assertOpen();
    this.#outcomes.begin();
    call.ringing = [...call.ringing, this];
    const stop = () => this.#stop('cancelled', 'no longer needed');
    this.#setLimit();
    const ending = call.onEnd(stop);
    this.#options.signal?.addEventListener('abort', stop, { once: true });
    try {
      const result = await new Promise<RingResult>((resolve) => {
        this.#resolve = resolve;
        for (const target of this.#targets) this.#ring(target);
        this.#settleIfOver();
      });
      call.assertOpen();
      return result;
    } finally {
      call.ringing = call.ringing.filter((other) => other !== this);
      this.#limit?.cancel();
      for (const answering of this.#answerTimers) answering.cancel();
      ending.off();
      this.#options.signal?.removeEventListener('abort', stop);
    }
  }

  #setLimit(): void {
    const { ringMs } = this.#options;
    this.#limit?.cancel();
    this.#limit = this.#call.context.clock.after(ringMs, () => this.#limitReached(noAnswerIn(ringMs)));
  }

  /** Who has answered and is asked has a time of his own. */
  #limitReached(why: string): void {
    const asked = this.#attempts.where(({ leg }) => this.#asked.has(leg)).map(({ target }) => target);
    if (asked.length === 0) return this.#stop('no-answer', why);
    for (const target of this.#targets) {
      if (asked.includes(target)) continue;
      this.#conclude(target, 'no-answer', why, { cause: 'no-answer' }, this.#attempts.wayOf(target));
    }
    const ringing = this.#attempts.where(({ target }) => !asked.includes(target));
    this.#attempts.letGo(ringing, 'cancelled');
  }

  /** Rings one more; with the others, where that has not begun. */
  #add(target: RingTarget): void {
    if (this.#over) return;
    this.#targets = [...this.#targets, target];
    if (!this.#limit) return;
    this.#setLimit();
    this.#ring(target);
    this.#settleIfOver();
  }

  /** Rings one, for as long as it may be rung. */
  #ring(target: RingTarget): void {
    this.#outcomes.rings(target);
    this.#ways.start(target, target.destination, target.asker ?? this.#options.asker);
    const { ringMs } = target;
    if (ringMs === undefined || ringMs >= this.#options.ringMs) return;
    this.#after(
      ringMs,
      (one) => one.target === target,
      (ringing) => {
        const why = noAnswerIn(ringMs);
        this.#conclude(target, 'no-answer', why, { cause: 'no-answer' }, ringing[0]!.way);
        this.#attempts.letGo(ringing, 'cancelled');
      },
    );
  }

  /** After so long a ringing the call goes on, where the extension has it so; where to nobody, the phone rings on. */
  #awaitAnswer(target: RingTarget, destination: Destination, ringMs: number): void {
    if (this.#options.reason === 'queue' || ringMs >= this.#options.ringMs) return;
    const isIts = (one: Attempt) => one.target === target && one.destination === destination;
    this.#after(ringMs, isIts, (ringing) => {
      const forward = this.#ways.afterNoAnswer(target, destination);
      if (!forward) return;
      this.#attempts.letGo(ringing, 'cancelled');
      forward();
    });
  }

  /** What happens to these attempts when they have rung so long without anybody's answer. */
  #after(ms: number, which: (one: Attempt) => boolean, then: (ringing: readonly Attempt[]) => void): void {
    const timer = this.#call.context.clock.after(ms, () => {
      const ringing = this.#attempts.where(
        (one) => which(one) && one.leg !== this.#winner && !this.#asked.has(one.leg),
      );
      if (this.#over || this.#winner || ringing.length === 0) return;
      then(ringing);
      this.#settleIfOver();
    });
    this.#answerTimers = [...this.#answerTimers, timer];
  }

  #begin(attempt: Omit<Attempt, 'leg'>, route: RingRoute): void {
    const { target, way } = attempt;
    this.#starting += 1;
    void this.#invite(attempt, route).catch((error: Error) => {
      way.onEnded?.(undefined);
      this.#starting -= 1;
      if (this.#over) return;
      this.#call.log.error({ err: error, target: target.name }, 'target could not be rung');
      this.#conclude(target, 'failed', error.message, { cause: causeOf(error) });
      this.#settleIfOver();
    });
  }

  /** Everything that can fail before the INVITE fails here. */
  #invite(
    attempt: Omit<Attempt, 'leg'>,
    { signallingAddress, isBrowser, ...route }: RingRoute,
  ): Promise<void> {
    return withOffer(this.#call, attempt.way, { signallingAddress, isBrowser }, (endpoint, sdp) => {
      if (this.#over) throw new ClosedError('ringing');
      this.#placed(attempt, this.#call.context.edge.call({ ...route, sdp }), endpoint);
    });
  }

  #placed(attempt: Omit<Attempt, 'leg'>, sip: OutboundLeg, endpoint: MediaEndpoint): void {
    const { target, way } = attempt;
    const { kind, number } = attempt.destination;
    const leg = new Leg(target.name, sip, { tenant: this.#call.arrival.tenantId, kind, number });
    leg.asker = target.asker;
    leg.attach(endpoint);
    reportQuality(this.#call, leg);
    this.#starting -= 1;
    this.#attempts.add({ ...attempt, leg });
    this.#call.adopt(leg);
    // A leg that talks for an hour keeps these listeners: the ways that are left are not theirs.
    const { onHeard, onAnswered, onEnded } = way;
    sip.events.once('progress', ({ status }) => {
      if (status === 180) this.#rang.add(leg);
      onHeard?.();
    });
    const { onEarlyMedia } = this.#options;
    if (onEarlyMedia) sip.events.on('progress', ({ sdp }) => sdp !== undefined && onEarlyMedia(leg, sdp));
    sip.events.on('answered', ({ sdp }) => {
      onHeard?.();
      onAnswered?.();
      void this.#answered(leg, sdp);
    });
    sip.events.once('ended', (ending) => {
      onEnded?.(ending);
      this.#legEnded(leg, ending);
    });
  }

  async #answered(leg: Leg, sdp: string | undefined): Promise<void> {
    const attempt = this.#attempts.of(leg);
    if (!attempt || this.#winner || this.#over) return leg.sip.end({ cause: 'answered-elsewhere' });
    const { target, destination } = attempt;
    const confirm = destination.kind === 'line' ? target.confirm : undefined;
    if (!confirm) this.#winner = leg;
    try {
      await leg.accept(sdp);
    } catch (error) {
      this.#call.log.warn({ err: error, target: target.name }, 'answer was not acceptable');
      if (this.#winner === leg) this.#winner = undefined;
      return leg.sip.end({ cause: 'not-acceptable' });
    }
    if (this.#over || leg.sip.state === 'ended') return;
    if (confirm && !(await this.#takes(attempt, confirm))) return;
    this.#attempts.forget(attempt);
    watchAudio(this.#call, leg);
    this.#win(leg, target, this.#options.reason, attempt.way);
  }

  /** Asks who answered outside: a mailbox takes no call. False: he is let go. */
  async #takes(attempt: Attempt, confirm: NonNullable<RingTarget['confirm']>): Promise<boolean> {
    const { leg, target, way } = attempt;
    this.#asked.add(leg);
    const why = `${attempt.destination.number} has answered, and is asked to take the call by key`;
    this.#call.note('step', { step: `ring ${target.name}`, why });
    const declined = await confirm(leg);
    if (this.#over || leg.sip.state === 'ended') return false;
    if (!declined && !this.#winner) {
      this.#winner = leg;
      return true;
    }
    this.#attempts.letGo([attempt], declined ? 'normal' : 'answered-elsewhere');
    if (declined) this.#conclude(target, declined.outcome, declined.why, { cause: declined.outcome }, way);
    this.#settleIfOver();
    return false;
  }

  /** Somebody has answered: the others are let go. */
  #win(leg: Leg, target: RingTarget, reason: JoinReason, way?: Resolved): void {
    const ringMs = this.#outcomes.answered(target, reason, way);
    for (const other of this.#targets) {
      if (other === target) continue;
      const ending = { cause: 'answered-elsewhere' } as const;
      this.#conclude(other, 'cancelled', `${target.name} answered`, ending, this.#attempts.wayOf(other));
    }
    this.#over = true;
    this.#attempts.letAllGo('answered-elsewhere');
    this.#resolve({ answered: true, target, leg, ringMs });
  }

  #legEnded(leg: Leg, ending: LegEnding): void {
    const attempt = this.#attempts.of(leg);
    if (!attempt) return;
    this.#attempts.forget(attempt);
    if (this.#over) return;
    const { target, destination, way } = attempt;
    const rang = this.#rang.has(leg);
    if (this.#winner === leg) this.#winner = undefined;
    if (this.#ways.redirected(target, destination, ending.redirect ?? [])) return this.#settleIfOver();
    if (this.#asked.has(leg)) {
      const outcome = ending.by === 'remote' ? 'rejected' : 'unavailable';
      this.#conclude(target, outcome, 'hung up before he took the call', { cause: outcome }, way);
      return this.#settleIfOver();
    }
    // Another phone of the same target may still ring.
    if (this.#attempts.wayOf(target)) return;
    const why = ending.status ? `SIP ${ending.status}` : ending.cause;
    const next = UNDELIVERED.has(ending.cause) ? way.next?.() : undefined;
    if (next && next.routes.length > 0) {
      this.#call.note('step', { step: `dial ${target.name}`, why: `${why}: tries the next way` });
      return this.#ways.follow(target, destination, next);
    }
    this.#ways.otherwise(target, destination, forwardWhen({ ...ending, rang }), () =>
      this.#conclude(target, failureOf(ending.cause), why, ending, way),
    );
    this.#settleIfOver();
  }

  #stop(outcome: 'cancelled' | 'no-answer', why: string): void {
    if (this.#over) return;
    for (const target of this.#targets) {
      this.#conclude(target, outcome, why, { cause: outcome }, this.#attempts.wayOf(target));
    }
    this.#over = true;
    this.#attempts.letAllGo('cancelled');
    this.#resolve({ answered: false, outcomes: this.#outcomes.failed });
  }

  #conclude(target: RingTarget, outcome: RingFailure, why: string, ending: Ending, way?: Resolved): void {
    if (!this.#over) this.#outcomes.conclude(target, outcome, why, ending, way);
  }

  #settleIfOver(): void {
    if (this.#over || this.#starting > 0 || !this.#attempts.isEmpty) return;
    this.#over = true;
    this.#resolve({ answered: false, outcomes: this.#outcomes.failed });
  }
}
