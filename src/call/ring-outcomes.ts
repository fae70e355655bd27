import { CAUSES } from '../shared/cause.ts';
import type { Call } from './call.ts';
import type { JoinReason } from './call-events.ts';
import type { Resolved } from './destination.ts';
import type { Refusal, RingFailure, RingOptions, RingOutcome, RingTarget } from './rung.ts';

/** How a leg ended, as far as it is known. */
export type Ending = Partial<Refusal> & Pick<Refusal, 'cause'>;

const NO_OUTCOMES: ReadonlyMap<RingTarget, RingOutcome> = new Map();

/** What became of each target of a ring: for who rings them, and in the call's record. */
export class RingOutcomes {
  readonly #call: Call;
  readonly #options: RingOptions;
  #startedAt = 0;
  #failed: Map<RingTarget, RingOutcome> | undefined;

  constructor(call: Call, options: RingOptions) {
    this.#call = call;
    this.#options = options;
  }

  /** They ring from now on. */
  begin(): void {
    this.#startedAt = this.#call.now();
  }

  /** A target is rung from now on. */
  rings({ name, destination, kind = destination.kind }: RingTarget): void {
    const { reason, queue = '', notedThere } = this.#options;
    if (!notedThere) this.#call.noteRinging({ target: name, kind, reason, queue });
  }

  get failed(): ReadonlyMap<RingTarget, RingOutcome> {
    return this.#failed ?? NO_OUTCOMES;
  }

  /** A target will not take the call; what was known of it before stays. */
  conclude(target: RingTarget, outcome: RingFailure, why: string, ending: Ending, way?: Resolved): void {
    this.#failed ??= new Map();
    if (this.#failed.has(target)) return;
    const ringMs = this.#elapsed();
    const { cause, status = CAUSES[cause].status, q850 } = ending;
    const failed = { outcome, why, ringMs, cause, status, q850 };
    this.#failed.set(target, failed);
    this.#note(target, `${outcome}: ${why}`, ringMs, this.#options.reason, way);
    this.#options.onFailed?.(target, failed);
  }

  /** Somebody has taken the call; returns how long it took. */
  answered(target: RingTarget, reason: JoinReason, way?: Resolved): number {
    const ringMs = this.#elapsed();
    if (!this.#options.notedThere) this.#note(target, 'answered', ringMs, reason, way);
    return ringMs;
  }

  #note(target: RingTarget, outcome: string, ringMs: number, reason: JoinReason, way?: Resolved): void {
    const { name, kind = target.destination.kind } = target;
    const { by = '' } = this.#options;
    this.#call.note('rung', { target: name, outcome, ringMs, kind, reason, by, trunk: way?.trunk });
  }

  #elapsed(): number {
    return this.#call.now() - this.#startedAt;
  }
}
