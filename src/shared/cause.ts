/** Why a call or a leg ended: our reason slug, with what SIP and ISDN say for it. */
export type CauseSlug = keyof typeof TABLE;

/**
 * Whose fault an ending was, so that losses are counted where they arose. `company`: its people did not answer, its plan
 * or limit was in the way; `system`: this engine and its machine.
 */
export type Fault = 'caller' | 'callee' | 'company' | 'carrier' | 'system';

/** How one ending looks to each side. Sources: ITU-T Q.850, RFC 3398 section 8.2.6.1. */
export interface CauseFacts {
  /** ITU-T Q.850 cause value, for the Reason header and the CDR. */
  readonly q850: number;
  /** SIP final status for a leg that was not answered yet. */
  readonly status: number;
  /** Undefined: nobody's, the call took its course. */
  readonly fault: Fault | undefined;
}

const TABLE = {
  normal: { q850: 16, status: 603, fault: undefined },
  cancelled: { q850: 16, status: 487, fault: 'caller' },
  busy: { q850: 17, status: 486, fault: 'callee' },
  'no-answer': { q850: 19, status: 480, fault: 'callee' },
  'no-agent': { q850: 20, status: 480, fault: 'company' },
  /** Nobody of the lines or phones that a flow rang took the call. */
  'no-line-answered': { q850: 19, status: 480, fault: 'company' },
  unavailable: { q850: 20, status: 480, fault: 'callee' },
  rejected: { q850: 21, status: 603, fault: 'callee' },
  blacklisted: { q850: 21, status: 603, fault: 'caller' },
  /** An agent ended it: the caller is a nuisance (骚扰). */
  nuisance: { q850: 21, status: 603, fault: 'caller' },
  forbidden: { q850: 21, status: 403, fault: 'caller' },
  'unknown-number': { q850: 1, status: 404, fault: 'caller' },
  'invalid-number': { q850: 28, status: 484, fault: 'caller' },
  'not-acceptable': { q850: 88, status: 488, fault: 'caller' },
  unsupported: { q850: 79, status: 501, fault: 'caller' },
  congestion: { q850: 42, status: 503, fault: 'carrier' },
  /** All our ports or media servers are taken. */
  'resource-unavailable': { q850: 47, status: 503, fault: 'system' },
  'channel-limit': { q850: 34, status: 503, fault: 'company' },
  'no-route': { q850: 3, status: 404, fault: 'company' },
  timeout: { q850: 102, status: 408, fault: 'carrier' },
  'dead-air': { q850: 41, status: 500, fault: 'carrier' },
  'edge-lost': { q850: 38, status: 500, fault: 'system' },
  'media-lost': { q850: 38, status: 500, fault: 'system' },
  'dialplan-error': { q850: 41, status: 500, fault: 'company' },
  failure: { q850: 41, status: 500, fault: 'system' },
  transferred: { q850: 16, status: 302, fault: undefined },
  'answered-elsewhere': { q850: 26, status: 487, fault: undefined },
  shutdown: { q850: 41, status: 503, fault: 'system' },
  restart: { q850: 41, status: 500, fault: 'system' },
  /** The node that carried it was not seen for half a minute; another node says so. */
  'node-lost': { q850: 41, status: 500, fault: 'system' },
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
