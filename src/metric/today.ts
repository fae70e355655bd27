/** What boards show of today and of the last half hour: sums of counters since midnight of the company's zone, or since then. */
import { dayAround, zoneOf } from '../calendar/zone.ts';
import type { CounterQuery, CounterReader } from './counter-query.ts';
import { AGENT_CUBE, BUCKET_MS, HISTOGRAM, HOTLINE_CUBE } from './cubes.ts';

/** Of one agent, in all queues and outside of them. */
export interface AgentToday {
  /** How often he was rung. */
  readonly offers: number;
  readonly answered: number;
  /** 未接: rang out, refused, or was not reached. */
  readonly missed: number;
  readonly talkMs: number;
  /** 保持 */
  readonly holdMs: number;
  /** 整理 */
  readonly wrapUpMs: number;
  /** Surveys whose keys say how satisfied a caller is, of those with whom he talked last; and how many are satisfied or better. */
  readonly rated: number;
  readonly satisfied: number;
}

/** Of one queue. */
export interface QueueToday {
  /** 人工请求 */
  readonly asks: number;
  readonly answered: number;
  readonly abandoned: number;
  /** 服务水平: of 1, answered within {@link SERVICE_LEVEL_MS} / asks; null: nobody has asked. */
  readonly serviceLevel: number | null;
}

/** 20 秒接通率; one of the histogram's bounds. */
export const SERVICE_LEVEL_MS = 20_000;

export const NOTHING_OF_AGENT: AgentToday = {
  offers: 0,
  answered: 0,
  missed: 0,
  talkMs: 0,
  holdMs: 0,
  wrapUpMs: 0,
  rated: 0,
  satisfied: 0,
};
export const NOTHING_OF_QUEUE: QueueToday = { asks: 0, answered: 0, abandoned: 0, serviceLevel: null };

type Today = Pick<CounterQuery, 'tenantId' | 'from' | 'to' | 'step' | 'zone'>;

/** Today in a zone, up to the end of the quarter that is under way. */
export function todayOf(tenantId: string, now: number, zone: string): Today {
  const { from } = dayAround(now, zoneOf(zone));
  const to = (Math.floor(now / BUCKET_MS) + 1) * BUCKET_MS;
  return { tenantId, from, to, step: 'all', zone };
}

/** How far back what was last reaches, at least. */
const RECENT_MS = 30 * 60_000;

/** The last half hour: counters are of whole quarters, so that it is up to a quarter more. */
export function recentOf(tenantId: string, now: number, zone: string): Today {
  const from = Math.floor((now - RECENT_MS) / BUCKET_MS) * BUCKET_MS;
  const to = (Math.floor(now / BUCKET_MS) + 1) * BUCKET_MS;
  return { tenantId, from, to, step: 'all', zone };
}

/** By work number (工号). A call counts when it is over. */
export async function agentsToday(
  counters: CounterReader,
  today: Today,
): Promise<ReadonlyMap<string, AgentToday>> {
  const rows = await counters.report({
    ...today,
    cube: AGENT_CUBE,
    counters: [
      ...(['offers', 'answered', 'no_answer', 'refused', 'unreachable', 'talk_ms', 'hold_ms'] as const),
      ...([
        'wrap_up_ms',
        'rated_very_satisfied',
        'rated_satisfied',
        'rated_fair',
        'rated_dissatisfied',
      ] as const),
    ],
    by: ['agent'],
  });
  return new Map(
    rows.map(({ axes: [agent], counts }) => {
      const [offers = 0, answered = 0, noAnswer = 0, refused = 0, unreachable = 0, ...more] = counts;
      const [talkMs = 0, holdMs = 0, wrapUpMs = 0, ...ratings] = more;
      const [very = 0, fairly = 0, ...others] = ratings;
      const satisfied = very + fairly;
      const rated = others.reduce((sum, count) => sum + count, satisfied);
      const missed = noAnswer + refused + unreachable;
      const times = { talkMs, holdMs, wrapUpMs };
      return [String(agent), { offers, answered, missed, ...times, rated, satisfied }];
    }),
  );
}

/** By name. An ask counts when its call is over. */
export async function queuesToday(
  counters: CounterReader,
  today: Today,
): Promise<ReadonlyMap<string, QueueToday>> {
  const [asks, waits] = await Promise.all([
    counters.report({
      ...today,
      cube: HOTLINE_CUBE,
      counters: ['asks', 'ask_answered', 'ask_abandoned_queue', 'ask_abandoned_ring'],
      by: ['queue'],
    }),
    counters.report({
      ...today,
      cube: HISTOGRAM,
      counters: ['n'],
      by: ['queue', 'bound'],
      only: { measure: 'wait' },
    }),
  ]);
  const inTime = new Map<string, number>();
  for (const { axes, counts } of waits) {
    const [queue, bound] = axes;
    if (Number(bound) > SERVICE_LEVEL_MS) continue;
    inTime.set(String(queue), (inTime.get(String(queue)) ?? 0) + counts[0]!);
  }
  return new Map(
    asks.map(({ axes: [queue], counts: [asked = 0, answered = 0, inQueue = 0, inRing = 0] }) => {
      const serviceLevel = asked === 0 ? null : (inTime.get(String(queue)) ?? 0) / asked;
      return [String(queue), { asks: asked, answered, abandoned: inQueue + inRing, serviceLevel }];
    }),
  );
}
