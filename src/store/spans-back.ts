import type { CdrFilter } from '../cdr/cdr-query.ts';

/** Months that each span has; what is older is one more. Each is a query, and most of its time is planning: few spans. */
const MONTHS = [2, 12];

type Span = Pick<CdrFilter, 'from' | 'to'>;

/**
 * The time of a filter in spans, the newest first, each longer than the one after it: who looks for the newest asks one after another
 * until he has enough, and reads, and plans for, few months of many. `newest`: when the newest are to be expected.
 */
export function spansBack({ from, to }: Span, newest: number): readonly Span[] {
  const spans: Span[] = [];
  let end = to;
  let back = 0;
  for (const months of MONTHS) {
    back += months;
    const begin = monthsBefore(newest, back - 1);
    if (begin <= (from ?? Number.NEGATIVE_INFINITY)) break;
    spans.push({ from: begin, ...(end !== undefined && { to: end }) });
    end = begin;
  }
  return [...spans, { ...(from !== undefined && { from }), ...(end !== undefined && { to: end }) }];
}

/** The beginning of the month (UTC) so many months before that of `at`. */
function monthsBefore(at: number, months: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1);
}
