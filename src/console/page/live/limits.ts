/** From when on a figure is amber, and red (阈值): as who looks at it has it. */
import { useSyncExternalStore } from 'react';
import { remember, remembered } from '../../kit/remembered.ts';

/** Amber from the first on, red from the second; the other way round where less is worse. */
export type Limit = readonly [amber: number, red: number];

/** Times in seconds, shares of 1. */
export const FIRST_LIMITS = {
  waiting: [5, 10],
  longest: [20, 60],
  serviceLevel: [0.8, 0.6],
  lost: [0.05, 0.1],
  ringing: [10, 20],
  onCall: [300, 600],
  wrapUp: [60, 120],
  away: [900, 1800],
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof FIRST_LIMITS;
export type Limits = Readonly<Record<LimitName, Limit>>;
export const LIMIT_NAMES = Object.keys(FIRST_LIMITS) as readonly LimitName[];

/** Less is worse. */
export const IS_FALLING: ReadonlySet<LimitName> = new Set(['serviceLevel']);

export type Level = 'plain' | 'amber' | 'red';

export function levelOf(value: number, [amber, red]: Limit): Level {
  const isFalling = red < amber;
  const isOver = (limit: number) => (isFalling ? value < limit : value >= limit);
  if (isOver(red)) return 'red';
  return isOver(amber) ? 'amber' : 'plain';
}

/**
 * The same with a hysteresis: a level that was reached is left when the value is a tenth better than its limit, so that an alarm at the
 * limit does not come and go.
 */
export function steadyLevel(value: number, limit: Limit, before: Level): Level {
  const now = levelOf(value, limit);
  const [amber, red] = limit;
  const ease = red < amber ? 1.1 : 0.9;
  const eased = levelOf(value, [amber * ease, red * ease]);
  return RANK[now] >= RANK[before] ? now : RANK[eased] < RANK[before] ? eased : before;
}

const RANK: Readonly<Record<Level, number>> = { plain: 0, amber: 1, red: 2 };

const KEY = 'live.limits';
const watchers = new Set<() => void>();
let current: Limits | undefined;

function read(): Limits {
  try {
    const kept = JSON.parse(remembered(KEY) ?? '{}') as Partial<Record<LimitName, unknown>>;
    const of = (name: LimitName): Limit => (isLimit(kept[name]) ? kept[name] : FIRST_LIMITS[name]);
    return Object.fromEntries(LIMIT_NAMES.map((name) => [name, of(name)])) as Limits;
  } catch {
    return FIRST_LIMITS;
  }
}

const isLimit = (value: unknown): value is Limit =>
  Array.isArray(value) && value.length === 2 && value.every((each) => Number.isFinite(each) && each >= 0);

export function useLimits(): Limits {
  return useSyncExternalStore(
    (told) => {
      watchers.add(told);
      return () => watchers.delete(told);
    },
    () => {
      current ??= read();
      return current;
    },
  );
}

/** Undefined: as they were first. */
export function setLimits(limits: Limits | undefined): void {
  remember(KEY, limits && JSON.stringify(limits));
  current = limits ?? FIRST_LIMITS;
  for (const told of watchers) told();
}
