import type { Cdr, CdrTarget } from './cdr.ts';

/** What an agent did after his part in a call (整理), when it is over. Milliseconds since 1970. */
export interface WrapUp {
  readonly agent: string;
  readonly from: number;
  readonly until: number;
}

/** The agents of a record, each once. */
export function agentsOf({ targets }: Cdr): readonly string[] {
  return [...new Set(targets.filter(isAgent).map(({ target }) => target))];
}

/**
 * A record with the wrap-ups of its agents, most of which end after the call. All that are known are given, so that it may be
 * done again. Each belongs to the part of that agent which began last before it. Undefined: the record says so already.
 */
export function withWrapUps(cdr: Cdr, wrapUps: readonly WrapUp[]): Cdr | undefined {
  const spent = new Map<CdrTarget, number>();
  for (const wrapUp of wrapUps) {
    const target = targetOf(cdr, wrapUp);
    if (target) spent.set(target, (spent.get(target) ?? 0) + wrapUp.until - wrapUp.from);
  }
  if (cdr.targets.every((target) => target.wrapUpMs === (spent.get(target) ?? null))) return undefined;
  const targets = cdr.targets.map((target) => ({ ...target, wrapUpMs: spent.get(target) ?? null }));
  return { ...cdr, targets };
}

function targetOf({ startedAt, targets }: Cdr, { agent, from }: WrapUp): CdrTarget | undefined {
  if (from < startedAt) return undefined;
  const parts = targets.filter((target) => isAgent(target) && target.target === agent);
  // A clock that was set back during the call may put it before all of them.
  return parts.findLast(({ startMs }) => startedAt + startMs! <= from) ?? parts[0];
}

const isAgent = ({ kind }: CdrTarget): boolean => kind === 'agent';
