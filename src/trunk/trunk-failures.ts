/** Requests of a trunk outside of calls that failed: the last ones. */

/** Where the messages of requests outside of calls are seen, and kept of those that fail. */
export interface RequestTraces {
  /** A request with that Call-ID is about to be sent. */
  begin(sipCallId: string, tenantId: string): void;
  /** It is over. */
  end(sipCallId: string, isKept: boolean): void;
}

export interface TrunkFailure {
  /** Wall clock in ms, when it was asked. */
  readonly at: number;
  readonly kind: 'options' | 'register';
  /** SIP status; undefined: no answer. */
  readonly status: number | undefined;
  readonly reason: string;
  readonly sipCallId: string;
}

const KEPT = 30;

/** Of each kind so many, so that the one does not push the other out. */
export class TrunkFailures {
  readonly #of = { options: [] as TrunkFailure[], register: [] as TrunkFailure[] };

  add(failure: TrunkFailure): void {
    const own = this.#of[failure.kind];
    own.push(failure);
    if (own.length > KEPT) own.shift();
  }

  /** The newest first. */
  all(): readonly TrunkFailure[] {
    return [...this.#of.options, ...this.#of.register].sort((one, other) => other.at - one.at);
  }
}
