import type { EndpointOptions } from '../media/media.ts';
import type { TenantId } from '../shared/ids.ts';

/** A phone of a tenant's or a number outside that a leg leads to: who is busy while it lasts. */
export interface Party {
  readonly tenant: TenantId;
  readonly kind: 'extension' | 'line';
  readonly number: string;
}

/** Who calls whom, with the numbers in one form. */
export interface Arrival {
  /** Company whose hotline or phone is called: its queues, boxes and records serve the call. */
  readonly tenantId: TenantId;
  /** Where the caller sits; a phone may belong to another company than the hotline. Undefined: number withheld. */
  readonly party: Party | undefined;
  /** Normalised number of the caller; empty when withheld. */
  readonly caller: string;
  readonly callerName: string | undefined;
  /** Normalised number that was called. */
  readonly called: string;
  readonly trunk: string;
  /** The caller can hear prompts before the answer (183). */
  readonly earlyMedia: boolean;
  /** What the caller's audio is like. */
  readonly media: Pick<EndpointOptions, 'codecs' | 'digits' | 'nat' | 'busyTone'>;
}
