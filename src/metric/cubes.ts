/**
 * Counters of 15 minutes, in five cubes and a histogram; all other crossings read the records. A call and an ask count in the
 * bucket in which they began, time in the buckets in which it passed. Every counter adds up: rates are made of sums by who shows
 * them, never stored.
 */

/** Length of a bucket; buckets begin at multiples of it since 1970 UTC, which is midnight of every zone that is used. */
export const BUCKET_MS = 15 * 60_000;

/** One table of counters. Its key is the tenant, the bucket and the axes; what does not apply is '' there. */
export interface Cube<Axis extends string = string, Counter extends string = string> {
  readonly table: string;
  readonly axes: readonly Axis[];
  readonly counters: readonly Counter[];
}

function cube<const Axis extends string, const Counter extends string>(
  table: string,
  axes: readonly Axis[],
  counters: readonly Counter[],
): Cube<Axis, Counter> {
  return { table, axes, counters };
}

/** Scores of a survey (满意度评价) by what its key means; of a survey that does not say it, none. */
const RATINGS = ['rated_very_satisfied', 'rated_satisfied', 'rated_fair', 'rated_dissatisfied'] as const;

/**
 * Hotline x queue x direction. Rows without a queue have the calls: `calls` is the sum of the outcomes (`answered` to
 * `unanswered`) and of who hung up first (`ended_by_*`). Rows of a queue have its asks (人工请求): `asks` is the sum of `ask_*`. The
 * time of both is the time of all calls.
 */
export const HOTLINE_CUBE = cube('counter_hotline', ['hotline', 'queue', 'direction'], [
  ...['calls', 'answered', 'abandoned', 'overflowed_out', 'callback', 'voicemail', 'transferred_out'],
  ...['self_served', 'ivr_lost', 'blocked', 'busy', 'failed', 'unanswered'],
  ...['ended_by_caller', 'ended_by_target', 'ended_by_engine', 'asked_calls'],
  ...['asks', 'ask_answered', 'ask_abandoned_queue', 'ask_abandoned_ring', 'ask_overflow_timeout'],
  ...['ask_overflow_full', 'ask_overflow_no_agent', 'ask_left_by_key', 'ask_moved', 'ask_callback'],
  'ask_to_voicemail',
  ...['wait_ms', 'answered_wait_ms', 'abandoned_wait_ms', 'surveys_asked', 'surveys_scored'],
  ...RATINGS,
  ...['setup_ms', 'ivr_ms', 'queue_ms', 'ring_ms', 'talk_ms', 'hold_ms', 'consult_ms', 'conference_ms'],
  ...['survey_ms', 'voicemail_ms'],
] as const);

/**
 * Agent x queue. `offers` is the sum of `answered` to `cancelled`; `transfers` and `consults` are those that he began; surveys are
 * of the calls whose caller he spoke with last. The states
 * (`ready_ms` to `reconnecting_ms`) add up to `signed_in_ms`; they are told by the ACD, the other times by the calls that he took part in.
 */
export const AGENT_CUBE = cube('counter_agent', ['agent', 'queue'], [
  ...['offers', 'answered', 'no_answer', 'refused', 'unreachable', 'cancelled'],
  ...['transfers', 'consults', 'holds', 'hung_up', 'surveys_asked', 'surveys_scored'],
  ...RATINGS,
  ...['ring_ms', 'talk_ms', 'hold_ms', 'consult_ms'],
  ...['signed_in_ms', 'ready_ms', 'reserved_ms', 'ringing_ms', 'dialling_ms', 'talking_ms', 'holding_ms'],
  ...['consulting_ms', 'conference_ms', 'wrap_up_ms', 'busy_ms', 'break_ms', 'meeting_ms', 'training_ms'],
  ...['unreachable_ms', 'reconnecting_ms'],
] as const);

/** Trunk x direction of the leg: a call that came in and went out again counts once each. `occupied_ms` / time = Erlang. */
export const TRUNK_CUBE = cube('counter_trunk', ['trunk', 'direction'], ['calls', 'answered', 'occupied_ms']);

/** Hotline x area of the caller (归属地), inbound calls. */
export const AREA_CUBE = cube(
  'counter_area',
  ['hotline', 'area'],
  ['calls', 'answered', 'abandoned', 'asked_calls', 'talk_ms'],
);

/** Hotline x class x result, inbound calls: as long as agents note none, the class is the outcome and the result the cause. */
export const RESULT_CUBE = cube('counter_result', ['hotline', 'class', 'result'], ['calls']);

export type Measure = 'wait' | 'abandon' | 'ring';

/** How many of a queue took so long: at most `bound` ms and more than the bound before. */
export const HISTOGRAM = cube('histogram', ['queue', 'measure', 'bound'], ['n']);

/** The bound of what took longer than all others; a number, so that "at most" is one comparison. */
export const ABOVE_ALL = 2_147_483_647;

const WAIT_BOUNDS = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300];
/** Chinese ringing is 1 s of tone and 4 s of pause: 3 rings are up to 11 s, 4 up to 16 (三声, 四声内接听). */
const RING_BOUNDS = [3, 5, 6, 9, 11, 12, 16, 20, 30, 45, 60];

/** Times within which waits are counted, milliseconds: what "in time" may mean (N 秒). */
export const WITHIN_MS: readonly number[] = WAIT_BOUNDS.map((seconds) => seconds * 1000);

/** The histogram's bound for a time. */
export function boundOf(measure: Measure, ms: number): number {
  const seconds = (measure === 'ring' ? RING_BOUNDS : WAIT_BOUNDS).find((bound) => ms <= bound * 1000);
  return seconds === undefined ? ABOVE_ALL : seconds * 1000;
}

/** All tables of counters. */
export const CUBES: readonly Cube[] = [
  HOTLINE_CUBE,
  AGENT_CUBE,
  TRUNK_CUBE,
  AREA_CUBE,
  RESULT_CUBE,
  HISTOGRAM,
];
