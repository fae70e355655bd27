import { CDR_LIMIT } from '../cdr/cdr-query.ts';
import type { Config } from '../config/config.ts';
import { openRecords } from '../store/open-store.ts';
import { type PastCall, pastCallOf } from '../testing/replay.ts';
import type { ReplayOrder } from './test-order.ts';

/** The newest calls that came in to a hotline over a trunk, in the order of time. */
export async function pastCallsOf(
  { store }: Pick<Config, 'store'>,
  { plans, number, last, from, to }: ReplayOrder,
): Promise<readonly PastCall[]> {
  const records = await openRecords(store);
  try {
    const calls: PastCall[] = [];
    let before: string | undefined;
    do {
      const { cdrs, next } = await records.cdrs.query({
        tenantId: plans.tenant,
        hotline: number,
        direction: 'inbound',
        limit: Math.min(CDR_LIMIT, last),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(before !== undefined && { before }),
      });
      // Calls of phones came over no trunk: there is no way in to replay them on.
      const ours = cdrs.filter(({ origin }) => 'trunk' in origin).map(pastCallOf);
      calls.push(...ours.slice(0, last - calls.length));
      before = next;
    } while (before !== undefined && calls.length < last);
    return calls.toReversed();
  } finally {
    await records.close();
  }
}
