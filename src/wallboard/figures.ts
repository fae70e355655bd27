import type { CounterReader } from '../metric/counter-query.ts';
import { AGENT_CUBE, BUCKET_MS, HISTOGRAM, HOTLINE_CUBE } from '../metric/cubes.ts';
import { SERVICE_LEVEL_MS, todayOf } from '../metric/today.ts';
import { BOARD_METRICS, type BoardMetricId, type BoardWindow } from '../shared/board-metrics.ts';
import type { Clock } from '../shared/clock.ts';

/** What a tile wants to know. */
export interface FigureWish {
  readonly metric: BoardMetricId;
  /** None: of the whole company. */
  readonly queues: readonly string[];
  readonly window: BoardWindow;
}

/** Queues and agents of a company at this moment. */
export interface BoardNow {
  readonly queues: readonly {
    readonly queue: string;
    readonly waiting: number;
    /** Ms since 1970. */
    readonly waitsSince: number | undefined;
    /** Who serves it now. */
    readonly agents: readonly string[];
  }[];
  /** How many of these agents are in which state; undefined: of all. */
  readonly count: (agents: ReadonlySet<string> | undefined) => {
    readonly signedIn: number;
    readonly ready: number;
    readonly onCall: number;
    readonly wrapUp: number;
    readonly away: number;
  };
}

export interface FiguresParts {
  readonly now: (tenant: string) => BoardNow;
  readonly counters: CounterReader;
  readonly clock: Pick<Clock, 'now'>;
  /** In whose days today is counted. */
  readonly timeZone: string;
}

const NOTHING = {
  calls: 0,
  asks: 0,
  answered: 0,
  abandoned: 0,
  inTime: 0,
  answeredWaitMs: 0,
  talks: 0,
  talkMs: 0,
  handledMs: 0,
  scored: 0,
  satisfied: 0,
};
/** What was counted in a window. */
type Sums = { [Name in keyof typeof NOTHING]: number };
/** By queue; '': of what came by none. */
type SumsByQueue = ReadonlyMap<string, Sums>;

/** Counters are written as calls end: who asks more often is told the same. */
const FRESH_MS = 2_000;

/** The figures of wallboards (大屏): lines and agents as they are, and sums of the counters, by the formulas of METRICS.md. */
export class Figures {
  readonly #parts: FiguresParts;
  /** Sums that were read last, by company and window: many screens and tiles share them. */
  readonly #read = new Map<string, { readonly at: number; readonly sums: Promise<SumsByQueue> }>();

  constructor(parts: FiguresParts) {
    this.#parts = parts;
  }

