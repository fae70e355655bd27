/** What a wallboard (大屏) can show: of the registry of METRICS.md those that are known while calls run. Pages read it too. */

/** `ms` are shown as a clock, `share` is of 1 and shown in percent, `count` of calls, callers or agents. */
export type MetricUnit = 'count' | 'ms' | 'share';

export interface BoardMetric {
  readonly unit: MetricUnit;
  /** Which way is bad: where the thresholds are crossed. */
  readonly worse: 'high' | 'low';
  /** `now`: as it is at this moment; `window`: of the calls of a window. */
  readonly of: 'now' | 'window';
  /** Of the whole company alone: queues have none of their own. */
  readonly isWhole?: boolean;
  readonly title: { readonly en: string; readonly zh: string };
}

const now = (zh: string, en: string, worse: BoardMetric['worse'], unit: MetricUnit = 'count') =>
  ({ unit, worse, of: 'now', title: { en, zh } }) as const;
const sum = (zh: string, en: string, worse: BoardMetric['worse'], unit: MetricUnit = 'count') =>
  ({ unit, worse, of: 'window', title: { en, zh } }) as const;

/** By id. */
export const BOARD_METRICS = {
  waiting: now('排队人数', 'callers waiting', 'high'),
  'longest-wait': now('最长等待', 'longest wait', 'high', 'ms'),
  'agents-signed-in': now('签入坐席', 'agents signed in', 'low'),
  'agents-ready': now('就绪坐席', 'agents ready', 'low'),
  'agents-on-call': now('通话坐席', 'agents on calls', 'high'),
  'agents-wrap-up': now('整理坐席', 'agents in wrap-up', 'high'),
  'agents-away': now('示忙与小休', 'agents away', 'high'),
  calls: { ...sum('来电总量', 'calls', 'high'), isWhole: true },
  asks: sum('人工请求', 'asks for an agent', 'high'),
  answered: sum('人工接听', 'answered', 'low'),
  abandoned: sum('放弃量', 'abandoned', 'high'),
  'answer-rate': sum('人工接通率', 'answer rate', 'low', 'share'),
  'abandon-rate': sum('放弃率', 'abandon rate', 'high', 'share'),
  'service-level': sum('20 秒接通率', 'service level 20 s', 'low', 'share'),
  'answer-speed': sum('平均应答速度', 'average speed of answer', 'high', 'ms'),
  'average-talk': sum('平均通话', 'average talk', 'high', 'ms'),
  'handle-time': sum('平均处理时长', 'average handle time', 'high', 'ms'),
  satisfaction: sum('满意率', 'satisfaction', 'low', 'share'),
} as const satisfies Record<string, BoardMetric>;

export type BoardMetricId = keyof typeof BOARD_METRICS;
export const BOARD_METRIC_IDS = Object.keys(BOARD_METRICS) as readonly BoardMetricId[];

/**
 * Whole quarters of an hour, as counters are kept: the one under way alone, with the one before it, with the three before it; or since
 * midnight of the company's day.
 */
export const BOARD_WINDOWS = ['quarter', 'half-hour', 'hour', 'today'] as const;
export type BoardWindow = (typeof BOARD_WINDOWS)[number];

/** Columns of a wallboard, and how many rows it may have. */
export const BOARD_COLUMNS = 12;
export const BOARD_ROWS = 24;

/** How a figure stands to its thresholds. */
export type BoardLevel = 'neutral' | 'amber' | 'red';

export interface Thresholds {
  readonly amber?: number | undefined;
  readonly red?: number | undefined;
}

/** How a value stands: at a threshold it is reached. What is not known is neutral. */
export function levelOf(metric: BoardMetricId, value: number | null, { amber, red }: Thresholds): BoardLevel {
  if (value === null) return 'neutral';
  const { worse } = BOARD_METRICS[metric];
  const isReached = (limit: number | undefined) =>
    limit !== undefined && (worse === 'high' ? value >= limit : value <= limit);
  if (isReached(red)) return 'red';
  return isReached(amber) ? 'amber' : 'neutral';
}
