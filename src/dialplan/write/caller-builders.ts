/** The builders of rules about callers. */
import type { CallerMatch } from '../node/caller-rule.ts';
import type { Builders, DeclaredNames, NameOf } from './builder-names.ts';

/** How long a rule holds and why. */
export interface Term {
  /** ISO 8601 with offset. */
  readonly until?: string;
  readonly reason?: string;
}

declare module './builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Callers on a list of the configuration or the console. */
    list(name: NameOf<D, 'lists'>, term?: Term): CallerMatch;
    /** One caller. */
    number(number: string, term?: Term): CallerMatch;
    /** Callers whose number begins so. */
    prefix(prefix: string, term?: Term): CallerMatch;
    /** Landlines of an area code and mobiles of its area. */
    areaCode(code: string, term?: Term): CallerMatch;
    /** Callers who withhold their number. */
    anonymous(term?: Term): CallerMatch;
    /** Callers from abroad. */
    international(term?: Term): CallerMatch;
  }
}

type Any = Builders<DeclaredNames>;

const list: Any['list'] = (name, term) => ({ match: 'list', list: name, ...term });
const number: Any['number'] = (caller, term) => ({ match: 'number', number: caller, ...term });
const prefix: Any['prefix'] = (digits, term) => ({ match: 'prefix', prefix: digits, ...term });
const areaCode: Any['areaCode'] = (code, term) => ({ match: 'area-code', code, ...term });
const anonymous: Any['anonymous'] = (term) => ({ match: 'anonymous', ...term });
const international: Any['international'] = (term) => ({ match: 'international', ...term });

export const callerBuilders = { list, number, prefix, areaCode, anonymous, international };
