/** What a transport has done since it opened, for metrics. */
export interface TransportCounters {
  received: number;
  sent: number;
  /** Not SIP, or broken beyond an answer. */
  ignored: number;
  /** Messages that could not be sent. */
  failed: number;
  /** Connections refused or cut for a limit. */
  limited: number;
}

/** All at zero. */
export function newCounters(): TransportCounters {
  return { received: 0, sent: 0, ignored: 0, failed: 0, limited: 0 };
}
