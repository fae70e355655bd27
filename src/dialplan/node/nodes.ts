/**
 * The one tree of a hotline, as plain data. The TypeScript builders make it, the database and the web console
 * hold it as JSON, the runner walks it, `check` proves it and `graph` draws it. Only `script` nodes and function
 * flows hold code, and therefore come from TypeScript alone.
 *
 * A flow is a node or a list of nodes that are taken one after the other. A node either settles the call (the
 * caller was served, left a message, was handed over, hung up) or lets it go on to the next node; when nothing is
 * left, the hotline's `otherwise` decides.
 */
import type { CauseSlug } from '../../shared/cause.ts';
import type { FlowCall, Prompts } from '../run/flow-call.ts';

export type Flow = FlowNode | readonly FlowNode[];

/** What a `script` node runs. The string it returns chooses the branch; none goes on with the next node. */
export type ScriptFunction = (call: ScriptCall) => Promise<string | undefined> | string | undefined;
/** A whole flow as a function. */
export type FlowFunction = (call: ScriptCall) => Promise<void>;

/** The verbs that a function has: those of the live call, and values kept on it. */
export interface ScriptCall extends FlowCall {
  /** Keeps a value on the call, for `byVariable` and for the record. */
  set(name: string, value: string): void;
}

/** Who a rule is about. With `until` it lapses by itself; `reason` is told in the trace. */
export type CallerMatch = (
  | { readonly match: 'list'; readonly list: string }
  | { readonly match: 'number'; readonly number: string }
  | { readonly match: 'prefix'; readonly prefix: string }
  /** Landlines of the area code (0898) and mobiles whose segment belongs to it. */
  | { readonly match: 'area-code'; readonly code: string }
  | { readonly match: 'anonymous' }
  | { readonly match: 'international' }
) & {
  /** ISO 8601 with offset: the first instant at which it no longer holds. */
  readonly until?: string;
  readonly reason?: string;
};

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
/** Days of a period: one weekday, a range, `daily`, public holidays (法定节假日) or make-up work days (调休). */
export type DayKey = Weekday | `${Weekday}-${Weekday}` | 'daily' | 'holiday' | 'make-up';
/** Half-open intervals of local time, `09:00-12:00,13:30-18:00`; `22:00-06:00` runs into the next day. */
export type Hours = string;
export type WeeklyHours = { readonly [day in DayKey]?: Hours };

/** When a hotline is in which period. Whatever no period covers is `closed`. */
export interface CalendarRules {
  /** Periods by name, the first that covers an instant wins: `{ open: { 'mon-fri': '09:00-18:00' } }`. */
  readonly periods: { readonly [period: string]: WeeklyHours };
  /** IANA zone; the hotline's own by default. */
  readonly timeZone?: string;
  /** `CN`: public holidays take the hours of `holiday`, make-up work days those of a work day. Default `none`. */
  readonly holidays?: 'CN' | 'none';
  /** Company days off, `2026-03-03` or `2026-08-01/2026-08-05` with both ends included: `closed` all day. */
  readonly daysOff?: readonly string[];
  /** Other hours on single dates or ranges; they beat all but `daysOff`: `{ '2026-12-31': { open: '09:00-12:00' } }`. */
  readonly dates?: { readonly [dateOrRange: string]: { readonly [period: string]: Hours } };
  /** Temporary switches that put the calendar into the period of their name while they are on (`night`). */
  readonly switches?: readonly string[];
}

