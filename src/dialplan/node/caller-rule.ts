/** Who a rule is about. With `until` it lapses by itself; `reason` is told in the trace. */
export type CallerMatch = (
  | { readonly match: 'list'; readonly list: string }
  | { readonly match: 'number'; readonly number: string }
  | { readonly match: 'prefix'; readonly prefix: string }
  /** Landlines of the area code (0898) and mobiles whose segment belongs to it. */
  | { readonly match: 'area-code'; readonly code: string }
  | { readonly match: 'anonymous' }
  | { readonly match: 'international' }
) & {
  /** ISO 8601 with offset: the first instant at which it no longer holds. */
  readonly until?: string;
  readonly reason?: string;
};

/** Rules as a list, also where one stands alone. */
export function matchesOf(who: CallerMatch | readonly CallerMatch[]): readonly CallerMatch[] {
  return Array.isArray(who) ? who : [who as CallerMatch];
}
