import type { AgentEvent } from '../../src/acd/agent-events.ts';
import type { CallEvent } from '../../src/call/call-events.ts';
import type { Cdr } from '../../src/cdr/cdr.ts';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { withWrapUps } from '../../src/cdr/wrap-ups.ts';
import { AgentTimeline, countAgentTime } from '../../src/metric/agent-timeline.ts';
import { countCall } from '../../src/metric/count-call.ts';
import { CounterDelta, type CounterRow } from '../../src/metric/counter-delta.ts';
import {
  AGENT_CUBE,
  AREA_CUBE,
  type Cube,
  HISTOGRAM,
  HOTLINE_CUBE,
  RESULT_CUBE,
} from '../../src/metric/cubes.ts';
import { type WrappedUp, wrappedUp } from '../../src/store/wrapped-up.ts';
import { proveMetrics } from './metrics-by-sql.ts';

/**
 * Proves what must hold of the records and counters of all calls, whatever happened in them: each call has one outcome and
 * counts once, each ask has one, each millisecond belongs to one segment and to one bucket. Throws with what does not.
 */
export async function proveIdentities(
  events: readonly CallEvent[],
  agentEvents: readonly AgentEvent[],
): Promise<void> {
  const delta = new CounterDelta();
  const { signedInMs, wrapUps } = takeAgents(agentEvents, delta);
  const cdrs = [...Map.groupBy(events, ({ callId }) => callId)].flatMap(([callId, facts]) => {
    const ended = facts.filter(({ type }) => type === 'ended').length;
    check(`facts ended of call ${callId}`, ended, 1);
    const cdr = projectCdr(facts);
    return cdr ? (withWrapUps(cdr, wrapUps.get(callId) ?? []) ?? cdr) : [];
  });
  check('records', cdrs.length, events.filter(({ type }) => type === 'arrived').length);
  for (const cdr of cdrs) {
    proveRecord(cdr);
    countCall(cdr, delta);
  }
  const counted = new Counted(delta.rows);
  proveCalls(counted, cdrs);
  proveAgents(counted, cdrs);
  check('signed-in time', counted.sum(AGENT_CUBE, 'signed_in_ms'), signedInMs);
  const states = between(AGENT_CUBE, 'ready_ms', 'reconnecting_ms');
  check('time of all states', counted.sum(AGENT_CUBE, ...states), signedInMs);
  await proveMetrics(delta.rows, cdrs, agentEvents);
}

/** Counts agents' time, which has no gap and no overlap; how long all were signed in, from the events alone, and wrap-ups by call. */
function takeAgents(events: readonly AgentEvent[], delta: CounterDelta) {
  const timeline = new AgentTimeline();
  const reached = new Map<string, number>();
  const wrapUps: WrappedUp[] = [];
  let signedInMs = 0;
  for (const event of events) {
    const agent = `${event.tenantId}/${event.agent}`;
    const times = timeline.take(event);
    wrapUps.push(...wrappedUp(times));
    for (const time of times) {
      countAgentTime(time, delta);
      const { from, until } = time;
      const before = reached.get(agent);
      if (before !== undefined) check(`begin of ${time.state} of ${agent}`, from, before);
      if (until !== undefined) reached.set(agent, until);
    }
    if (event.did === 'sign-in') signedInMs -= event.at;
    if (event.did === 'sign-out') {
      signedInMs += event.at;
      reached.delete(agent);
    }
  }
  return { signedInMs, wrapUps: Map.groupBy(wrapUps, ({ callId }) => callId) };
}

function proveRecord(cdr: Cdr): void {
  const of = (what: string) => `${what} of call ${cdr.callId}`;
  const { segments, durationMs, asks, targets, talkMs } = cdr;
  let reached = 0;
  for (const { startMs, ms } of segments) {
    check(of('begin of a segment'), startMs, reached);
    reached += ms;
  }
  check(of('sum of the segments'), reached, durationMs);
  check(of('queues asked'), new Set(asks.map(({ queue }) => queue)).size, asks.length);
  for (const { waitMs, startMs } of asks) atMost(of('wait'), startMs + waitMs, durationMs);
  for (const { target, startMs, endMs, talkMs: talked, holdMs, consultMs } of targets) {
    atMost(of(`end of ${target}`), endMs!, durationMs);
    atMost(of(`time of ${target}`), talked! + holdMs! + consultMs!, endMs! - startMs!);
  }
  // The phones of both ends of a talk are somebody's: no second of talk is nobody's, nor more than two parties'.
  const talked = targets.reduce((sum, { talkMs: ms }) => sum + ms!, 0);
  atMost(of('talk'), talkMs, talked);
  atMost(of('talk of all'), talked, 2 * talkMs);
}

