import type { Cdr } from '../cdr/cdr.ts';
import { CDR_LIMIT } from '../cdr/cdr-query.ts';
import type { Config } from '../config/config.ts';
import { openRecords } from '../store/open-store.ts';
import { type PastCall, pastCallOf } from '../testing/replay.ts';
import type { ReplayOrder, WaysOrder } from './test-order.ts';

interface Wanted {
  readonly tenantId: string;
  readonly hotline: string;
  readonly from?: number;
  readonly to?: number;
}

/** Records of calls that came in to a hotline, page by page, the newest first. */
async function* pagesOf(
  { store }: Pick<Config, 'store'>,
  wanted: Wanted,
  limit: number,
): AsyncGenerator<readonly Cdr[]> {
  const records = await openRecords(store);
  try {
    let before: string | undefined;
    do {
      const { cdrs, next } = await records.cdrs.query({
        ...wanted,
        direction: 'inbound',
        limit: Math.min(CDR_LIMIT, limit),
        ...(before !== undefined && { before }),
      });
      yield cdrs;
      before = next;
    } while (before !== undefined);
  } finally {
    await records.close();
  }
}

/** The newest calls that came in to a hotline over a trunk, in the order of time. */
export async function pastCallsOf(
  config: Pick<Config, 'store'>,
  { plans, number, last, from, to }: ReplayOrder,
): Promise<readonly PastCall[]> {
  const calls: PastCall[] = [];
  const wanted = {
    tenantId: plans.tenant,
    hotline: number,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  for await (const cdrs of pagesOf(config, wanted, last)) {
    // Calls of phones came over no trunk: there is no way in to replay them on.
    const ours = cdrs.filter(({ origin }) => 'trunk' in origin).map(pastCallOf);
    calls.push(...ours.slice(0, last - calls.length));
    if (calls.length >= last) break;
  }
  return calls.toReversed();
}

/** The steps of the newest calls that came in to a hotline, so many at most. */
export async function* stepsOf(
  config: Pick<Config, 'store'>,
  { tenant, number, from }: WaysOrder,
  most: number,
): AsyncGenerator<readonly string[]> {
  let told = 0;
  for await (const cdrs of pagesOf(config, { tenantId: tenant, hotline: number, from }, most))
    for (const { path } of cdrs) {
      if (told++ >= most) return;
      yield path.map(({ step }) => step);
    }
}
