import type { LegEnding, OutboundLeg } from '../edge/edge.ts';
import { CAUSES, type CauseSlug } from '../shared/cause.ts';
import { ClosedError, causeOf } from '../shared/errors.ts';
import type { Party } from './arrival.ts';
import { reportQuality } from './audio-quality.ts';
import type { Call, RingingNow } from './call.ts';
import type { JoinReason, PartyKind } from './call-events.ts';
import type { Destination, Directory, Resolved, RingRoute } from './destination.ts';
import { Leg } from './leg.ts';
import { watchAudio } from './watch-audio.ts';

/** One party to ring; with several phones they ring together. */
export interface RingTarget {
  /** Name in the record: the agent's work number or the line. */
  readonly name: string;
  /** What the record calls it; the destination's kind by default. */
  readonly kind?: PartyKind;
  readonly destination: Destination;
}

export type RingFailure = 'busy' | 'no-answer' | 'unavailable' | 'rejected' | 'failed' | 'cancelled';

/** Why a target did not take a call, in the far end's own words where it gave any. */
export interface Refusal {
  readonly cause: CauseSlug;
  /** SIP status, the cause's where no far end has told one (RFC 3261 21). */
  readonly status: number;
  /** ITU-T Q.850 value of its Reason header (RFC 3326). */
  readonly q850?: number | undefined;
}

export interface RingOutcome extends Refusal {
  readonly outcome: RingFailure;
  readonly why: string;
  readonly ringMs: number;
}

export type RingResult =
  | { readonly answered: true; readonly target: RingTarget; readonly leg: Leg; readonly ringMs: number }
  | { readonly answered: false; readonly outcomes: ReadonlyMap<RingTarget, RingOutcome> };

export interface RingOptions {
  readonly ringMs: number;
  /** Why they are rung. */
  readonly reason: JoinReason;
  /** Who wants it, as the record names him; by default nobody but the plan. */
  readonly by?: string;
  /** On whose right; see {@link Directory.resolve}. */
  readonly asker?: Party | undefined;
  /** Stops ringing (the caller left the queue); the result is `cancelled`. */
  readonly signal?: AbortSignal;
  /** Number that the phones show; the caller's by default. */
  readonly shows?: string;
  /** Told of audio that comes before the answer (183 with SDP), each time. */
  readonly onEarlyMedia?: (leg: Leg, sdp: string) => void;
}

/** Endings that say nothing of the far end itself: another way may reach it. */
const UNDELIVERED: ReadonlySet<CauseSlug> = new Set([
  'timeout',
  'congestion',
  'failure',
  'edge-lost',
  'channel-limit',
]);

/** Our word for how an unanswered leg ended. */
function failureOf(cause: CauseSlug): RingFailure {
  switch (cause) {
    case 'busy':
    case 'no-answer':
    case 'rejected':
      return cause;
    case 'cancelled':
    case 'answered-elsewhere':
      return 'cancelled';
    case 'timeout':
    case 'unavailable':
    case 'unknown-number':
    case 'congestion':
    case 'channel-limit':
    case 'edge-lost':
      return 'unavailable';
    default:
      return 'failed';
  }
}

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

/** How a leg ended, as far as it is known. */
type Ending = Partial<Refusal> & Pick<Refusal, 'cause'>;

/** A leg that rings, and the ways that are left to its target. */
interface Attempt {
  readonly leg: Leg;
  readonly target: RingTarget;
  /** Who is rung: the target, or whom its phone forwarded to. */
  readonly destination: Destination;
  readonly way: Resolved;
}

const NO_OUTCOMES: ReadonlyMap<RingTarget, RingOutcome> = new Map();

/** Phones that forward to one another ring no more than so many for one target. */
const MAX_FORWARDS = 5;

class Ringing implements RingingNow {
  readonly #call: Call;
  readonly #directory: Directory;
  readonly #targets: readonly RingTarget[];
  readonly #options: RingOptions;
  #startedAt = 0;
  #attempts: readonly Attempt[] = [];
  #outcomes: Map<RingTarget, RingOutcome> | undefined;
  /** Numbers that a target was forwarded to. */
  #forwards: Map<RingTarget, Set<string>> | undefined;
  #resolve: (result: RingResult) => void = () => {};
  #winner: Leg | undefined;
  #starting = 0;
  #over = false;

  constructor(call: Call, directory: Directory, targets: readonly RingTarget[], options: RingOptions) {
    this.#call = call;
    this.#directory = directory;
    this.#targets = targets;
    this.#options = options;
  }

