import { normaliseCaller, normalisePrefix } from '../../numbering/number.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import { type At, shown } from './report.ts';

/** Proves rules about callers: each of a known kind, lists that exist, terms that can be read. */
export function checkWho(value: unknown, at: At, what: string): boolean {
  if (!Array.isArray(value) || value.length === 0) {
    at.error('bad-value', `${what} has no rule about callers`, "use list('gold'), prefix('0755') ...");
    return false;
  }
  return value.map((rule, index) => checkRule(rule, at.at(undefined, index), what)).every(Boolean);
}

/** Fields of a rule by what it matches, besides those that every rule may have. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  list: ['list'],
  number: ['number'],
  prefix: ['prefix'],
  'area-code': ['code'],
  anonymous: [],
  international: [],
};

function checkRule(value: unknown, at: At, what: string): boolean {
  const rule = value as Readonly<Record<string, unknown>> | null;
  const match = String(rule?.['match']);
  if (!Object.hasOwn(FIELDS, match)) {
    const near = didYouMean(match, Object.keys(FIELDS));
    const fix = near ? `did you mean '${near}'?` : "use list('gold'), prefix('0755') ...";
    at.error('bad-value', `${what} has an unknown rule`, fix);
    return false;
  }
  const known = ['match', 'until', 'reason', ...FIELDS[match]!];
  const other = Object.keys(rule!).find((field) => !known.includes(field));
  if (other !== undefined) {
    const near = didYouMean(other, known);
    const fix = near ? `did you mean '${near}'?` : `remove ${other}`;
    at.error('unknown-field', `a rule of ${what} takes no ${other}`, fix);
    return false;
  }
  return checkMatch(rule!, at, what);
}

function checkMatch(rule: Readonly<Record<string, unknown>>, at: At, what: string): boolean {
  const { lists } = at.report.names;
  const { until } = rule;
  if (until !== undefined && Number.isNaN(Date.parse(String(until)))) {
    at.error('bad-value', `${what} holds until '${until}'`, "write until: '2026-12-31T00:00+08:00'");
    return false;
  }
  const unquoted = Object.entries(rule).find(([, held]) => held !== undefined && typeof held !== 'string');
  if (unquoted) {
    const [field, held] = unquoted;
    at.error('bad-value', `${field} of ${what} is ${shown(held)}`, `write it as text: '${String(held)}'`);
    return false;
  }
  switch (rule['match']) {
    case 'list':
      if (lists.has(String(rule['list']))) return true;
      at.unknown('list', String(rule['list']), lists);
      return false;
    case 'number':
      return good(normaliseCaller(String(rule['number'])) !== '', rule['number'], 'number', at);
    case 'prefix':
      return good(normalisePrefix(String(rule['prefix'])) !== '', rule['prefix'], 'prefix', at);
    case 'area-code': {
      const code = String(rule['code']);
      return good(at.report.names.areas.areaOfCode(code).code === code, code, 'area code', at);
    }
    default:
      return true;
  }
}

function good(holds: boolean, value: unknown, what: string, at: At): boolean {
  if (!holds) at.error('bad-value', `'${value}' is no ${what}`, 'write digits alone');
  return holds;
}