export interface PlayNode {
  readonly type: 'play';
  readonly prompt: Prompts;
  readonly repeat?: number;
  readonly bargeIn?: boolean;
}
export interface MenuNode {
  readonly type: 'menu';
  readonly prompt: Prompts;
  /** By key or keys: `1`, `0`, `*`, `110`. */
  readonly keys: { readonly [keys: string]: Flow };
  /** Times the menu is offered before `otherwise`. Default 3. */
  readonly attempts?: number;
  /** Wait for a key after the prompt. Default 5000. */
  readonly timeoutMs?: number;
  /** Said after a key that leads nowhere. */
  readonly invalid?: Prompts;
  readonly otherwise?: Flow;
}
export interface GatherNode {
  readonly type: 'gather';
  /** Variable that holds the digits afterwards. */
  readonly save: string;
  readonly prompt?: Prompts;
  readonly min?: number;
  readonly max?: number;
  readonly timeoutMs?: number;
  readonly interDigitMs?: number;
  readonly terminator?: string;
  /** A PIN: never in the record, never in the log. */
  readonly secret?: boolean;
  /** Times it is asked before `otherwise`. Default 3. */
  readonly attempts?: number;
  readonly invalid?: Prompts;
  readonly otherwise?: Flow;
}
export interface ScheduleNode {
  readonly type: 'schedule';
  /** Name of a calendar of the hotline or a built-in one (`24x7`, `CN-office-hours`), or the rules themselves. */
  readonly calendar: string | CalendarRules;
  /** By period. `holiday` is taken on public holidays outside all periods; both fall back to `closed`. */
  readonly periods: { readonly [period: string]: Flow };
}
export interface ByAreaNode {
  readonly type: 'byArea';
  /** By province (广东), city (深圳, 广东深圳) or area code (0755); the narrowest wins. */
  readonly areas: { readonly [area: string]: Flow };
  /** The number tells no area. Default `otherwise`. */
  readonly unknown?: Flow;
  /** Callers from abroad, Hong Kong, Macao and Taiwan included. Default `otherwise`. */
  readonly international?: Flow;
  readonly otherwise?: Flow;
}
export interface ByCarrierNode {
  readonly type: 'byCarrier';
  /** By operator: 移动, 联通, 电信, 广电; 联通虚拟 or all 虚拟; 移动物联网 or all 物联网; 卫星. */
  readonly carriers: { readonly [carrier: string]: Flow };
  readonly otherwise?: Flow;
}
export interface ByCallerNode {
  readonly type: 'byCaller';
  /** The first rule that fits wins. */
  readonly rules: readonly { readonly who: readonly CallerMatch[]; readonly flow: Flow }[];
  readonly otherwise?: Flow;
}
export interface ByPercentNode {
  readonly type: 'byPercent';
  /** Weights; 70 and 30, or 7 and 3. */
  readonly shares: readonly { readonly weight: number; readonly flow: Flow }[];
}
export interface ByTrunkNode {
  readonly type: 'byTrunk';
  readonly trunks: { readonly [trunk: string]: Flow };
  readonly otherwise?: Flow;
}
export interface ByVariableNode {
  readonly type: 'byVariable';
  readonly variable: string;
  readonly values: { readonly [value: string]: Flow };
  readonly otherwise?: Flow;
}
export interface SetNode {
  readonly type: 'set';
  readonly variable: string;
  readonly value: string;
}
export interface QueueNode {
  readonly type: 'queue';
  readonly queue: string;
  /** Higher goes first; VIP callers add their own. */
  readonly priority?: number;
  readonly maxWaitMs?: number;
  readonly timeout?: Flow;
  readonly full?: Flow;
  readonly noAgents?: Flow;
  /** Keys that the caller may leave the queue with. */
  readonly keys?: { readonly [key: string]: Flow };
  /** For the outcomes above that have no branch. */
  readonly otherwise?: Flow;
}

/** An outside line: landline or mobile, through a trunk. */
export interface Line {
  readonly type: 'line';
  readonly number: string;
  /** Name in the record; the number by default. */
  readonly name?: string;
  readonly trunk?: string;
  /** Calls that it takes at once. Default 1. */
  readonly channels?: number;
  readonly ringMs?: number;
  /** Share with the strategy `weighted`. Default 1. */
  readonly weight?: number;
  /** Rung only while this calendar is `open`. */
  readonly hours?: string | CalendarRules;
}
export interface ExtensionNode {
  readonly type: 'extension';
  readonly number: string;
  readonly name?: string;
  readonly channels?: number;
  readonly ringMs?: number;
  readonly weight?: number;
  readonly hours?: string | CalendarRules;
  /** As a node of its own: nobody answered. */
  readonly otherwise?: Flow;
}
export type DialStrategy = 'sequential' | 'round-robin' | 'random' | 'ring-all' | 'least-recent' | 'weighted';
export interface DialNode {
  readonly type: 'dial';
  /** Lines, extensions, or names of lines that the hotline declares. */
  readonly targets: readonly (string | Line | ExtensionNode)[];
  /** Default `sequential`. */
  readonly strategy?: DialStrategy;
  /** Ring time of lines that have none of their own. Default 30000. */
  readonly ringMs?: number;
  /** First the line that answered this caller last. */
  readonly sticky?: boolean;
  readonly busy?: Flow;
  readonly noAnswer?: Flow;
  readonly otherwise?: Flow;
}
export interface TransferNode {
  readonly type: 'transfer';
  readonly target: string | Line | ExtensionNode;
  readonly otherwise?: Flow;
}
export interface VoicemailNode {
  readonly type: 'voicemail';
  readonly box: string;
}
export interface SurveyNode {
  readonly type: 'survey';
  readonly survey: string;
}
/** Something to tell while a switch is on (a power cut, a typhoon); passes silently otherwise. */
export interface AnnounceNode {
  readonly type: 'announce';
  readonly prompt: Prompts;
  /** Said while this switch is on; always when undefined. */
  readonly switch?: string;
  /** Only to callers from these provinces, cities or area codes. */
  readonly areas?: readonly string[];
}
export interface CallbackNode {
  readonly type: 'callback';
  readonly queue: string;
  /** Said once the promise is noted. */
  readonly prompt?: Prompts;
  /** For callers who withhold their number: nobody can call them back. */
  readonly otherwise?: Flow;
}
/** Asks an outside service over HTTP. `{caller}`, `{called}` and `{variable}` are filled in, percent-encoded. */
export interface HttpNode {
  readonly type: 'http';
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** Default 2000. */
  readonly timeoutMs?: number;
  /** Variables to set from the JSON answer, by dotted path: `{ tier: 'customer.tier' }`. */
  readonly save?: { readonly [variable: string]: string };
  /** Path of the value that chooses the branch. */
  readonly select?: string;
  readonly values?: { readonly [value: string]: Flow };
  /** No answer in time, an error, or a value without a branch. */
  readonly otherwise?: Flow;
}
/** Goes on with a flow of the hotline and does not come back. */
export interface GotoNode {
  readonly type: 'goto';
  readonly flow: string;
}
/** Takes a flow of the hotline, then goes on with the next node unless that settled the call. */
export interface SubflowNode {
  readonly type: 'subflow';
  readonly flow: string;
}
export interface ScriptNode {
  readonly type: 'script';
  readonly run: ScriptFunction;
  /** Name in the trace; the function's own by default. */
  readonly name?: string;
  /** Time that the function may take between two verbs of the call. Default 10000. */
  readonly timeoutMs?: number;
  readonly branches?: { readonly [result: string]: Flow };
  /** A result without a branch. A throw or a timeout goes to the hotline's own `otherwise`. */
  readonly otherwise?: Flow;
}
export interface HangupNode {
  readonly type: 'hangup';
  /** Default `normal`. */
  readonly cause?: CauseSlug;
  /** Said before; as early media when the call is not answered yet. */
  readonly prompt?: Prompts;
}

