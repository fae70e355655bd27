import type { Area } from '../../numbering/area.ts';
import type { Carrier } from '../../numbering/carrier.ts';
import { isInternational, normaliseCaller, normalisePrefix } from '../../numbering/number.ts';
import type { NumberLists } from '../../numbering/number-list.ts';
import type { CallerMatch } from '../node/caller-rule.ts';

/** A caller as rules see it. */
export interface Caller {
  /** In the form of `normaliseCaller`; '' when withheld. */
  readonly number: string;
  readonly area: Area;
  readonly carrier: Carrier | undefined;
}

/**
 * Why a caller fits one of the rules (`on list nuisance: fraud`), undefined when none fits. Rules and list
 * entries that have lapsed at `nowMs` do not count.
 */
export function matchCaller(
  rules: readonly CallerMatch[],
  caller: Caller,
  lists: NumberLists,
  tenant: string,
  nowMs: number,
): string | undefined {
  for (const rule of rules) {
    if (rule.until !== undefined && nowMs >= Date.parse(rule.until)) continue;
    const why = fits(rule, caller, lists, tenant, nowMs);
    if (why !== undefined) return rule.reason ? `${why}: ${rule.reason}` : why;
  }
  return undefined;
}

function fits(
  rule: CallerMatch,
  caller: Caller,
  lists: NumberLists,
  tenant: string,
  nowMs: number,
): string | undefined {
  switch (rule.match) {
    case 'list': {
      const hit = lists.get(tenant, rule.list)?.find(caller.number, nowMs);
      if (!hit) return undefined;
      return `on list ${rule.list}${hit.by === 'prefix' ? ' by prefix' : ''}${hit.reason ? `: ${hit.reason}` : ''}`;
    }
    case 'number':
      return caller.number !== '' && caller.number === normaliseCaller(rule.number)
        ? `number ${rule.number}`
        : undefined;
    case 'prefix':
      return caller.number.startsWith(normalisePrefix(rule.prefix)) ? `prefix ${rule.prefix}` : undefined;
    case 'area-code':
      return caller.area.code === rule.code || caller.number.startsWith(rule.code)
        ? `area code ${rule.code}`
        : undefined;
    case 'anonymous':
      return caller.number === '' ? 'number withheld' : undefined;
    case 'international':
      return isInternational(caller.number) ? 'from abroad' : undefined;
  }
}
