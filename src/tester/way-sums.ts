/** Which ways calls took, and how many took each. Pure. */
import { maskedNumber, textShown } from '../shared/masked-number.ts';
import type { WaysAnswer } from './test-order.ts';

/** Of a busy hotline the calls of some hours: what is read in a second or two. */
export const MAX_CALLS = 20_000;
/** What a page follows at once. */
const MAX_WAYS = 400;
/** Different ones that are told apart: texts of steps may hold what callers keyed. */
const MAX_KNOWN = 20_000;

export async function waySums(ways: AsyncIterable<readonly string[]>): Promise<WaysAnswer> {
  const sums = new Map<string, number>();
  let [calls, others] = [0, 0];
  let isCut = false;
  for await (const steps of ways) {
    if (calls >= MAX_CALLS) {
      isCut = true;
      break;
    }
    calls++;
    const key = JSON.stringify(steps);
    if (sums.has(key) || sums.size < MAX_KNOWN) sums.set(key, (sums.get(key) ?? 0) + 1);
    else others++;
  }
  const sorted = [...sums].sort(([, one], [, other]) => other - one);
  for (const [, more] of sorted.slice(MAX_WAYS)) others += more;
  return {
    calls,
    isCut,
    ways: sorted.slice(0, MAX_WAYS).map(([key, of]) => ({
      steps: (JSON.parse(key) as string[]).map((step) => textShown(step, maskedNumber)),
      calls: of,
    })),
    others,
  };
}
