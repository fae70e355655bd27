import type { EndpointOptions } from '../media/media.ts';
import type { TenantId } from '../shared/ids.ts';

/** A phone of a tenant's or a number outside that a leg leads to: who is busy while it lasts. */
export interface Party {
  readonly tenant: TenantId;
  readonly kind: 'extension' | 'line';
  readonly number: string;
}

/** On whose right, and whose account, a number outside is called. */
export interface Asker extends Party {
  /** Work number (工号) of the agent whose right it is, though he does not sit there (远程坐席); by default that of who does. */
  readonly agent?: string | undefined;
}

/** Who somebody is in the record of a call. */
export interface PartyName {
  /** Work number (工号) of an agent, else the number. */
  readonly name: string;
  /** `conference`: a room (会议室), whoever is in it. */
  readonly kind: 'agent' | 'line' | 'extension' | 'conference';
}

/** Who began a call: one of these, by name or number. */
export type Origin =
  | { readonly trunk: string }
  | { readonly extension: string }
  | { readonly agent: string }
  | { readonly api: string }
  | { readonly campaign: string }
  /** A promise to call back (预约回呼), by the id of the call in which it was made. */
  | { readonly callback: string };

export type OriginKind = 'trunk' | 'extension' | 'agent' | 'api' | 'campaign' | 'callback';

/** What kind of origin it is, and its name. */
export function originParts(origin: Origin): [kind: OriginKind, name: string] {
  return Object.entries(origin)[0] as [OriginKind, string];
}

export function originOf(kind: OriginKind, name: string): Origin {
  return { [kind]: name } as unknown as Origin;
}

/** As the company sees it. `internal`: between its own phones, queues and services. */
export type CallDirection = 'inbound' | 'outbound' | 'internal';

/** Numbers of the INVITE before any rule changed them: user parts of its headers. */
export interface SentNumbers {
  readonly from: string;
  /** Of the Request-URI. */
  readonly to: string;
  /** P-Asserted-Identity (RFC 3325), of a trunk only. */
  readonly identity: string | undefined;
}

/** A number that forwarded the call on its way to us (RFC 5806, RFC 7044), and why, in the network's words. */
export interface Diversion {
  readonly number: string;
  readonly reason: string | undefined;
}

/** Who calls whom, with the numbers in one form. */
export interface Arrival {
  /** Company whose hotline or phone is called: its queues, boxes and records serve the call. */
  readonly tenantId: TenantId;
  /** Where the caller sits; a phone may belong to another company than the hotline. Undefined: number withheld. */
  readonly party: Party | undefined;
  readonly origin: Origin;
  readonly direction: CallDirection;
  /** Normalised number of the caller; empty when withheld. */
  readonly caller: string;
  readonly callerName: string | undefined;
  /** Normalised number that was called. */
  readonly called: string;
  readonly sent: SentNumbers;
  /** Who forwarded it, the last one first. */
  readonly diversions: readonly Diversion[];
  /** The caller can hear prompts before the answer (183). */
  readonly earlyMedia: boolean;
  /** What the caller's audio is like. */
  readonly media: Pick<EndpointOptions, 'codecs' | 'digits' | 'signallingAddress' | 'busyTone'>;
}