export type FlowNode =
  | PlayNode
  | MenuNode
  | GatherNode
  | ScheduleNode
  | ByAreaNode
  | ByCarrierNode
  | ByCallerNode
  | ByPercentNode
  | ByTrunkNode
  | ByVariableNode
  | SetNode
  | QueueNode
  | DialNode
  | ExtensionNode
  | TransferNode
  | VoicemailNode
  | SurveyNode
  | AnnounceNode
  | CallbackNode
  | HttpNode
  | GotoNode
  | SubflowNode
  | ScriptNode
  | HangupNode;
export type NodeType = FlowNode['type'];

export interface VipRule {
  readonly who: readonly CallerMatch[];
  /** Added to the priority in every queue. Default 10. */
  readonly priority?: number;
  /** Taken instead of the hotline's flow. */
  readonly flow?: Flow;
}
export interface RateLimit {
  /** Calls of one caller within the last `perMs`; those who withhold their number count as one. */
  readonly calls: number;
  readonly perMs: number;
  /** What the caller above it gets. Default: rejected as busy. */
  readonly otherwise?: Flow;
}
export interface Ringback {
  readonly prompt: Prompts;
  /** `before-answer`: early media, the caller does not pay yet. */
  readonly when: 'before-answer' | 'after-answer';
}

/** A 400 number (热线) and all that happens to a call to it. */
export interface Hotline {
  readonly type: 'hotline';
  /** Digits as they arrive after normalisation. */
  readonly number: string;
  readonly name?: string;
  /** Company that owns it; the first of the configuration by default. */
  readonly tenant?: string;
  /** IANA zone; that of the configuration by default. */
  readonly timeZone?: string;
  /** 黑名单: turned away before anything else. */
  readonly block?: readonly CallerMatch[];
  /** What they get: 603, 486, or a flow (a prompt, an extension). Default `reject`. */
  readonly blocked?: 'reject' | 'busy' | Flow;
  /** 白名单: neither blacklist nor limit applies to them. */
  readonly allow?: readonly CallerMatch[];
  /** `allowed`: nobody but the whitelist gets in. Default `all`. */
  readonly admit?: 'all' | 'allowed';
  readonly vip?: VipRule;
  readonly limit?: RateLimit;
  /** Calls at once (中继); above it the caller gets busy. */
  readonly channels?: number;
  /** 企业彩铃. */
  readonly ringback?: Ringback;
  /** Feature codes (`*61`) that turn a switch over when dialled on a phone of the company, by switch. */
  readonly featureCodes?: { readonly [switchName: string]: string };
  readonly lines?: { readonly [name: string]: Line | ExtensionNode };
  readonly calendars?: { readonly [name: string]: CalendarRules };
  readonly flows?: { readonly [name: string]: Flow };
  readonly flow: Flow | FlowFunction;
  /** Time that a function flow may take between two verbs of the call. Default 10000. */
  readonly flowTimeoutMs?: number;
  /** 满意度评价 once a talk ended and the caller is still there. */
  readonly afterTalk?: SurveyNode;
  /** When the flow has nothing more to do or fails. Default: a prompt and the end of the call. */
  readonly otherwise?: Flow;
}
