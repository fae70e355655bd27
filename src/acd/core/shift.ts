/**
 * What strategies go by: what an agent did in his shift (班次), since he signed in or since the day began, whatever breaks,
 * strategies and restarts there were.
 */

/** What is counted of an agent in one queue. */
export interface Done {
  /** His last ring among all rings of the company; 0: not rung yet. */
  rungAs: number;
  /** How often he was rung, and for how long in all. */
  offers: number;
  ringMs: number;
  /** Talks that are over, and how long they were in all. */
  calls: number;
  talkMs: number;
}

export const NOTHING_DONE: Readonly<Done> = { rungAs: 0, offers: 0, ringMs: 0, calls: 0, talkMs: 0 };

/** A shift as it outlives the engine: plain values. */
export interface Shift {
  /** When it began. */
  readonly since: number;
  readonly lastTalkEndedAt: number;
  /** By the queue's name; one for which he did nothing yet is left out. */
  readonly queues: Readonly<Record<string, Readonly<Done>>>;
}
