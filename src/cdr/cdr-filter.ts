/** What a query means, record by record: the store in memory answers so, and databases the same by SQL. */
import type { Reached } from '../shared/scope.ts';
import type { Cdr } from './cdr.ts';
import type { CdrFilter, CdrPosition, CdrSort, CdrTotals } from './cdr-query.ts';
import { dispositionOf, isNoted } from './noted.ts';
import { hasId, isCallId, matchesWords, searchWordsOf } from './search-words.ts';

/** The queue that the caller asked last. */
export function queueOf({ asks }: Cdr): string | null {
  return asks.at(-1)?.queue ?? null;
}

/** Line that the call came in on, or else went out on last; null: it stayed in the house. */
export function trunkOf({ origin, targets }: Cdr): string | null {
  if ('trunk' in origin) return origin.trunk;
  return targets.findLast(({ trunk }) => (trunk ?? null) !== null)?.trunk ?? null;
}

/** Time in line, of all queues. */
export function waitOf({ asks }: Cdr): number {
  return asks.reduce((sum, { waitMs }) => sum + waitMs, 0);
}

/** Whether a filter lets a record through. */
export function isWanted(cdr: Cdr, filter: CdrFilter): boolean {
  const { from, to, minTalkMs, maxScore, recorded, noted, flagged, search, reached, wholeNumbers } = filter;
  return (
    EQUAL.every(([name, of]) => filter[name] === undefined || of(cdr) === filter[name]) &&
    (from === undefined || cdr.startedAt >= from) &&
    (to === undefined || cdr.startedAt < to) &&
    (minTalkMs === undefined || cdr.talkMs >= minTalkMs) &&
    (maxScore === undefined || (cdr.surveyDigit !== null && cdr.surveyDigit <= String(maxScore))) &&
    (recorded === undefined || cdr.recordings.length > 0 === recorded) &&
    (noted === undefined || isNoted(cdr) === noted) &&
    (flagged === undefined || Boolean(cdr.flag) === flagged) &&
    (reached === undefined || isOfAgents(cdr, reached)) &&
    (search === undefined || isFound(cdr, search, wholeNumbers))
  );
}

const EQUAL = [
  ['tenantId', (cdr) => cdr.tenantId],
  ['caller', (cdr) => cdr.caller],
  ['called', (cdr) => cdr.called],
  ['direction', (cdr) => cdr.direction],
  ['hotline', (cdr) => cdr.hotline],
  ['queue', queueOf],
  ['agent', (cdr) => cdr.agent],
  ['area', (cdr) => cdr.area],
  ['trunk', trunkOf],
  ['outcome', (cdr) => cdr.outcome],
  ['cause', (cdr) => cdr.cause],
  ['disposition', dispositionOf],
] as const satisfies readonly (readonly [keyof CdrFilter, (cdr: Cdr) => string | null])[];

function isOfAgents({ agent, origin, targets }: Cdr, { agents, extensions }: Reached): boolean {
  if (agent !== null && agents.has(agent)) return true;
  if ('agent' in origin && agents.has(origin.agent)) return true;
  if ('extension' in origin && extensions.has(origin.extension)) return true;
  return targets.some(({ kind, target }) => kind === 'agent' && agents.has(target));
}

function isFound(cdr: Cdr, search: string, wholeNumbers = false): boolean {
  return hasId(cdr, search) || (!isCallId(search) && matchesWords(searchWordsOf(cdr), search, wholeNumbers));
}

const VALUE: Readonly<Record<CdrSort, (cdr: Cdr) => string | number | null>> = {
  started: (cdr) => cdr.startedAt,
  duration: (cdr) => cdr.durationMs,
  talk: (cdr) => cdr.talkMs,
  wait: waitOf,
  caller: (cdr) => cdr.caller,
  called: (cdr) => cdr.called,
  direction: (cdr) => cdr.direction,
  hotline: (cdr) => cdr.hotline,
  queue: queueOf,
  agent: (cdr) => cdr.agent,
  area: (cdr) => cdr.area,
  trunk: trunkOf,
  outcome: (cdr) => cdr.outcome,
  cause: (cdr) => cdr.cause,
  score: (cdr) => cdr.surveyDigit,
};

/** Where a record stands among those sorted by `sort`; what is not known stands before everything. */
export function positionIn(sort: CdrSort, cdr: Cdr): CdrPosition {
  return { value: VALUE[sort](cdr) ?? '', startedAt: cdr.startedAt, callId: cdr.callId };
}

/** Negative when `one` comes before `other` in ascending order. */
export function comparePositions(one: CdrPosition, other: CdrPosition): number {
  return (
    compare(one.value, other.value) || one.startedAt - other.startedAt || compare(one.callId, other.callId)
  );
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

export function totalsOf(cdrs: readonly Cdr[]): CdrTotals {
  let [answered, durationMs, talkMs] = [0, 0, 0];
  for (const cdr of cdrs) {
    if (cdr.answeredAt !== null) answered++;
    durationMs += cdr.durationMs;
    talkMs += cdr.talkMs;
  }
  return { calls: cdrs.length, answered, durationMs, talkMs };
}
