import { normaliseCaller, normalisePrefix } from '../../numbering/number.ts';
import type { At } from './report.ts';

/** Proves rules about callers: each of a known kind, lists that exist, terms that can be read. */
export function checkWho(value: unknown, at: At, what: string): boolean {
  if (!Array.isArray(value) || value.length === 0) {
    at.error('bad-value', `${what} has no rule about callers`, "use list('gold'), prefix('0755') ...");
    return false;
  }
  return value.map((rule) => checkRule(rule as Readonly<Record<string, unknown>>, at, what)).every(Boolean);
}

function checkRule(rule: Readonly<Record<string, unknown>> | null, at: At, what: string): boolean {
  const { lists } = at.report.names;
  const until = rule?.['until'];
  if (until !== undefined && Number.isNaN(Date.parse(String(until)))) {
    at.error('bad-value', `${what} holds until '${until}'`, "write until: '2026-12-31T00:00+08:00'");
    return false;
  }
  switch (rule?.['match']) {
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
    case 'anonymous':
    case 'international':
      return true;
    default:
      at.error('bad-value', `${what} has an unknown rule`, "use list('gold'), prefix('0755') ...");
      return false;
  }
}

function good(holds: boolean, value: unknown, what: string, at: At): boolean {
  if (!holds) at.error('bad-value', `'${value}' is no ${what}`, 'write digits alone');
  return holds;
}
