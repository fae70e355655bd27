import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { Prompts } from '../run/flow-call.ts';
import type { FlowFunction } from '../run/script-call.ts';
import type { CallerMatch } from './caller-rule.ts';
import type { Fields } from './fields.ts';
import type { ExtensionNode, Line } from './line.ts';
import type { SurveyNode } from './survey.ts';
import type { Flow } from './tree.ts';

export interface VipRule {
  readonly who: readonly CallerMatch[];
  /** Added to the priority in every queue. Default 10. */
  readonly priority?: number;
  /** Taken instead of the hotline's flow. */
  readonly flow?: Flow;
}

/** Besides `who`. */
export const VIP_FIELDS: Fields = { priority: 'whole?', flow: 'flow?' };

export interface RateLimit {
  /** Calls of one caller within the last `perMs`; those who withhold their number count as one. */
  readonly calls: number;
  readonly perMs: number;
  /** What the caller above it gets. Default: rejected as busy. */
  readonly otherwise?: Flow;
}

export const LIMIT_FIELDS: Fields = { calls: 'positive', perMs: 'positive', otherwise: 'flow?' };

export interface Ringback {
  readonly prompt: Prompts;
  /** `before-answer`: early media, the caller does not pay yet. */
  readonly when: 'before-answer' | 'after-answer';
}

/** Besides `when`. */
export const RINGBACK_FIELDS: Fields = { prompt: 'prompts' };

/** A 400 number (热线) and all that happens to a call to it. */
export interface Hotline {
  readonly type: 'hotline';
  /** Digits as they arrive after normalisation. */
  readonly number: string;
  /** Other numbers that lead here (引示号); the record has the one that was called, and `number`. */
  readonly aliases?: readonly string[];
  readonly name?: string;
  /** For people who look after it. */
  readonly description?: string;
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
