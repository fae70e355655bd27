import type { Generated } from 'kysely';

export interface CdrTable {
  /** On SQLite only: the row that `cdr_gram` means. */
  id: Generated<number>;
  /** Process that carried the call; '' in records of 0.1.0. */
  node_id: string;
  tenant_id: string;
  call_id: string;
  started_at: number;
  answered_at: number | null;
  ended_at: number;
  direction: string;
  /** Kind and name of who began the call: `trunk`, `carrier`. */
  origin_kind: string;
  origin_name: string;
  caller: string;
  called: string;
  area: string | null;
  carrier: string | null;
  cause: string;
  fault: string | null;
  agent: string | null;
  answered_ms: number;
  talk_ms: number;
  survey_digit: string | null;
  /** Main number of the hotline that took the call. */
  hotline: string | null;
  /** The queue that the caller asked last. */
  queue: string | null;
  /** CallOutcome; null in records of 0.1.0. */
  outcome: string | null;
  /** Line that the call came in on, or else went out on last. */
  trunk: string | null;
  duration_ms: number;
  /** In line, of all queues. */
  wait_ms: number;
  /** How many there are. */
  recordings: number;
  /** What it came to, see `noted.ts`. */
  disposition: string | null;
  /** 1: something was said of it. */
  noted: number;
  /** 1: somebody has marked it. */
  flagged: number;
  /** Grams of the words that the call is found by, see `search-words.ts`. */
  search: string;
  /** The whole record, JSON; see `stored-record.ts`. */
  record: string;
}

/** A call, and a part of it: `no` counts from 0. */
interface CallPartTable {
  started_at: number;
  call_id: string;
  no: number;
  tenant_id: string;
}

/** CdrTarget. */
export interface CallTargetTable extends CallPartTable {
  target: string;
  outcome: string;
  kind: string | null;
  reason: string | null;
  by_no: number | null;
  from_call: string | null;
  queue: string | null;
  trunk: string | null;
  ended_by: string | null;
  start_ms: number | null;
  ring_ms: number;
  consulted_ms: number | null;
  connected_ms: number | null;
  end_ms: number | null;
  talk_ms: number | null;
  hold_ms: number | null;
  consult_ms: number | null;
  wrap_up_ms: number | null;
}

/** CdrAsk. */
export interface CallAskTable extends CallPartTable {
  queue: string;
  priority: number;
  start_ms: number;
  wait_ms: number;
  outcome: string;
  ending: string | null;
  agent: string | null;
  previous_no: number | null;
}
