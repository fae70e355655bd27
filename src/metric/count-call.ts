import type { Cdr, CdrAsk, CdrTarget } from '../cdr/cdr.ts';
import { partsOf } from '../cdr/target-parts.ts';
import type { CounterDelta } from './counter-delta.ts';
import {
  AGENT_CUBE,
  AREA_CUBE,
  boundOf,
  HISTOGRAM,
  HOTLINE_CUBE,
  type Measure,
  RESULT_CUBE,
  TRUNK_CUBE,
} from './cubes.ts';

/** What a call that has ended adds to the counters. Pure; a record of 0.1.0, which knows no outcome, adds nothing. */
export function countCall(cdr: Cdr, delta: CounterDelta): void {
  const { outcome } = cdr;
  if (outcome === null) return;
  countOnce(cdr, outcome, delta);
  for (const ask of cdr.asks) countAsk(cdr, ask, delta);
  for (const { kind, queue, startMs, ms } of cdr.segments) {
    const axes = [cdr.hotline ?? '', queue ?? '', cdr.direction];
    delta.spread(HOTLINE_CUBE, cdr.tenantId, span(cdr, startMs, startMs + ms), axes, `${kind}_ms`);
  }
  countTrunks(cdr, delta);
  for (const target of cdr.targets) if (target.kind === 'agent') countAgent(cdr, target, delta);
}

function countOnce(cdr: Cdr, outcome: NonNullable<Cdr['outcome']>, delta: CounterDelta): void {
  const { tenantId, startedAt, direction, endedBy, cause } = cdr;
  const hotline = cdr.hotline ?? '';
  const asked = cdr.asks.length > 0 ? 1 : 0;
  delta.add(HOTLINE_CUBE, tenantId, startedAt, [hotline, '', direction], {
    calls: 1,
    [outcome]: 1,
    [`ended_by_${endedBy}`]: 1,
    asked_calls: asked,
    ...surveyCounts(cdr),
  });
  if (direction !== 'inbound') return;
  delta.add(RESULT_CUBE, tenantId, startedAt, [hotline, outcome, cause], { calls: 1 });
  const area = [hotline, cdr.area ?? ''];
  delta.add(AREA_CUBE, tenantId, startedAt, area, {
    calls: 1,
    answered: outcome === 'answered' ? 1 : 0,
    abandoned: outcome === 'abandoned' ? 1 : 0,
    asked_calls: asked,
  });
  for (const { kind, startMs, ms } of cdr.segments) {
    if (kind !== 'talk' && kind !== 'conference') continue;
    delta.spread(AREA_CUBE, tenantId, span(cdr, startMs, startMs + ms), area, 'talk_ms');
  }
}

type Rated = `rated_${'very_satisfied' | 'satisfied' | 'fair' | 'dissatisfied'}`;

const RATED = {
  'very-satisfied': 'rated_very_satisfied',
  satisfied: 'rated_satisfied',
  fair: 'rated_fair',
  dissatisfied: 'rated_dissatisfied',
} as const satisfies Record<NonNullable<Cdr['surveyRating']>, Rated>;

/** Whether he was asked for a score (满意度评价), gave one, and what it means. */
function surveyCounts({ segments, surveyDigit, surveyRating }: Cdr): SurveyCounts {
  return {
    surveys_asked: segments.some(({ kind }) => kind === 'survey') ? 1 : 0,
    surveys_scored: surveyDigit === null ? 0 : 1,
    ...(surveyRating ? { [RATED[surveyRating]]: 1 } : {}),
  };
}

type SurveyCounts = { readonly [Name in 'surveys_asked' | 'surveys_scored' | Rated]?: number };

