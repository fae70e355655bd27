/**
 * The facts of a call's life, in the order in which they happened. They are appended to the store as they
 * happen; the call record (CDR), reports and bills are projections of them and of nothing else.
 */
import type { CauseSlug, Fault } from '../shared/cause.ts';
import type { CallId, TenantId } from '../shared/ids.ts';
import type { CallDirection, Diversion, OriginKind } from './arrival.ts';

/** What a second of a call was spent on; every second belongs to exactly one segment. */
export type SegmentKind =
  | 'setup'
  | 'ivr'
  | 'queue'
  | 'ring'
  | 'talk'
  | 'hold'
  | 'consult'
  | 'conference'
  | 'survey'
  | 'voicemail';

export interface CallFacts {
  /** The call reached the engine. Always the first. */
  arrived: {
    readonly direction: CallDirection;
    /** What began the call, and its name. */
    readonly originKind: OriginKind;
    readonly originName: string;
    /** Caller's number, normalised; empty when withheld. */
    readonly caller: string;
    /** Number that was called, normalised: the 400 number. */
    readonly called: string;
    /** Address that signalling came from, `transport:address:port`. */
    readonly source: string;
    readonly sipCallId: string;
    /** Numbers of the INVITE before any rule changed them; see SentNumbers. */
    readonly sentFrom: string;
    readonly sentTo: string;
    readonly sentIdentity: string | undefined;
  };
  /** A number forwarded the call on its way to us; one of several each, the last one first. */
  forwarded: Diversion;
  /** Where the caller is, as far as the number tells. */
  located: { readonly area: string; readonly carrier: string | undefined };
  /** A hotline takes the call: its main number, by whichever of its numbers it was called. */
  routed: { readonly hotline: string };
  /** One step of the way through the dialplan, and why it was taken. */
  step: { readonly step: string; readonly why: string };
  answered: Record<never, never>;
  /** A segment begins; the one before ends with it. `owner`: queue, agent, line or prompt. */
  segment: { readonly kind: SegmentKind; readonly owner: string };
  /** The caller pressed keys that chose something. Never keys of a PIN. */
  keyed: { readonly purpose: string; readonly digits: string };
  /** An agent or line was rung, and how that went. */
  rung: { readonly target: string; readonly outcome: string; readonly ringMs: number };
  /** The caller talks with an agent (工号) or an outside line. */
  connected: { readonly target: string; readonly kind: 'agent' | 'line' | 'extension' };
  disconnected: { readonly target: string; readonly by: 'caller' | 'target' | 'engine' };
  recordingStarted: { readonly file: string };
  recordingEnded: {
    readonly file: string;
    readonly durationMs: number;
    readonly bytes: number;
    readonly sha256: string | undefined;
  };
  recordingFailed: { readonly file: string; readonly error: string };
  surveyed: { readonly survey: string; readonly digit: string };
  /** The caller was promised a call back. */
  callbackPromised: { readonly queue: string; readonly number: string };
  voicemailLeft: { readonly box: string; readonly file: string; readonly durationMs: number };
  /** Quality of one leg's audio, when it ended. */
  quality: {
    readonly leg: string;
    readonly codec: string | undefined;
    readonly mos: number | undefined;
    readonly lost: number;
    readonly received: number;
    readonly jitterMs: number;
  };
  /** Always the last. */
  ended: {
    readonly cause: CauseSlug;
    /** The far end's own value where it gave one, else the cause's. */
    readonly q850: number;
    readonly by: 'caller' | 'engine' | 'target';
    readonly fault: Fault | undefined;
  };
}

export type CallFactName = keyof CallFacts;

/** A fact with its envelope. `at`: milliseconds since 1970-01-01 UTC. `seq` counts from 0 within the call. */
export type CallEvent = {
  [Name in CallFactName]: {
    readonly tenantId: TenantId;
    readonly callId: CallId;
    readonly seq: number;
    readonly at: number;
    readonly type: Name;
  } & CallFacts[Name];
}[CallFactName];

/** Where calls leave their events. Must return at once; never throws. */
export interface CallJournal {
  append(event: CallEvent): void;
}
