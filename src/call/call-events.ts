/**
 * The facts of a call's life, in the order in which they happened. They are appended to the store as they
 * happen; the call record (CDR), reports and bills are projections of them and of nothing else.
 */
import type { CauseSlug, Fault } from '../shared/cause.ts';
import type { CallId, TenantId } from '../shared/ids.ts';
import type { CallDirection, Diversion, OriginKind, PartyName } from './arrival.ts';

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

/** Agent (坐席), phone of the company, or a number outside. */
export type PartyKind = PartyName['kind'];

/**
 * Why somebody is rung, or how he came in without having been: `pick-up` 抢接, `replace` INVITE with Replaces (RFC 3891), `park`
 * taken up from a slot or rung because nobody did, `originate` our own end of a call that we begin, `reconnect` 重连 invited again
 * because his leg died in the talk.
 */
export type JoinReason =
  | 'queue'
  | 'dial'
  | 'transfer'
  | 'consult'
  | 'conference'
  | 'pick-up'
  | 'replace'
  | 'park'
  | 'originate'
  | 'reconnect';

/** What kept a caller out before any service: a rule of the hotline, or no room on the trunk. */
export type Bar = 'blacklist' | 'whitelist' | 'limit' | 'channels' | 'trunk' | OutsideBar;

/** What kept a call of the company from going outside: the phone's right, the lock of the night, or a limit that is reached. */
export type OutsideBar = 'outside-right' | 'outside-lock' | 'outside-limit';

/** Why a caller left a queue while he was on the line. */
export type AskEnding = 'answered' | 'timeout' | 'full' | 'no-agents' | 'closed' | 'key' | 'moved';

/** What an answer of a survey means (满意率): 非常满意, 满意, 一般, 不满意. */
export type SurveyRating = 'very-satisfied' | 'satisfied' | 'fair' | 'dissatisfied';

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
  routed: {
    readonly hotline: string;
    /** Of a hotline whose flow is data, the version that the call keeps. */
    readonly version?: number | undefined;
  };
  /** The caller is not let in. */
  barred: { readonly rule: Bar };
  /** One step of the way through the dialplan, and why it was taken. */
  step: { readonly step: string; readonly why: string };
  answered: Record<never, never>;
  /** A segment begins; the one before ends with it. `owner`: queue, agent, line or prompt. */
  segment: { readonly kind: SegmentKind; readonly owner: string };
  /** The caller pressed keys that chose something. Never keys of a PIN. */
  keyed: { readonly purpose: string; readonly digits: string };
  /** The caller asks a queue for an agent (人工请求). Ends with `askEnded`, or with the call. */
  asked: { readonly queue: string; readonly priority: number };
  /** `agent`: who answered; empty: nobody did. */
  askEnded: { readonly queue: string; readonly ending: AskEnding; readonly agent: string };
  /** The caller's call ended while he waited in the line of a queue (呼损). */
  abandoned: { readonly queue: string; readonly waitedMs: number };
  /** An agent or line is rung from now on (弹屏): with what his screen shows of the caller. {@link CallFacts.rung} says how it went. */
  ringing: {
    readonly target: string;
    readonly kind: PartyKind;
    readonly reason: JoinReason;
    /** The queue that he is rung for; empty: none. */
    readonly queue: string;
    readonly direction: CallDirection;
    readonly caller: string;
    readonly called: string;
    /** As far as it is known. */
    readonly area: string | undefined;
    readonly hotline: string | undefined;
    /** What the caller chose by key on his way here, `1 3`; empty: nothing. */
    readonly keys: string;
  };
  /** An agent or line was rung, and how that went. */
  rung: {
    readonly target: string;
    /** `answered`, or a word for why not, a colon and the reason. */
    readonly outcome: string;
    readonly ringMs: number;
    readonly kind: PartyKind;
    readonly reason: JoinReason;
    /** Who wanted it: the partner who transfers or asks; empty: the plan. */
    readonly by: string;
    /** Line that the INVITE went out on; undefined: it went to a phone, or none was free. */
    readonly trunk: string | undefined;
  };
  /** Somebody comes in who was not rung for this call. */
  joined: {
    readonly target: string;
    readonly kind: PartyKind;
    readonly reason: JoinReason;
    /** Who brought him, or whose place he takes; empty: nobody. */
    readonly by: string;
    /** The other call that he was in before; undefined: none. */
    readonly fromCall: CallId | undefined;
  };
  /** The partner asks him (咨询) while the caller waits. */
  consulted: { readonly target: string; readonly kind: PartyKind };
  /** The caller talks with an agent (工号) or an outside line. */
  connected: { readonly target: string; readonly kind: PartyKind };
  /** Who talked with the caller, or was asked, leaves. */
  disconnected: { readonly target: string; readonly by: 'caller' | 'target' | 'engine' };
  recordingStarted: { readonly file: string };
  recordingEnded: {
    readonly file: string;
    readonly durationMs: number;
    readonly bytes: number;
    readonly sha256: string | undefined;
  };
  recordingFailed: { readonly file: string; readonly error: string };
  /** `rating`: what the key means, as the survey has it. */
  surveyed: {
    readonly survey: string;
    readonly digit: string;
    readonly rating?: SurveyRating | undefined;
  };
  /** The caller was promised a call back. */
  callbackPromised: { readonly queue: string; readonly number: string };
  /** This call is to keep such a promise: agents of the queue are rung, then who was promised. */
  callbackBegun: { readonly queue: string; readonly promisedIn: CallId };
  voicemailLeft: {
    readonly box: string;
    readonly file: string;
    readonly durationMs: number;
    readonly bytes: number;
    readonly sha256: string | undefined;
    /** What it is about, by the flow that took it. */
    readonly subject?: string | undefined;
  };
  /** Quality of one leg's audio, when it ended. */
  quality: {
    readonly leg: string;
    readonly codec: string | undefined;
    readonly mos: number | undefined;
    readonly lost: number;
    readonly received: number;
    readonly jitterMs: number;
  };
  /** Somebody marks the call, so that it is found again (标记), or takes the mark off; `reason`: in his words. */
  flagged: { readonly did: 'flag' | 'unflag'; readonly by: string; readonly reason: string | undefined };
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

/** Where calls leave their events. Returns at once; never throws. */
export interface CallJournal {
  /** Returns the place of the event: places count up. */
  append(event: CallEvent): number;
  /**
   * Resolves when all events up to that place outlive the process; undefined when they do already, or when nothing can
   * be written now, so that whoever came in goes on. Never rejects.
   */
  durable(place: number): Promise<void> | undefined;
}
