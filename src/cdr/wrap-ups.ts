import type { Cdr, CdrTarget } from './cdr.ts';

/**
 * What an agent did after his part in a call (整理), when it is over, and what he has noted by then. Milliseconds since 1970. What
 * he noted while he talked comes with a time of that `state`, which is no wrap-up.
 */
export interface WrapUp {
  readonly agent: string;
  readonly from: number;
  readonly until: number;
  readonly state: string;
  readonly disposition?: string | null | undefined;
  readonly note?: string | null | undefined;
}

/** What wrap-ups tell of an agent's part in a call. */
type Finished = Pick<CdrTarget, 'wrapUpMs' | 'disposition' | 'note'>;

const UNFINISHED: Finished = { wrapUpMs: null, disposition: null, note: null };

/** The agents of a record, each once. */
export function agentsOf({ targets }: Cdr): readonly string[] {
  return [...new Set(targets.filter(isAgent).map(({ target }) => target))];
}

/**
 * A record with the wrap-ups of its agents, most of which end after the call. All that are known are given, so that it may be
 * done again. Each belongs to the part of that agent which began last before it. Undefined: the record says so already.
 */
export function withWrapUps(cdr: Cdr, wrapUps: readonly WrapUp[]): Cdr | undefined {
  const finished = new Map<CdrTarget, Finished>();
  for (const wrapUp of wrapUps) {
    const target = targetOf(cdr, wrapUp);
    if (target) finished.set(target, withWrapUp(finished.get(target) ?? UNFINISHED, wrapUp));
  }
  const of = (target: CdrTarget) => finished.get(target) ?? UNFINISHED;
  if (cdr.targets.every((target) => isAs(target, of(target)))) return undefined;
  return { ...cdr, targets: cdr.targets.map((target) => ({ ...target, ...of(target) })) };
}

/** The last word counts: each time has all that was noted until then. */
function withWrapUp(before: Finished, { state, from, until, disposition, note }: WrapUp): Finished {
  const wrapUpMs = state === 'wrap-up' ? (before.wrapUpMs ?? 0) + until - from : before.wrapUpMs;
  return { wrapUpMs, disposition: disposition ?? before.disposition, note: note ?? before.note };
}

function isAs(target: CdrTarget, { wrapUpMs, disposition, note }: Finished): boolean {
  const { wrapUpMs: ms, disposition: known, note: words } = target;
  return ms === wrapUpMs && (known ?? null) === disposition && (words ?? null) === note;
}

function targetOf({ startedAt, targets }: Cdr, { agent, from }: WrapUp): CdrTarget | undefined {
  if (from < startedAt) return undefined;
  const parts = targets.filter((target) => isAgent(target) && target.target === agent);
  // A clock that was set back during the call may put it before all of them.
  return parts.findLast(({ startMs }) => startedAt + startMs! <= from) ?? parts[0];
}

const isAgent = ({ kind }: CdrTarget): boolean => kind === 'agent';
