/**
 * The one table of what the edge answers when the PBX does not: no delegate, a delegate that threw, a delegate
 * that never decided.
 */
export const DEFAULT_ANSWERS = {
  /** A call that nobody decided about within {@link DECISION_LIMIT_MS}. */
  undecidedCall: 480,
  /** `onCall`, `onRequest` or `onReoffer` threw, or a request was never decided. */
  delegateFailed: 500,
  /** RFC 3261 14.2: a re-INVITE or UPDATE that nobody wants to answer. */
  reoffer: 488,
  /** A transfer is never lost silently. */
  refer: 603,
  /** RFC 3261 21.4.13: an INFO that holds no digit. */
  info: 415,
  /** RFC 6086 4.2.2: an INFO of a package that we never announced. */
  infoPackage: 469,
  /** RFC 3261 8.2.1: known, but not here. */
  methodNotAllowed: 405,
  /** RFC 3261 21.5.2: not known at all. */
  unknownMethod: 501,
  /** RFC 3261 12.2.2: in no dialog that we know. */
  noDialog: 481,
  /** RFC 3261 15.1.2: what is pending when its dialog ends. */
  dialogOver: 487,
  /** A request in a dialog from somebody who is not its far end (RFC 3261 21.4.4). */
  foreignDialog: 403,
  /** RFC 6665 4.1.3: NOTIFY for no subscription of ours. */
  noSubscription: 481,
  /** RFC 6665 4.2.1.1. */
  unknownEvent: 489,
  /** RFC 3261 12.2.2: CSeq goes backwards. */
  outOfOrder: 500,
  /** RFC 3261 14.1, 14.2; RFC 3311 5.2. */
  glare: 491,
  /** New calls while draining or overloaded. */
  notNow: 503,
} as const;

/** Time that the PBX has to decide about a call before its first answer, and about any other request. */
export const DECISION_LIMIT_MS = { call: 60_000, request: 20_000 } as const;
