/**
 * The SIP ladder of a call (信令梯形图): its messages in the order in which they came and went, and what happened to its
 * audio between them. For people who look for a fault.
 */

/** One end of a message. */
export interface LadderEnd {
  /** IPv4 or IPv6 literal, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** A SIP message of the call, without secrets (see `strip-secrets.ts`). */
export interface LadderMessage {
  readonly kind: 'message';
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `in`: a peer sent it to us. */
  readonly direction: 'in' | 'out';
  readonly transport: string;
  readonly from: LadderEnd;
  readonly to: LadderEnd;
  /** Whose leg it is, as records name him: `caller`, an agent, a line; '' while nobody knows. */
  readonly leg: string;
  /** Of the SIP dialog, or of what was to become one. */
  readonly sipCallId: string;
  readonly firstLine: string;
  readonly text: string;
}

/** One of an event's details, such as `mos` and `4.4`. */
export interface LadderDetail {
  readonly name: string;
  readonly value: string;
}

/** Something that happened to the call's audio, or to the call as such. */
export interface LadderEvent {
  readonly kind: 'event';
  readonly at: number;
  /** The word of the fact, such as `answered`, `recordingStarted`, `quality`, `rtp`. */
  readonly event: string;
  /** Whose audio it is about, or who was rung; '': the call's. */
  readonly leg: string;
  readonly details: readonly LadderDetail[];
  /** The same in one line; may be empty. */
  readonly text: string;
}

export type LadderLine = LadderMessage | LadderEvent;

/** What is kept of a call. */
export interface Ladder {
  readonly callId: string;
  readonly tenantId: string;
  /** In the order in which they came and went. */
  readonly lines: readonly LadderLine[];
  /** Messages that there was no room for: the call has so many, or others needed it. */
  readonly leftOut: number;
}
