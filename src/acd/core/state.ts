/** What the ACD of a company knows: agents, queues, callers and who is rung for whom. Times in ms, of the core's clock. */
import type { AgentState, OnCall } from './agent.ts';
import type { Handling } from './handling.ts';
import type { AgentSettings, CallNotes, QueueSettings, RingMiss } from './inputs.ts';
import type { RecentLeavers } from './recent-leavers.ts';
import { READY, type Wish } from './rest.ts';
import type { Done } from './shift.ts';
import { type SkillNeed, skillsOf } from './skills.ts';

/** One agent (坐席) with what the strategies look at. */
export interface Agent {
  /** Work number (工号). */
  readonly id: string;
  /** The extension of his own. */
  home: string;
  /** Where he sits instead: until he signs out. */
  seat: string | undefined;
  /** Where he sits: one of the two. */
  extension: string;
  /** The queues that he serves now, of those that list him; undefined: all. */
  serves: ReadonlySet<string> | undefined;
  /** His level (级别), from 1. */
  level: number;
  /** What he can do (技能), and how well. */
  skills: ReadonlyMap<string, number>;
  /** He was removed during a call: he goes when it is over. */
  leaving: boolean;
  state: AgentState;
  /** Of his state; see `AgentEvent`. */
  reason: string | undefined;
  /** Whose word has him in it, when it was not his own. */
  by: string | undefined;
  since: number;
  /** What he is when no call keeps him. */
  wish: Wish;
  work: Work | undefined;
  /** The call that he is on besides his work: one that he dialled, was rung directly for or was transferred. */
  ownCall: string | undefined;
  /** He is rung so long; undefined: as the queue has it. */
  ringMs: number | undefined;
  /** Not rung before, after a call that he missed like that. */
  restUntil: number;
  restsFor: RingMiss | 'lost' | undefined;
  /** Calls that he has missed in a row. */
  misses: number;
  wrapUpUntil: number;
  /** His break (小休) may last until then; 0: it has no limit, or is told of already. */
  breakUntil: number;
  /** It has lasted longer. */
  isOverLimit: boolean;
  /** While his leg is lost in a talk: how long he is waited for at most. */
  lostUntil: number;
  lastTalkEndedAt: number;
  /** When his shift (班次) began, and what he did in it for each queue, by its name, also for those that he does not serve now. */
  shiftSince: number;
  readonly shift: Map<string, Member>;
}

/** Whether a caller of a queue has him: is offered to him, talks with him, or waits for his phone. */
export function isServing({ work, state }: Agent): boolean {
  return work !== undefined && state !== 'wrap-up';
}

/** An agent as he begins: signed out, at the phone of his own. */
export function newAgent({ id, extension, level = 1, skills, ringMs }: AgentSettings, now: number): Agent {
  return {
    id,
    home: extension,
    seat: undefined,
    extension,
    serves: undefined,
    level,
    skills: skillsOf(skills),
    leaving: false,
    state: 'signed-out',
    reason: undefined,
    by: undefined,
    since: now,
    wish: READY,
    work: undefined,
    ringMs,
    ownCall: undefined,
    restUntil: 0,
    restsFor: undefined,
    misses: 0,
    wrapUpUntil: 0,
    breakUntil: 0,
    isOverLimit: false,
    lostUntil: 0,
    lastTalkEndedAt: 0,
    shiftSince: now,
    shift: new Map(),
  };
}

/** An agent in a queue, and what he did for it in his shift. */
export interface Member extends Done {
  readonly agent: Agent;
  /** He serves it from when somebody has waited so long. */
  afterMs: number;
}

/** The caller whom an agent is rung for, talks with or finishes the notes of. */
export interface Work {
  /** By which he was rung; undefined: he has taken the caller himself (抢接). */
  readonly reservation: Reservation | undefined;
  readonly member: Member;
  readonly callId: string;
  /** The queue that the caller came from. */
  readonly queue: string;
  /** What is counted there of how long callers keep agents. */
  readonly handling: Handling;
  readonly wrapUpMs: number;
  /** He is to say what the call came to (话后小结) before his wrap-up ends. */
  readonly needsDisposition: boolean;
  readonly offeredAt: number;
  /** When the talk began; undefined: it has not. */
  talksSince: number | undefined;
  /** The leg that he talks on. */
  leg: string | undefined;
  notes: CallNotes;
  /** What he has written and not noted yet. */
  draft?: CallNotes | undefined;
  /** How often he may still ask for more of his wrap-up. */
  extensionsLeft: number;
}

/** A queue (队列) with the callers that wait, first in line first. */
export interface Queue {
  /** As it is set up now. */
  settings: QueueSettings;
  /** Who serves it now, in the order of its set-up. */
  members: readonly Member[];
  /** Peak mode (高峰应急) lasts until then; 0: it is off. */
  peakUntil: number;
  /** It was removed: it takes nobody any more and goes with its last caller. */
  removed: boolean;
  /** Who waits or is offered to agents. */
  readonly line: Visit[];
  /** Callers who are being answered to wait: they count as well. */
  entering: number;
  /** Callers who wait, are connected or talk. */
  visits: number;
  /** What the expected wait is told from. */
  readonly handling: Handling;
  /** Who left its line unserved. */
  readonly left: RecentLeavers;
}

/**
 * `entering`: is being answered; `offered`: agents ring for him; `connected`: somebody has answered; `turned-out`: he waited
 * and is to leave.
 */
export type VisitState = 'entering' | 'waiting' | 'offered' | 'connected' | 'turned-out';

/** A caller at a queue, until he leaves it. */
export interface Visit {
  readonly id: string;
  readonly callId: string;
  readonly queue: Queue;
  /** A mask of his number; '': withheld. */
  readonly caller: string;
  /** A promise to call back stands in line for him: he has hung up. */
  readonly standsIn: boolean;
  /** Higher goes first. */
  priority: number;
  /** Who talked with him last, within the time that the queue looks back. */
  readonly lastAgent: string | undefined;
  /** His own agent (专属坐席). */
  readonly owner: string | undefined;
  /** He waits so long at most. */
  readonly maxWaitMs: number;
  /** So long he has waited elsewhere. */
  readonly waitedMs: number;
  /** Before all others: he was being served when his agent was lost. */
  readonly goesFirst: boolean;
  /** What he needs of an agent (技能); left out: nothing. */
  readonly needs?: readonly SkillNeed[] | undefined;
  state: VisitState;
  joinedAt: number;
  /** Since when his waiting counts, and as which he joined: his place among equals, kept when an agent did not answer. */
  since: number;
  order: number;
  reservation: Reservation | undefined;
  /** The why that his record was told last, without its times. */
  explained: string;
}

/** Agents who are rung for a caller. It is over when one has answered, all have failed, he left or its limit is reached. */
export interface Reservation {
  readonly id: number;
  readonly visit: Visit;
  /** Who is rung still. */
  readonly agents: Set<Agent>;
  /** Who was rung, if only for a while. */
  readonly rung: Set<Agent>;
  until: number;
  /** When more agents are to be rung too. */
  growsAt: number;
}

/** A leg that a phone has. */
export interface PhoneLeg {
  readonly extension: string;
  callId: string | undefined;
  /** Nobody of the ACD rings it for a caller in a queue: it is a call of who sits there. */
  isOwn: boolean;
  phase: OnCall;
}
