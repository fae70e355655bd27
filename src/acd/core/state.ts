/** What the ACD of a company knows: agents, queues, callers and who is rung for whom. Times in ms, of the core's clock. */
import type { AgentState } from './agent.ts';
import type { Handling } from './handling.ts';
import type { AgentSettings, AgentWish, QueueSettings } from './inputs.ts';
import type { RecentLeavers } from './recent-leavers.ts';

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
  /** He was removed during a call: he goes when it is over. */
  leaving: boolean;
  state: AgentState;
  since: number;
  /** What was asked for during a call: taken up after it. */
  wish: { readonly input: AgentWish; readonly reason: string | undefined } | undefined;
  work: Work | undefined;
  /** Not rung before, after a ring that failed. */
  restUntil: number;
  wrapUpUntil: number;
  lastTalkEndedAt: number;
}

/** An agent as he begins: signed out, at the phone of his own. */
export function newAgent(
  { id, extension, level = 1 }: Pick<AgentSettings, 'id' | 'extension' | 'level'>,
  now: number,
): Agent {
  return {
    id,
    home: extension,
    seat: undefined,
    extension,
    serves: undefined,
    level,
    leaving: false,
    state: 'signed-out',
    since: now,
    wish: undefined,
    work: undefined,
    restUntil: 0,
    wrapUpUntil: 0,
    lastTalkEndedAt: 0,
  };
}

/** An agent in a queue, and what he did for it in this shift: since he signed in, whatever breaks and strategies there were. */
export interface Member {
  readonly agent: Agent;
  /** His last ring among all of the queue; 0: not rung yet. */
  rungAs: number;
  /** How often he was rung, and for how long in all. */
  offers: number;
  ringMs: number;
  /** Talks that are over, and how long they were in all. */
  calls: number;
  talkMs: number;
}

/** The caller whom an agent is rung for, talks with or finishes the notes of. */
export interface Work {
  readonly reservation: Reservation;
  readonly member: Member;
  readonly callId: string;
  /** The queue that the caller came from. */
  readonly queue: string;
  readonly wrapUpMs: number;
  /** The leg that he talks on. */
  leg: string | undefined;
}

/** A queue (队列) with the callers that wait, first in line first. */
export interface Queue {
  /** As it is set up now. */
  settings: QueueSettings;
  /** Who serves it now, in the order of its set-up. */
  members: readonly Member[];
  /** Also who served it before. */
  readonly known: Map<Agent, Member>;
  /** It was removed: it takes nobody any more and goes with its last caller. */
  removed: boolean;
  /** Who waits or is offered to agents. */
  readonly line: Visit[];
  /** Callers who are being answered to wait: they count as well. */
  entering: number;
  /** Callers who wait, are connected or talk. */
  visits: number;
  /** Rings of its members so far. */
  rings: number;
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
  /** His number; '': withheld. */
  readonly caller: string;
  /** Higher goes first. */
  readonly priority: number;
  state: VisitState;
  /** When he joined, and as which: his place among equals, kept when an agent did not answer. */
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
  readonly until: number;
}
