/** Who is rung, and how that goes. */
import type { CauseSlug } from '../shared/cause.ts';
import type { Asker, Party } from './arrival.ts';
import type { JoinReason, PartyKind } from './call-events.ts';
import type { Destination } from './destination.ts';
import type { Leg } from './leg.ts';

/** One party to ring; with several phones they ring together. */
export interface RingTarget {
  /** Name in the record: the agent's work number or the line. */
  readonly name: string;
  /** What the record calls it; the destination's kind by default. */
  readonly kind?: PartyKind;
  readonly destination: Destination;
  /** It is rung so long, where that is less than for all of them. */
  readonly ringMs?: number;
  /** On whose right, where it is not that of the whole ring. */
  readonly asker?: Asker;
  /**
   * Asks who answered at a number outside whether he takes the call (按键接听): until he does the others ring on. Undefined: he does.
   * Must end by itself, and when the leg does; never rejects.
   */
  readonly confirm?: (leg: Leg) => Promise<Declined | undefined>;
}

/** Why who answered does not take the call. */
export interface Declined {
  readonly outcome: 'rejected' | 'no-answer';
  readonly why: string;
}

export interface RingOptions {
  readonly ringMs: number;
  /** Why they are rung. */
  readonly reason: JoinReason;
  /** Who wants it, as the record names him; by default nobody but the plan. */
  readonly by?: string;
  /** On whose right; see Occasion in `destination.ts`. */
  readonly asker?: Party | undefined;
  /** The queue that they are rung for. */
  readonly queue?: string;
  /** Stops ringing (the caller left the queue); the result is `cancelled`. */
  readonly signal?: AbortSignal;
  /** Number that the phones show; the caller's by default. */
  readonly shows?: string;
  /** The phones are asked to answer by themselves (自动应答). */
  readonly autoAnswer?: boolean;
  /** Who answers takes a place that another ring has for him: that one notes his answer. */
  readonly notedThere?: boolean;
  /** Is given at once what rings one more target while it lasts; all ring for `ringMs` from then on. */
  readonly more?: (add: (target: RingTarget) => void) => void;
  /** Told at once of who will not take the call, while others ring. */
  readonly onFailed?: (target: RingTarget, outcome: RingOutcome) => void;
  /** Told of audio that comes before the answer (183 with SDP), each time. */
  readonly onEarlyMedia?: (leg: Leg, sdp: string) => void;
}

/**
 * Whose phone is rung asked for the call himself, or was in it: what he has set for calls to him does not count, and no colleague
 * takes it in his place, whose right it is not.
 */
export function asksItself({ reason }: Pick<RingOptions, 'reason'>): boolean {
  return reason === 'originate' || reason === 'pick-up' || reason === 'reconnect';
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

/** Endings that say nothing of the far end itself: another way may reach it. */
export const UNDELIVERED: ReadonlySet<CauseSlug> = new Set([
  'timeout',
  'congestion',
  'failure',
  'edge-lost',
  'channel-limit',
]);

/** Our word for how an unanswered leg ended. */
export function failureOf(cause: CauseSlug): RingFailure {
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
