/**
 * The call record (CDR, 话单). One a call, written when the call has ended; the same object in the database, in the
 * API and in JSON lines. Times are milliseconds since 1970-01-01 UTC, durations milliseconds; what is not known
 * is null, so that every record has every key.
 */
import type { CallDirection, Origin } from '../call/arrival.ts';
import type {
  AskEnding,
  Bar,
  JoinReason,
  PartyKind,
  SegmentKind,
  SurveyRating,
} from '../call/call-events.ts';
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
  /** Queue that the caller waits in, or whose agents serve him; null: none. */
  readonly queue: string | null;
  readonly startMs: number;
  readonly ms: number;
}

/**
 * An agent or line that was rung, or came in otherwise, in the order of how that went. Times of day count from the arrival.
 * In records of 0.1.0 all but the first three is null.
 */
export interface CdrTarget {
  readonly target: string;
  /** `answered`, or a word for why not, a colon and the reason. */
  readonly outcome: string;
  readonly ringMs: number;
  readonly kind: PartyKind | null;
  readonly reason: JoinReason | null;
  /** Place in `targets` of who transferred the caller to him, or asked him; null: nobody did, or it was the caller. */
  readonly by: number | null;
  /** The other call that he came from. */
  readonly fromCall: string | null;
  readonly queue: string | null;
  /** Line that he was rung on. */
  readonly trunk: string | null;
  /** He began to ring, or came in. */
  readonly startMs: number | null;
  /** His partner began to ask him (咨询). */
  readonly consultedMs: number | null;
  /** He began to talk with the caller. */
  readonly connectedMs: number | null;
  /** He left, or stopped ringing. */
  readonly endMs: number | null;
  /** With the caller. */
  readonly talkMs: number | null;
  /** He or the caller held, or he waited while his partner was back with the caller. */
  readonly holdMs: number | null;
  readonly consultMs: number | null;
  /** What an agent did after his part (整理), which ends after the call as a rule; null: it is not over, or there was none. */
  readonly wrapUpMs: number | null;
  /** What an agent noted of the call (话后小结): by the company's list, and in words; null: nothing. */
  readonly disposition: string | null;
  readonly note: string | null;
  readonly endedBy: 'caller' | 'target' | 'engine' | null;
}

/** How an ask ended; one of these. */
export type AskOutcome =
  | 'answered'
  | 'abandoned_queue'
  | 'abandoned_ring'
  | 'overflow_timeout'
  | 'overflow_full'
  | 'overflow_no_agent'
  | 'left_by_key'
  | 'moved'
  | 'callback'
  | 'to_voicemail';

/** The caller asked a queue for an agent (人工请求): once a call and queue, however often he came back to it. */
export interface CdrAsk {
  readonly queue: string;
  readonly priority: number;
  /** From the arrival. */
  readonly startMs: number;
  /** In line, until an agent answered or he left. */
  readonly waitMs: number;
  readonly outcome: AskOutcome;
  /** Why he left the line the last time; null: the call ended. */
  readonly ending: AskEnding | null;
  /** Who answered. */
  readonly agent: string | null;
  /** Place in `asks` of the one before, which overflowed into this one or was transferred; null: the first. */
  readonly previous: number | null;
}

/**
 * What became of a call; one of these. `unanswered`: of a call to no hotline, nobody took it. The other words are those of
 * hotlines; see `call-outcome.ts`.
 */
export const CALL_OUTCOMES = [
  'answered',
  'abandoned',
  'overflowed_out',
  'callback',
  'voicemail',
  'transferred_out',
  'self_served',
  'ivr_lost',
  'blocked',
  'busy',
  'failed',
  'unanswered',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

export interface CdrRecording {
  readonly file: string;
  /** When it began, since the call did; older records do not say. */
  readonly startMs: number | null;
  readonly durationMs: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Why it is incomplete or missing. */
  readonly error: string | null;
  /** When the file was deleted because of its age or for room; null while it is there. */
  readonly deletedAt: number | null;
  /** Why somebody deleted it, in his words; null: it was time, or nobody said. */
  readonly deletedBecause: string | null;
}

/** What people have done with a message since it was left. */
export interface CdrMessageHandling {
  /** When somebody heard it first, or said that he had; null: it is new. */
  readonly heardAt: number | null;
  readonly heardBy: string | null;
  /** When it was put with those that are kept (保存). */
  readonly savedAt: number | null;
  readonly note: string;
  /** When what it asks for was seen to (已处理). */
  readonly doneAt: number | null;
  readonly doneBy: string | null;
  /** Why somebody deleted it, in his words. */
  readonly deletedBecause: string | null;
}

/** A message that the caller left. */
export interface CdrVoicemail {
  readonly box: string;
  readonly file: string;
  readonly durationMs: number;
  /** Null in records of 0.1.0. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** What it is about; left out: nobody said. */
  readonly subject?: string;
  /** When the file was deleted; null while it is there. */
  readonly deletedAt: number | null;
  /** Left out: nothing yet. */
  readonly handling?: CdrMessageHandling;
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

/** What was said of a call once it was over (通话小结), see `noted.ts`. `null`: not said, so that what the agents noted counts; an empty text: taken away. */
export interface CdrNoted {
  /** Counts up with each change of what follows it, but for `comments`. */
  readonly revision: number;
  readonly disposition: string | null;
  readonly resolved: boolean | null;
  readonly note: string | null;
  /** Comments (批注) that there are, which have a table of their own. */
  readonly comments: number;
  /** The last change of all this, milliseconds since 1970, and whose it was. */
  readonly at: number;
  readonly by: string;
}

/** A call that somebody has marked, so that it is found again (标记). */
export interface CdrFlag {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  /** In his words; null: he gave none. */
  readonly reason: string | null;
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
  /** Version of the hotline that the call went by; null: it has none, as those of TypeScript files. */
  readonly hotlineVersion: number | null;
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
  /** Null in records of 0.1.0. */
  readonly outcome: CallOutcome | null;
  /** The rule that kept the caller out. */
  readonly barred: Bar | null;
  readonly cause: CauseSlug;
  /** ITU-T Q.850 cause value. */
  readonly q850: number;
  readonly endedBy: 'caller' | 'engine' | 'target';
  /** Whose fault the ending was; null: nobody's. */
  readonly fault: Fault | null;
  /** The agent who spoke with the caller last (工号). */
  readonly agent: string | null;
  readonly surveyDigit: string | null;
  /** What that key means; null: the survey does not say. */
  readonly surveyRating: SurveyRating | null;
  readonly path: readonly CdrStep[];
  readonly keys: readonly CdrKeys[];
  readonly segments: readonly CdrSegment[];
  readonly targets: readonly CdrTarget[];
  readonly asks: readonly CdrAsk[];
  readonly recordings: readonly CdrRecording[];
  readonly voicemail: CdrVoicemail | null;
  /** The caller was promised a call back by this queue, to this number. */
  readonly callback: { readonly queue: string; readonly number: string } | null;
  readonly quality: readonly CdrQuality[];
  /** What was said of it once it was over; null: nothing. */
  readonly noted: CdrNoted | null;
  /** Set while it ran, or afterwards; null: it is not marked. */
  readonly flag: CdrFlag | null;
}