function countAsk(cdr: Cdr, { queue, outcome, startMs, waitMs }: CdrAsk, delta: CounterDelta): void {
  const at = cdr.startedAt + startMs;
  const isAbandoned = outcome === 'abandoned_queue' || outcome === 'abandoned_ring';
  delta.add(HOTLINE_CUBE, cdr.tenantId, at, [cdr.hotline ?? '', queue, cdr.direction], {
    asks: 1,
    [`ask_${outcome}`]: 1,
    wait_ms: waitMs,
    answered_wait_ms: outcome === 'answered' ? waitMs : 0,
    abandoned_wait_ms: isAbandoned ? waitMs : 0,
  });
  if (outcome === 'answered') countTime(cdr, at, queue, 'wait', waitMs, delta);
  if (isAbandoned) countTime(cdr, at, queue, 'abandon', waitMs, delta);
}

function countTime(
  { tenantId }: Cdr,
  at: number,
  queue: string,
  measure: Measure,
  ms: number,
  delta: CounterDelta,
): void {
  delta.add(HISTOGRAM, tenantId, at, [queue, measure, boundOf(measure, ms)], { n: 1 });
}

/** The line that the call came in on, and each line that somebody was rung on. */
function countTrunks(cdr: Cdr, delta: CounterDelta): void {
  const { origin, tenantId, startedAt, durationMs } = cdr;
  const count = (trunk: string, direction: string, isAnswered: boolean, fromMs: number, untilMs: number) => {
    const axes = [trunk, direction];
    const from = startedAt + fromMs;
    delta.add(TRUNK_CUBE, tenantId, from, axes, { calls: 1, answered: isAnswered ? 1 : 0 });
    delta.spread(TRUNK_CUBE, tenantId, span(cdr, fromMs, untilMs), axes, 'occupied_ms');
  };
  if ('trunk' in origin) count(origin.trunk, 'inbound', cdr.answeredAt !== null, 0, durationMs);
  for (const { trunk, outcome, startMs, endMs } of cdr.targets) {
    if (trunk !== null) count(trunk, 'outbound', outcome === 'answered', startMs!, endMs!);
  }
}

function countAgent(cdr: Cdr, target: CdrTarget, delta: CounterDelta): void {
  const { tenantId, startedAt, targets, segments } = cdr;
  const { queue, ringMs, outcome, startMs, endedBy } = target;
  const axes = [target.target, queue ?? ''];
  const at = startedAt + startMs!;
  const parts = partsOf(target, segments);
  const place = targets.indexOf(target);
  const brought = targets.filter(({ by, connectedMs }) => by === place && connectedMs !== null);
  const spokeLast = targets.findLast((each) => isSpokenTo(each) && each.target === cdr.agent);
  delta.add(AGENT_CUBE, tenantId, at, axes, {
    offers: 1,
    [answerOf(outcome)]: 1,
    transfers: brought.filter(({ reason }) => reason === 'transfer' || reason === 'consult').length,
    consults: targets.filter(({ by, reason }) => by === place && reason === 'consult').length,
    holds: parts.filter(({ kind }) => kind === 'hold').length,
    hung_up: endedBy === 'target' ? 1 : 0,
    ...(target === spokeLast ? surveyCounts(cdr) : {}),
  });
  for (const { kind, fromMs, untilMs } of parts) {
    delta.spread(AGENT_CUBE, tenantId, span(cdr, fromMs, untilMs), axes, `${kind}_ms`);
  }
  if (queue !== null && outcome === 'answered') countTime(cdr, at, queue, 'ring', ringMs, delta);
}

const isSpokenTo = ({ kind, connectedMs }: CdrTarget) => kind === 'agent' && connectedMs !== null;

type Answer = 'answered' | 'no_answer' | 'refused' | 'unreachable' | 'cancelled';

/** The counter of a target's outcome: what stands before its colon. */
function answerOf(outcome: string): Answer {
  switch (outcome.split(':', 1)[0]) {
    case 'answered':
      return 'answered';
    case 'no-answer':
      return 'no_answer';
    case 'busy':
    case 'rejected':
      return 'refused';
    case 'cancelled':
      return 'cancelled';
    default:
      return 'unreachable';
  }
}

function span({ startedAt }: Cdr, fromMs: number, untilMs: number): readonly [number, number] {
  return [startedAt + fromMs, startedAt + untilMs];
}