  /** A value for each wish, in its metric's unit; null: it is not known, as a rate of no calls. */
  async of(tenant: string, wishes: readonly FigureWish[]): Promise<readonly (number | null)[]> {
    const now = this.#parts.now(tenant);
    const windows = [...new Set(wishes.flatMap(({ metric, window }) => (isNow(metric) ? [] : [window])))];
    const sums = new Map(
      await Promise.all(windows.map(async (each) => [each, await this.#sums(tenant, each)] as const)),
    );
    return wishes.map(({ metric, queues, window }) => {
      const gauge = GAUGES[metric as keyof typeof GAUGES];
      if (gauge) return gauge(within(now, queues), this.#parts.clock.now());
      return FORMULAS[metric as keyof typeof FORMULAS](total(sums.get(window)!, queues));
    });
  }

  #sums(tenant: string, window: BoardWindow): Promise<SumsByQueue> {
    const at = this.#parts.clock.now();
    const key = `${tenant}\n${window}`;
    const known = this.#read.get(key);
    if (known && at - known.at < FRESH_MS && at >= known.at) return known.sums;
    for (const [old, { at: readAt }] of this.#read) if (at - readAt >= FRESH_MS) this.#read.delete(old);
    const sums = this.#readSums(tenant, window, at);
    this.#read.set(key, { at, sums });
    // One that failed is asked for again.
    sums.catch(() => this.#read.delete(key));
    return sums;
  }

  async #readSums(tenant: string, window: BoardWindow, at: number): Promise<SumsByQueue> {
    const { counters, timeZone } = this.#parts;
    const during = { ...todayOf(tenant, at, timeZone), ...since(window, at) };
    const [asks, talks, waits] = await Promise.all([
      counters.report({
        ...during,
        cube: HOTLINE_CUBE,
        counters: [
          'calls',
          'asks',
          'ask_answered',
          'ask_abandoned_queue',
          'ask_abandoned_ring',
          'answered_wait_ms',
        ],
        by: ['queue', 'direction'],
      }),
      counters.report({
        ...during,
        cube: AGENT_CUBE,
        counters: [
          ...(['answered', 'talk_ms', 'hold_ms', 'wrap_up_ms', 'rated_very_satisfied'] as const),
          ...(['rated_satisfied', 'rated_fair', 'rated_dissatisfied'] as const),
        ],
        by: ['queue'],
      }),
      counters.report({
        ...during,
        cube: HISTOGRAM,
        counters: ['n'],
        by: ['queue', 'bound'],
        only: { measure: 'wait' },
      }),
    ]);
    const sums = new Map<string, Sums>();
    const add = (queue: unknown, more: Partial<Sums>) => {
      const name = String(queue);
      const known = sums.get(name) ?? { ...NOTHING };
      sums.set(name, known);
      for (const [what, count] of Object.entries(more)) known[what as keyof Sums] += count;
    };
    for (const { axes, counts } of asks) {
      const [calls = 0, asked = 0, answered = 0, inQueue = 0, inRing = 0, answeredWaitMs = 0] = counts;
      const came = axes[1] === 'inbound' ? calls : 0;
      add(axes[0], { calls: came, asks: asked, answered, abandoned: inQueue + inRing, answeredWaitMs });
    }
    for (const { axes, counts } of talks) {
      const [answered = 0, talkMs = 0, holdMs = 0, wrapUpMs = 0, very = 0, fairly = 0, ...others] = counts;
      const satisfied = very + fairly;
      const scored = others.reduce((all, count) => all + count, satisfied);
      add(axes[0], { talks: answered, talkMs, handledMs: talkMs + holdMs + wrapUpMs, satisfied, scored });
    }
    for (const { axes, counts } of waits)
      if (Number(axes[1]) <= SERVICE_LEVEL_MS) add(axes[0], { inTime: counts[0]! });
    return sums;
  }
}

const isNow = (metric: BoardMetricId) => BOARD_METRICS[metric].of === 'now';

/** Begin of the window's first quarter of an hour; of today it is midnight. */
function since(window: BoardWindow, at: number): { readonly from?: number } {
  if (window === 'today') return {};
  const before = { quarter: 0, 'half-hour': 1, hour: 3 }[window];
  return { from: (Math.floor(at / BUCKET_MS) - before) * BUCKET_MS };
}

interface Scoped {
  readonly queues: BoardNow['queues'];
  readonly agents: ReturnType<BoardNow['count']>;
}

function within({ queues, count }: BoardNow, names: readonly string[]): Scoped {
  if (names.length === 0) return { queues, agents: count(undefined) };
  const meant = queues.filter(({ queue }) => names.includes(queue));
  return { queues: meant, agents: count(new Set(meant.flatMap(({ agents }) => agents))) };
}

type Gauge = (scoped: Scoped, now: number) => number | null;
const GAUGES: {
  readonly [Id in BoardMetricId as (typeof BOARD_METRICS)[Id]['of'] extends 'now' ? Id : never]: Gauge;
} = {
  waiting: ({ queues }) => queues.reduce((all, { waiting }) => all + waiting, 0),
  'longest-wait': ({ queues }, now) => Math.max(0, ...queues.map(({ waitsSince = now }) => now - waitsSince)),
  'agents-signed-in': ({ agents }) => agents.signedIn,
  'agents-ready': ({ agents }) => agents.ready,
  'agents-on-call': ({ agents }) => agents.onCall,
  'agents-wrap-up': ({ agents }) => agents.wrapUp,
  'agents-away': ({ agents }) => agents.away,
};

/** Of the whole company: what came by no queue as well. */
function total(sums: SumsByQueue, queues: readonly string[]): Sums {
  const all = { ...NOTHING };
  for (const [queue, some] of sums) {
    if (queues.length > 0 && !queues.includes(queue)) continue;
    for (const [name, count] of Object.entries(some)) all[name as keyof Sums] += count;
  }
  return all;
}

const rate = (part: number, of: number) => (of === 0 ? null : part / of);

type Formula = (sums: Sums) => number | null;
const FORMULAS: { readonly [Id in Exclude<BoardMetricId, keyof typeof GAUGES>]: Formula } = {
  calls: ({ calls }) => calls,
  asks: ({ asks }) => asks,
  answered: ({ answered }) => answered,
  abandoned: ({ abandoned }) => abandoned,
  'answer-rate': ({ answered, asks }) => rate(answered, asks),
  'abandon-rate': ({ abandoned, asks }) => rate(abandoned, asks),
  'service-level': ({ inTime, asks }) => rate(inTime, asks),
  'answer-speed': ({ answeredWaitMs, answered }) => rate(answeredWaitMs, answered),
  'average-talk': ({ talkMs, talks }) => rate(talkMs, talks),
  'handle-time': ({ handledMs, talks }) => rate(handledMs, talks),
  satisfaction: ({ satisfied, scored }) => rate(satisfied, scored),
};
