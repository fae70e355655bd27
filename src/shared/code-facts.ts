import type { CauseSlug } from './cause.ts';

/** What an error means to each side, whatever the message of the single case says. */
export interface CodeFacts {
  /** HTTP status of a request that fails with it (RFC 9110 15). */
  readonly http: number;
  /** How a call ends that fails with it; CAUSES has the SIP status and the Q.850 value. */
  readonly cause: CauseSlug;
  readonly en: string;
  readonly zh: string;
}
