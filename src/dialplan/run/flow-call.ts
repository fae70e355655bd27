/**
 * Port FlowCall: what a flow can do with a call. The live call, the simulator and tests stand behind it.
 *
 * Every verb resolves with a typed outcome and rejects with {@link CallEndedError} once the call has ended, so a
 * flow unwinds by itself when the caller hangs up. Outcomes such as "nobody answered" are never errors.
 */

import type { Origin } from '../../call/arrival.ts';
import type { Bar } from '../../call/call-events.ts';
import type {
  ConferenceOutcome,
  DialOutcome,
  GatherOutcome,
  PlayOutcome,
  QueueOptions,
  QueueOutcome,
  SkillAsked,
} from '../../call/outcomes.ts';
import type { Prompt, Prompts } from '../../prompt/prompt.ts';
import type { CauseSlug } from '../../shared/cause.ts';
import { PbxError } from '../../shared/errors.ts';

/** The call ended while, or before, a verb was under way. */
export class CallEndedError extends PbxError {
  constructor(options?: ErrorOptions) {
    super('call-ended', 'the call has ended', options);
  }
}

export type {
  ConferenceOutcome,
  DialOutcome,
  GatherOutcome,
  PlayOutcome,
  Prompt,
  Prompts,
  QueueOptions,
  QueueOutcome,
  SkillAsked,
};

export interface GatherOptions {
  readonly prompt?: Prompts;
  /** Digits to collect; ends at `max`. Default 1 and 1. */
  readonly min?: number;
  readonly max?: number;
  /** Wait for the first digit after the prompt. Default 5000. */
  readonly timeoutMs?: number;
  /** Wait for each further digit. Default 3000. */
  readonly interDigitMs?: number;
  /** Ends the input, is not part of it. Default '#' when max > 1. */
  readonly terminator?: string;
  /** Ends the input as soon as it holds of the keys so far. */
  readonly until?: (digits: string) => boolean;
  /** A PIN: never logged, never in the record. */
  readonly secret?: boolean;
  /** What the digits are for, in the record. */
  readonly purpose?: string;
}

/** A line to dial: an outside number through a trunk, or an extension's phone. */
export interface DialTarget {
  readonly kind: 'line' | 'extension';
  /** Number to dial. */
  readonly number: string;
  /** Name of the line in the record; the number by default. */
  readonly name?: string;
  readonly trunk?: string;
  readonly ringMs?: number;
}

export interface DialOptions {
  /** Tried in this order; all at once with `together`. */
  readonly targets: readonly DialTarget[];
  readonly together?: boolean;
  /** Ring time of each target that has none of its own. Default 30000. */
  readonly ringMs?: number;
  /** Told the name of the target that answered, when the talk begins. */
  readonly onConnected?: (target: string) => void;
}

export interface MessageOptions {
  /** What it is about, beside the message. */
  readonly subject?: string | undefined;
  /** Said first; default: the greeting of the mailbox. */
  readonly prompt?: Prompts | undefined;
  /** Default: that of the mailbox. */
  readonly maxMs?: number | undefined;
  /** It is played to the caller, who keeps it or says it again. Default false. */
  readonly review?: boolean | undefined;
}

export interface VoicemailOutcome {
  readonly left: boolean;
  readonly durationMs: number;
}

export interface RecordOptions {
  /** What the message is for, in the record. */
  readonly purpose?: string;
  /** Default 120000. */
  readonly maxMs?: number;
  /** Ends after so much silence. Default 5000. */
  readonly maxSilenceMs?: number;
}

export interface RecordOutcome {
  readonly recorded: boolean;
  /** Name of the file within the data folder; undefined when nothing was recorded. */
  readonly file: string | undefined;
  readonly durationMs: number;
}

export interface SurveyOutcome {
  /** The key pressed; undefined when none was. */
  readonly digit: string | undefined;
}

export interface EarlyMediaOptions {
  /** Heard over and over while somebody is rung for the caller, instead of the ring tone. */
  readonly ringback?: Prompts;
}

