/** Why a call or a leg ended: our reason slug, with what SIP and ISDN say for it. */
export type CauseSlug = keyof typeof TABLE;

/** How one ending looks to each side. Sources: ITU-T Q.850, RFC 3398 section 8.2.6.1. */
export interface CauseFacts {
  /** ITU-T Q.850 cause value, for the Reason header and the CDR. */
  readonly q850: number;
  /** SIP final status for a leg that was not answered yet. */
  readonly status: number;
}

const TABLE = {
  normal: { q850: 16, status: 603 },
  cancelled: { q850: 16, status: 487 },
  busy: { q850: 17, status: 486 },
  'no-answer': { q850: 19, status: 480 },
  'no-agent': { q850: 20, status: 480 },
  unavailable: { q850: 20, status: 480 },
  rejected: { q850: 21, status: 603 },
  blacklisted: { q850: 21, status: 603 },
  forbidden: { q850: 21, status: 403 },
  'unknown-number': { q850: 1, status: 404 },
  'invalid-number': { q850: 28, status: 484 },
  'not-acceptable': { q850: 88, status: 488 },
  unsupported: { q850: 79, status: 501 },
  congestion: { q850: 42, status: 503 },
  'channel-limit': { q850: 34, status: 503 },
  'no-route': { q850: 3, status: 404 },
  timeout: { q850: 102, status: 408 },
  'dead-air': { q850: 41, status: 500 },
  'edge-lost': { q850: 38, status: 500 },
  'media-lost': { q850: 38, status: 500 },
  'dialplan-error': { q850: 41, status: 500 },
  failure: { q850: 41, status: 500 },
  transferred: { q850: 16, status: 302 },
  'answered-elsewhere': { q850: 26, status: 487 },
  shutdown: { q850: 41, status: 503 },
  restart: { q850: 41, status: 500 },
} as const satisfies Record<string, CauseFacts>;

/** The one table of causes. */
export const CAUSES: Readonly<Record<CauseSlug, CauseFacts>> = TABLE;

/** Our cause for a SIP final status of the far end. Source: RFC 3398 section 8.2.6.1, coarsened. */
export function causeOfStatus(status: number): CauseSlug {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 408:
      return 'timeout';
    case 487:
      return 'cancelled';
    case 404:
    case 410:
    case 604:
      return 'unknown-number';
    case 484:
      return 'invalid-number';
    case 480:
      return 'unavailable';
    case 401:
    case 403:
    case 407:
      return 'forbidden';
    case 488:
    case 606:
    case 415:
      return 'not-acceptable';
    case 603:
    case 607:
      return 'rejected';
    case 503:
      return 'congestion';
    default:
      return status < 300 ? 'normal' : 'failure';
  }
}
