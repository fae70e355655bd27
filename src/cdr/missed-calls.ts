/** Missed calls (未接来电): callers who left a queue unserved, and have not been served since. */
import type { Scope } from '../shared/scope.ts';
import type { Cdr } from './cdr.ts';
import { type CdrFilter, type CdrReader, cursorOf, within } from './cdr-query.ts';
import { maskedCdr } from './masked-cdr.ts';

type Reader = Pick<CdrReader, 'query'>;

/** A caller who is to be called back. */
export interface MissedCall {
  /** His last call. */
  readonly cdr: Cdr;
  /** How often he has called in vain within the time asked for, up to {@link TIMES_LIMIT}. */
  readonly times: number;
  /** Give as `before` for what comes after. */
  readonly cursor: string;
}

/** More calls than that of one caller are not counted. */
export const TIMES_LIMIT = 20;

/** Records read at once. */
const PAGE = 100;

/**
 * Those of the scope whose last call began within the time, the newest first: calls that were abandoned, each caller once. Who has
 * talked with somebody since, whoever called, is none, nor is one who withholds his number.
 */
export async function missedCalls(
  reader: Reader,
  scope: Scope,
  time: Pick<CdrFilter, 'from' | 'to'>,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<readonly MissedCall[]> {
  const abandoned = { ...time, outcome: 'abandoned', direction: 'inbound' } as const;
  const missed: MissedCall[] = [];
  const seen = new Set<string>();
  let next = before;
  do {
    const page = await reader.query({
      ...within(abandoned, scope),
      limit: PAGE,
      ...(next !== undefined && { before: next }),
    });
    for (const cdr of page.cdrs) {
      const who = `${cdr.tenantId}\n${cdr.caller}`;
      if (cdr.caller === '' || seen.has(who)) continue;
      seen.add(who);
      if (!(await isOpen(reader, cdr))) continue;
      const times = await reader.query({ ...abandoned, ...ofCaller(cdr), limit: TIMES_LIMIT });
      const { startedAt, callId } = cdr;
      const cursor = cursorOf({}, { value: startedAt, startedAt, callId });
      missed.push({ cdr: scope.seesNumbers ? cdr : maskedCdr(cdr), times: times.cdrs.length, cursor });
      if (missed.length === limit) return missed;
    }
    next = page.next;
  } while (next !== undefined);
  return missed;
}

const ofCaller = ({ tenantId, caller }: Cdr) => ({ tenantId, caller });

/** It is his last one, and nobody has talked with him since. */
async function isOpen(reader: Reader, cdr: Cdr): Promise<boolean> {
  const { tenantId, caller, startedAt } = cdr;
  const since = { tenantId, from: startedAt + 1, limit: 1 } as const;
  const isAny = async (filter: CdrFilter) => (await reader.query({ ...since, ...filter })).cdrs.length > 0;
  if (await isAny({ caller, direction: 'inbound', outcome: 'abandoned' })) return false;
  if (await isAny({ caller, minTalkMs: 1 })) return false;
  return !(await isAny({ called: caller, direction: 'outbound', minTalkMs: 1 }));
}
