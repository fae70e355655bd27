/** The timers of RFC 3261 table 4, in milliseconds; tests and satellites links may stretch them. */
export interface TransactionTiming {
  /** Estimate of the round trip: first retransmission. */
  readonly t1Ms: number;
  /** Longest interval between retransmissions of non-INVITE requests and of responses to INVITE. */
  readonly t2Ms: number;
  /** Longest time a message stays in the network. */
  readonly t4Ms: number;
}

/** RFC 3261 17.1.1.1: the defaults. */
export const RFC3261_TIMING: TransactionTiming = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 };

/** Timers B, D, F, H, J, L and M: 64*T1, that is 32 s. */
export function transactionTimeoutMs(timing: TransactionTiming): number {
  return 64 * timing.t1Ms;
}
