/**
 * The call record (CDR, 话单). One a call, written when the call has ended; the same object in the database, in the
 * API and in JSON lines. Times are milliseconds since 1970-01-01 UTC, durations milliseconds; what is not known
 * is null, so that every record has every key.
 */
import type { CallDirection, Origin } from '../call/arrival.ts';
import type { SegmentKind } from '../call/call-events.ts';
import type { CauseSlug, Fault } from '../shared/cause.ts';

/** A step of the way through the dialplan, and why it was taken. */
export interface CdrStep {
  readonly step: string;
  readonly why: string;
  readonly at: number;
}

/** A part of the call; the `ms` of all segments add up to `durationMs`. `startMs` counts from the arrival. */
export interface CdrSegment {
  readonly kind: SegmentKind;
  readonly owner: string;
  readonly startMs: number;
  readonly ms: number;
}

/** An agent or line that was rung. */
export interface CdrTarget {
  readonly target: string;
  readonly outcome: string;
  readonly ringMs: number;
}

export interface CdrRecording {
  readonly file: string;
  readonly durationMs: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Why it is incomplete or missing. */
  readonly error: string | null;
  /** When the file was deleted because of its age or for room; null while it is there. */
  readonly deletedAt: number | null;
}

/** A message that the caller left. */
export interface CdrVoicemail {
  readonly box: string;
  readonly file: string;
  readonly durationMs: number;
  /** Null in records of 0.1.0. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** When the file was deleted; null while it is there. */
  readonly deletedAt: number | null;
}

export interface CdrKeys {
  readonly purpose: string;
  readonly digits: string;
  readonly at: number;
}

/** User parts of From, Request-URI and P-Asserted-Identity. */
export interface CdrNumbers {
  readonly from: string;
  readonly to: string;
  readonly identity: string | null;
}

/** Who forwarded the call, and why in the network's words (RFC 5806, RFC 7044). */
export interface CdrDiversion {
  readonly number: string;
  readonly reason: string | null;
}

/** Audio quality of one leg. `mos` 1 to 4.5 (ITU-T G.107). */
export interface CdrQuality {
  readonly leg: string;
  readonly codec: string | null;
  readonly mos: number | null;
  readonly lost: number;
  readonly received: number;
  readonly jitterMs: number;
}

export interface Cdr {
  readonly callId: string;
  readonly tenantId: string;
  readonly direction: CallDirection;
  readonly origin: Origin;
  /** Empty when withheld. */
  readonly caller: string;
  readonly called: string;
  /** Main number of the hotline that took the call; null: none did. */
  readonly hotline: string | null;
  /** The numbers as the INVITE had them. */
  readonly sent: CdrNumbers;
  /** Who forwarded the call to us, the last one first. */
  readonly diversions: readonly CdrDiversion[];
  readonly area: string | null;
  readonly carrier: string | null;
  readonly source: string;
  readonly sipCallId: string;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number;
  readonly durationMs: number;
  /** From the answer to the end: what carriers charge; 0 when not answered. */
  readonly answeredMs: number;
  /** Sum of the segments `talk` and `conference`. */
  readonly talkMs: number;
  readonly cause: CauseSlug;
  /** ITU-T Q.850 cause value. */
  readonly q850: number;
  readonly endedBy: 'caller' | 'engine' | 'target';
  /** Whose fault the ending was; null: nobody's. */
  readonly fault: Fault | null;
  /** The agent who spoke with the caller last (工号). */
  readonly agent: string | null;
  readonly surveyDigit: string | null;
  readonly path: readonly CdrStep[];
  readonly keys: readonly CdrKeys[];
  readonly segments: readonly CdrSegment[];
  readonly targets: readonly CdrTarget[];
  readonly recordings: readonly CdrRecording[];
  readonly voicemail: CdrVoicemail | null;
  /** The caller was promised a call back by this queue, to this number. */
  readonly callback: { readonly queue: string; readonly number: string } | null;
  readonly quality: readonly CdrQuality[];
}