function proveCalls(counted: Counted, cdrs: readonly Cdr[]): void {
  const inbound = cdrs.filter(({ direction }) => direction === 'inbound').length;
  const asks = cdrs.flatMap((cdr) => cdr.asks);
  const sum = (...counters: string[]) => counted.sum(HOTLINE_CUBE, ...counters);
  check('calls', sum('calls'), cdrs.length);
  check('outcomes', sum(...between(HOTLINE_CUBE, 'answered', 'unanswered')), cdrs.length);
  check('who hung up first', sum('ended_by_caller', 'ended_by_target', 'ended_by_engine'), cdrs.length);
  check('asks', sum('asks'), asks.length);
  check('outcomes of asks', sum(...between(HOTLINE_CUBE, 'ask_answered', 'ask_to_voicemail')), asks.length);
  check('calls that asked', sum('asked_calls'), cdrs.filter((cdr) => cdr.asks.length > 0).length);
  check('scores', sum('surveys_scored'), cdrs.filter(({ surveyDigit }) => surveyDigit !== null).length);
  const rated = cdrs.filter(({ surveyRating }) => surveyRating !== null).length;
  check(
    'classes of scores',
    sum(...between(HOTLINE_CUBE, 'rated_very_satisfied', 'rated_dissatisfied')),
    rated,
  );
  const lasted = cdrs.reduce((ms, { durationMs }) => ms + durationMs, 0);
  check('time of all segments', sum(...between(HOTLINE_CUBE, 'setup_ms', 'voicemail_ms')), lasted);
  check('calls by area', counted.sum(AREA_CUBE, 'calls'), inbound);
  check('calls by result', counted.sum(RESULT_CUBE, 'calls'), inbound);
  const waits = counted.histogram('wait') + counted.histogram('abandon');
  check('waits', waits, sum('ask_answered', 'ask_abandoned_queue', 'ask_abandoned_ring'));
}

function proveAgents(counted: Counted, cdrs: readonly Cdr[]): void {
  const offered = cdrs.flatMap(({ targets }) => targets).filter(({ kind }) => kind === 'agent');
  const sum = (...counters: string[]) => counted.sum(AGENT_CUBE, ...counters);
  check('offers', sum('offers'), offered.length);
  check('outcomes of offers', sum(...between(AGENT_CUBE, 'answered', 'cancelled')), offered.length);
  const scored = cdrs.filter(({ surveyDigit, agent }) => surveyDigit !== null && agent !== null);
  check('scores of agents', sum('surveys_scored'), scored.length);
  const rated = scored.filter(({ surveyRating }) => surveyRating !== null).length;
  check('classes of them', sum(...between(AGENT_CUBE, 'rated_very_satisfied', 'rated_dissatisfied')), rated);
  const talked = offered.reduce((ms, { talkMs }) => ms + talkMs!, 0);
  check('talk of agents', sum('talk_ms'), talked);
  const wrapped = counted.byAxes(AGENT_CUBE, 'wrap_up_ms');
  for (const { target, queue, wrapUpMs } of offered) {
    const axes = [target, queue ?? ''].join();
    wrapped.set(axes, (wrapped.get(axes) ?? 0) - (wrapUpMs ?? 0));
  }
  for (const [axes, rest] of wrapped) check(`wrap-up of ${axes} in no record`, rest, 0);
}

class Counted {
  readonly #rows: readonly CounterRow[];

  constructor(rows: readonly CounterRow[]) {
    this.#rows = rows;
  }

  sum(cube: Cube, ...counters: readonly string[]): number {
    const places = counters.map((counter) => cube.counters.indexOf(counter));
    const rows = this.#rows.filter((row) => row.cube === cube);
    return rows.reduce(
      (sum, { counts }) => sum + places.reduce((part, place) => part + counts[place]!, 0),
      0,
    );
  }

  /** By the values of the axes, joined. */
  byAxes(cube: Cube, counter: string): Map<string, number> {
    const place = cube.counters.indexOf(counter);
    const sums = new Map<string, number>();
    for (const { cube: of, axes, counts } of this.#rows) {
      if (of === cube) sums.set(axes.join(), (sums.get(axes.join()) ?? 0) + counts[place]!);
    }
    return sums;
  }

  histogram(measure: string): number {
    const rows = this.#rows.filter(({ cube, axes }) => cube === HISTOGRAM && axes[1] === measure);
    return rows.reduce((sum, { counts }) => sum + counts[0]!, 0);
  }
}

function between({ counters }: Cube, first: string, last: string): string[] {
  return counters.slice(counters.indexOf(first), counters.indexOf(last) + 1);
}

function check(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`);
}

function atMost(what: string, found: number, limit: number): void {
  if (found > limit) throw new Error(`${what}: ${found} is more than ${limit}`);
}
