import type { CdrReader } from './cdr-query.ts';

/** So many talks are looked at: somebody who talked with lines only has no agent of old. */
const TALKS = 20;

/** The agent (工号) who talked with this caller last, of calls that came in from then on (ms since 1970). */
export async function lastAgentOf(
  records: Pick<CdrReader, 'query'>,
  tenantId: string,
  caller: string,
  from: number,
): Promise<string | undefined> {
  const { cdrs } = await records.query({ tenantId, caller, from, minTalkMs: 1, limit: TALKS });
  return cdrs.find(({ agent }) => agent !== null)?.agent ?? undefined;
}
