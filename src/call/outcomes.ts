/** How a caller fared, in the words that features and flows share; in each case he is still there. */
import type { PriorityName } from './priority.ts';
import type { Refusal } from './ring.ts';
import type { TalkOutcome } from './talk-options.ts';

export interface PlayOutcome {
  /** The digit that stopped it, with `bargeIn`. */
  readonly digit: string | undefined;
}

export interface GatherOutcome {
  readonly digits: string;
  readonly reason: 'complete' | 'terminator' | 'timeout';
}

/** A skill that a flow asks for. */
export interface SkillAsked {
  readonly skill: string;
  /** At least; 1 to 100, 1 by default. */
  readonly level?: number;
  /** Who has waited so long takes also who lacks it; as the skill has it by default. */
  readonly relaxAfterMs?: number;
}

export interface QueueOptions {
  /** Higher goes first: a level counts as five minutes of waiting. Default 0, `low`. */
  readonly priority?: number | PriorityName;
  /** Limit of waiting; the queue's own when undefined. */
  readonly maxWaitMs?: number;
  /** What the caller needs of an agent (技能), besides what the queue asks for. */
  readonly skills?: readonly SkillAsked[];
  /** Keys that the caller may leave with before somebody answers: `'09'`. */
  readonly keys?: string;
  /** What he has waited in other queues during this call counts for his place (溢出保留等待时间). */
  readonly keepsWait?: boolean | undefined;
  /** Work number (工号) of the caller's own agent (专属坐席), for queues by `owner`. */
  readonly owner?: string | undefined;
}

export type QueueOutcome =
  /** The agent or the engine ended the talk. */
  | { readonly reason: 'served'; readonly agent: string; readonly talkMs: number }
  | { readonly reason: 'timeout' | 'full' | 'no-agents' | 'closed' }
  /** The caller chose to leave with one of the keys offered. */
  | { readonly reason: 'key'; readonly digit: string }
  /** He was promised a call back, by a key that the queue itself offers: nothing is left to do. */
  | { readonly reason: 'callback' }
  /** In the same way he was led to a mailbox, and is done there. */
  | { readonly reason: 'voicemail'; readonly mailbox: string };

/** How a caller fared in a conference room (会议室). */
export type ConferenceOutcome =
  | { readonly reason: 'attended'; readonly ms: number }
  /** Not let in, and told so. `unavailable`: there is no such room, or the media engine cannot mix. */
  | { readonly reason: 'full' | 'locked' | 'wrong-pin' | 'unavailable' };

export type DialOutcome =
  | ({ readonly reason: 'served'; readonly target: string } & TalkOutcome)
  | {
      readonly reason: 'busy' | 'no-answer' | 'unavailable' | 'failed';
      /** Why the last target did not take the call; undefined: there was none. */
      readonly refusal?: Refusal | undefined;
    };