  rings(extension: string | undefined): boolean {
    return this.#targets.some(
      ({ destination: { kind, number } }) =>
        kind === 'extension' && (extension === undefined || number === extension),
    );
  }

  pickUp(leg: Leg): boolean {
    const { party } = leg;
    if (this.#over || !party) return false;
    const target = { name: leg.name, destination: { kind: party.kind, number: party.number } };
    this.#win(leg, target, 'pick-up');
    return true;
  }

  async run(): Promise<RingResult> {
    const call = this.#call;
    call.assertOpen();
    const kept = call.kept();
    if (call.hasCaller) await call.opening.negotiate();
    if (kept) await kept;
    call.assertOpen();
    this.#startedAt = call.now();
    call.ringing = [...call.ringing, this];
    const { ringMs } = this.#options;
    const stop = () => this.#stop('cancelled', 'no longer needed');
    const timer = call.context.clock.after(ringMs, () =>
      this.#stop('no-answer', `no answer in ${Math.round(ringMs / 1000)} s`),
    );
    const ending = call.onEnd(stop);
    this.#options.signal?.addEventListener('abort', stop, { once: true });
    try {
      const result = await new Promise<RingResult>((resolve) => {
        this.#resolve = resolve;
        for (const target of this.#targets) {
          this.#start(target, target.destination, this.#options.asker);
        }
        this.#settleIfOver();
      });
      call.assertOpen();
      return result;
    } finally {
      call.ringing = call.ringing.filter((other) => other !== this);
      timer.cancel();
      ending.off();
      this.#options.signal?.removeEventListener('abort', stop);
    }
  }

  #start(target: RingTarget, destination: Destination, asker: Party | undefined): void {
    const { arrival } = this.#call;
    const { shows } = this.#options;
    const shown = shows === undefined ? arrival : { ...arrival, caller: shows };
    this.#follow(target, destination, this.#directory.resolve(destination, shown, asker));
  }

  #follow(target: RingTarget, destination: Destination, way: Resolved): void {
    if (way.routes.length === 0) {
      const { cause = 'unavailable' } = way;
      return this.#conclude(target, failureOf(cause), way.why, { cause });
    }
    for (const route of way.routes) {
      this.#starting += 1;
      void this.#invite({ target, destination, way }, route).catch((error: Error) => {
        way.onEnded?.(undefined);
        this.#starting -= 1;
        if (this.#over) return;
        this.#call.log.error({ err: error, target: target.name }, 'target could not be rung');
        this.#conclude(target, 'failed', error.message, { cause: causeOf(error) });
        this.#settleIfOver();
      });
    }
  }

  /** Makes the endpoint, then places the call; everything that can fail before the INVITE fails here. */
  async #invite(attempt: Omit<Attempt, 'leg'>, { signallingAddress, ...route }: RingRoute): Promise<void> {
    const { target, way } = attempt;
    const { media, edge } = this.#call.context;
    const endpoint = await media.createEndpoint({
      callId: this.#call.id,
      ...way.media,
      ...(signallingAddress !== undefined && { signallingAddress }),
      rtpTimeoutMs: this.#call.context.rtpTimeoutMs,
      ...(this.#call.hasCaller ? { near: this.#call.caller.media } : {}),
    });
    let sip: OutboundLeg;
    try {
      const sdp = await endpoint.offer();
      if (this.#over) throw new ClosedError('ringing');
      sip = edge.call({ ...route, sdp });
    } catch (error) {
      await endpoint.close();
      throw error;
    }
    const { kind, number } = attempt.destination;
    const leg = new Leg(target.name, sip, { tenant: this.#call.arrival.tenantId, kind, number });
    leg.attach(endpoint);
    reportQuality(this.#call, leg);
    this.#starting -= 1;
    this.#attempts = [...this.#attempts, { ...attempt, leg }];
    this.#call.adopt(leg);
    // A leg that talks for an hour keeps these listeners: the ways that are left are not theirs.
    const { onHeard, onEnded } = way;
    sip.events.once('progress', () => onHeard?.());
    const { onEarlyMedia } = this.#options;
    if (onEarlyMedia) sip.events.on('progress', ({ sdp }) => sdp !== undefined && onEarlyMedia(leg, sdp));
    sip.events.on('answered', ({ sdp }) => {
      onHeard?.();
      void this.#answered(leg, sdp);
    });
    sip.events.once('ended', (ending) => {
      onEnded?.(ending);
      this.#legEnded(leg, ending);
    });
  }

  async #answered(leg: Leg, sdp: string | undefined): Promise<void> {
    const attempt = this.#attemptOf(leg);
    if (!attempt || this.#winner || this.#over) return leg.sip.end({ cause: 'answered-elsewhere' });
    const { target } = attempt;
    this.#winner = leg;
    try {
      await leg.accept(sdp);
    } catch (error) {
      this.#call.log.warn({ err: error, target: target.name }, 'answer was not acceptable');
      this.#winner = undefined;
      return leg.sip.end({ cause: 'not-acceptable' });
    }
    if (this.#over || leg.sip.state === 'ended') return;
    this.#forget(attempt);
    watchAudio(this.#call, leg);
    this.#win(leg, target, this.#options.reason, attempt.way);
  }

  /** Somebody has answered: the others are let go. */
  #win(leg: Leg, target: RingTarget, reason: JoinReason, way?: Resolved): void {
    const ringMs = this.#elapsed();
    this.#note(target, 'answered', ringMs, reason, way);
    for (const other of this.#targets) {
      if (other === target) continue;
      const ending = { cause: 'answered-elsewhere' } as const;
      this.#conclude(other, 'cancelled', `${target.name} answered`, ending, this.#wayOf(other));
    }
    this.#over = true;
    this.#endOthers('answered-elsewhere');
    this.#resolve({ answered: true, target, leg, ringMs });
  }

  #legEnded(leg: Leg, ending: LegEnding): void {
    const attempt = this.#attemptOf(leg);
    if (!attempt) return;
    this.#forget(attempt);
    if (this.#over) return;
    const { target, destination, way } = attempt;
    if (this.#winner === leg) this.#winner = undefined;
    const forward = this.#forwardOf(target, destination, ending);
    if (forward) {
      const { number } = destination;
      this.#start(target, forward, { tenant: this.#call.arrival.tenantId, kind: 'extension', number });
      return this.#settleIfOver();
    }
    // Another phone of the same target may still ring.
    if (this.#attempts.some((other) => other.target === target)) return;
    const why = ending.status ? `SIP ${ending.status}` : ending.cause;
    const next = UNDELIVERED.has(ending.cause) ? way.next?.() : undefined;
    if (next && next.routes.length > 0) {
      this.#call.note('step', { step: `dial ${target.name}`, why: `${why}: tries the next way` });
      return this.#follow(target, destination, next);
    }
    this.#conclude(target, failureOf(ending.cause), why, ending, way);
    this.#settleIfOver();
  }

  /**
   * Whom a phone forwards to by 302 (呼叫转移): as far as its extension may, where nobody was rung for this target yet.
   */
  #forwardOf(target: RingTarget, from: Destination, { redirect = [] }: LegEnding): Destination | undefined {
    if (from.kind !== 'extension' || redirect.length === 0) return undefined;
    const { tenantId } = this.#call.arrival;
    this.#forwards ??= new Map();
    const visited = this.#forwards.get(target) ?? new Set([target.destination.number]);
    this.#forwards.set(target, visited);
    const note = (why: string) => this.#call.note('step', { step: `forward ${from.number}`, why });
    for (const number of redirect) {
      const to = this.#directory.forward(from.number, number, tenantId);
      if (typeof to === 'string') note(`not to ${number}: ${to}`);
      else if (visited.has(number)) note(`not to ${number}: it was rung already`);
      else if (visited.size > MAX_FORWARDS)
        note(`not to ${number}: ${MAX_FORWARDS} phones forwarded already`);
      else {
        visited.add(number);
        note(`the phone forwards to ${number}`);
        return to;
      }
    }
    return undefined;
  }

  #stop(outcome: 'cancelled' | 'no-answer', why: string): void {
    if (this.#over) return;
    for (const target of this.#targets) {
      this.#conclude(target, outcome, why, { cause: outcome }, this.#wayOf(target));
    }
    this.#over = true;
    this.#endOthers('cancelled');
    this.#resolve({ answered: false, outcomes: this.#outcomes ?? NO_OUTCOMES });
  }

  #conclude(target: RingTarget, outcome: RingFailure, why: string, ending: Ending, way?: Resolved): void {
    this.#outcomes ??= new Map();
    if (this.#over || this.#outcomes.has(target)) return;
    const ringMs = this.#elapsed();
    const { cause, status = CAUSES[cause].status, q850 } = ending;
    this.#outcomes.set(target, { outcome, why, ringMs, cause, status, q850 });
    this.#note(target, `${outcome}: ${why}`, ringMs, this.#options.reason, way);
  }

  #note(target: RingTarget, outcome: string, ringMs: number, reason: JoinReason, way?: Resolved): void {
    const { name, kind = target.destination.kind } = target;
    const { by = '' } = this.#options;
    this.#call.note('rung', { target: name, outcome, ringMs, kind, reason, by, trunk: way?.trunk });
  }

  #settleIfOver(): void {
    if (this.#over || this.#starting > 0 || this.#attempts.length > 0) return;
    this.#over = true;
    this.#resolve({ answered: false, outcomes: this.#outcomes ?? NO_OUTCOMES });
  }

  #endOthers(cause: CauseSlug): void {
    for (const { leg } of this.#attempts) leg.sip.end({ cause });
    this.#attempts = [];
  }

  #attemptOf(leg: Leg): Attempt | undefined {
    return this.#attempts.find((attempt) => attempt.leg === leg);
  }

  #wayOf(target: RingTarget): Resolved | undefined {
    return this.#attempts.find((attempt) => attempt.target === target)?.way;
  }

  #forget(attempt: Attempt): void {
    this.#attempts = this.#attempts.filter((other) => other !== attempt);
  }

  #elapsed(): number {
    return this.#call.now() - this.#startedAt;
  }
}
