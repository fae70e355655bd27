/** The filters and sorts of call records in SQL; what they mean is said by `cdr-filter.ts`. */
import { type RawBuilder, sql } from 'kysely';
import type { CdrFilter, CdrSort } from '../cdr/cdr-query.ts';
import { idIn, isCallId, searchGrams } from '../cdr/search-words.ts';
import type { Reached } from '../shared/scope.ts';
import { rareConditions } from './rare-value-indexes.ts';

const EQUAL = {
  tenantId: 'tenant_id',
  caller: 'caller',
  called: 'called',
  direction: 'direction',
  hotline: 'hotline',
  queue: 'queue',
  agent: 'agent',
  area: 'area',
  trunk: 'trunk',
  outcome: 'outcome',
  cause: 'cause',
  disposition: 'disposition',
} as const satisfies { readonly [Name in keyof CdrFilter]: string };

/** All conditions of a filter. */
export function conditionsOf(filter: CdrFilter): RawBuilder<unknown> {
  const { minTalkMs, maxScore, recorded, noted, flagged, search, reached, wholeNumbers } = filter;
  const all: RawBuilder<unknown>[] = [timesOf(filter)];
  for (const [name, column] of Object.entries(EQUAL)) {
    const value = filter[name as keyof typeof EQUAL];
    if (value !== undefined) all.push(sql`cdr.${sql.ref(column)} = ${value}`);
  }
  if (minTalkMs !== undefined) all.push(sql`talk_ms >= ${minTalkMs}`);
  if (maxScore !== undefined) all.push(sql`survey_digit <= ${String(maxScore)}`);
  if (recorded !== undefined) all.push(recorded ? sql`recordings > 0` : sql`recordings = 0`);
  if (noted !== undefined) all.push(noted ? sql`noted = 1` : sql`noted = 0`);
  if (flagged !== undefined) all.push(flagged ? sql`flagged = 1` : sql`flagged = 0`);
  all.push(...rareConditions(filter));
  if (reached) all.push(ofAgents(reached));
  if (search !== undefined) all.push(...searchConditions(search, wholeNumbers));
  return sql.join(all, sql` and `);
}

function ofAgents({ agents, extensions }: Reached): RawBuilder<unknown> {
  const [ofThem, atTheirs] = [oneOf(agents), oneOf(extensions)];
  return sql`(cdr.agent in ${ofThem} or (origin_kind = 'agent' and origin_name in ${ofThem})
    or (origin_kind = 'extension' and origin_name in ${atTheirs})
    or exists (select 1 from call_target as part where part.started_at = cdr.started_at and part.call_id = cdr.call_id
      and part.kind = 'agent' and part.target in ${ofThem}))`;
}

/** Also of none. */
export const oneOf = (names: ReadonlySet<string>) =>
  names.size === 0 ? sql`(null)` : sql`(${sql.join([...names])})`;

/** When the calls may have arrived. */
export function timesOf({ from, to }: Pick<CdrFilter, 'from' | 'to'>): RawBuilder<unknown> {
  const all: RawBuilder<unknown>[] = [];
  if (from !== undefined) all.push(sql`started_at >= ${from}`);
  if (to !== undefined) all.push(sql`started_at < ${to}`);
  return all.length > 0 ? sql.join(all, sql` and `) : sql`1 = 1`;
}

function searchConditions(search: string, wholeNumbers = false): RawBuilder<unknown>[] {
  const id = idIn(search);
  const byWords = searchGrams(search).map(({ grams, hasDigit }) => {
    const found = ` ${grams.join(' ')} `;
    // Words stand between bars; before the first one there is none.
    if (wholeNumbers && hasDigit) return sql`('|' || search) like ${`%|${found}|%`}`;
    return sql`search like ${`%${found}%`}`;
  });
  if (id === undefined) return byWords;
  const byId = sql`${beginsWith(id)} or ${SIP_CALL_ID} = ${id}`;
  if (isCallId(search)) return [sql`(${byId})`];
  return [sql`(${sql.join(byWords, sql` and `)} or ${byId})`];
}

/** As the index has it. */
export const SIP_CALL_ID = sql`(record ->> 'sipCallId')`;

/** Calls whose ids begin so: no character of an id comes after a tilde. */
export const beginsWith = (id: string): RawBuilder<unknown> =>
  sql`(call_id >= ${id} and call_id < ${`${id}~`})`;

/** What records are sorted by: never null, for databases do not agree where that stands. */
export const SORT_VALUES: Readonly<Record<CdrSort, RawBuilder<unknown>>> = {
  started: sql`started_at`,
  duration: sql`duration_ms`,
  talk: sql`talk_ms`,
  wait: sql`wait_ms`,
  caller: sql`caller`,
  called: sql`called`,
  direction: sql`direction`,
  hotline: sql`coalesce(hotline, '')`,
  queue: sql`coalesce(queue, '')`,
  agent: sql`coalesce(agent, '')`,
  area: sql`coalesce(area, '')`,
  trunk: sql`coalesce(trunk, '')`,
  outcome: sql`coalesce(outcome, '')`,
  cause: sql`cause`,
  score: sql`coalesce(survey_digit, '')`,
};