export interface FlowCaller {
  /** Normalised number; empty when withheld. */
  readonly number: string;
  readonly displayName: string | undefined;
}

export interface FlowCall {
  readonly id: string;
  /** Company that the call belongs to. */
  readonly tenant: string;
  readonly caller: FlowCaller;
  /** The 400 number that was called, normalised. */
  readonly called: string;
  /** Who began the call: a trunk, a phone of the company ... */
  readonly origin: Origin;
  /** Name of the trunk that it came in on; undefined: it did not come from outside. */
  readonly trunk: string | undefined;
  /** The number that forwarded the call to us last, normalised; undefined: it came straight. */
  readonly forwardedFrom: string | undefined;
  /** When the call arrived, milliseconds since 1970. */
  readonly arrivedAt: number;
  /**
   * Values that flows keep on the call (`byVariable`, `set`). From the start on: `called`, the number that was called,
   * `hotline`, the main number of its hotline, and `forwardedFrom` and `forwardReason` of a call that was forwarded to us.
   */
  readonly variables: Map<string, string>;
  /** Aborts when the call ends. */
  readonly signal: AbortSignal;
  readonly answered: boolean;
  /** The call is over: every verb rejects. */
  readonly ended: boolean;

  /** @internal Told each node of its hotline that the call enters, undefined when it has left the last one; left out: nobody watches. */
  entered?(hotline: object, node: object | undefined): void;
  /** Leaves a trace: which step was taken and why. Synchronous and cheap. */
  step(step: string, why: string): void;
  /** Tells the record which hotline took the call, by its main number, and in which version. */
  routed(hotline: string, version?: number): void;
  /** Tells the record that the caller is not let in, by which rule. */
  barred(rule: Bar): void;
  /** Tells the record where the caller is. */
  located(area: string, carrier: string | undefined): void;
  /** 180 to the caller. */
  ring(): void;
  /** 183: `play` is heard before the answer (企业彩铃). */
  earlyMedia(options?: EarlyMediaOptions): Promise<void>;
  /** Idempotent. */
  answer(): Promise<void>;
  play(prompts: Prompts, options?: { bargeIn?: boolean; repeat?: number }): Promise<PlayOutcome>;
  gather(options: GatherOptions): Promise<GatherOutcome>;
  queue(name: string, options?: QueueOptions): Promise<QueueOutcome>;
  dial(options: DialOptions): Promise<DialOutcome>;
  /** Rings a group of phones (分机组) as the group has it; where nobody answers, the flow goes on. */
  group(number: string): Promise<DialOutcome>;
  /** The caller goes into a conference room (会议室) until he is out again, or is not let in and hears why. */
  conference(number: string): Promise<ConferenceOutcome>;
  /** Records what the caller says after a beep, until '#', silence or the limit. */
  record(options?: RecordOptions): Promise<RecordOutcome>;
  voicemail(box: string, options?: MessageOptions): Promise<VoicemailOutcome>;
  survey(name: string): Promise<SurveyOutcome>;
  /**
   * From now on prompts are spoken in the language of a skill, and queues ask for agents who have it. `remember`: the next call
   * of his number finds it.
   */
  speak(skill: string, options?: { readonly remember?: boolean }): Promise<void>;
  /** The skill of the language that was remembered for the caller's number. */
  spokenBefore(): Promise<string | undefined>;
  /** Nothing is remembered for the caller's number any more. */
  forgetLanguage(): Promise<void>;
  /**
   * Promises to call the caller back: the promise stands in line in the queue, and when it is its turn an agent is rung, then the
   * caller. False: his number is withheld, or none that is called back (a mobile or fixed line of the mainland).
   */
  callback(queue: string): Promise<boolean>;
  /** Hands the caller over to another number (REFER or a new leg) and leaves. */
  transfer(target: DialTarget): Promise<DialOutcome>;
  /** Ends the call; before the answer it is a rejection with the cause's status. */
  hangup(cause?: CauseSlug): Promise<void>;
}
