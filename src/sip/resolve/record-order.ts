import type { NaptrRecord, SrvRecord } from './dns.ts';

/** By order, then by preference (RFC 3403 4.1). */
export function sortNaptr(records: readonly NaptrRecord[]): NaptrRecord[] {
  return [...records].sort((a, b) => a.order - b.order || a.preference - b.preference);
}

/**
 * By priority; among equals by chance, in proportion to their weights (RFC 2782).
 *
 * @param random uniformly distributed in [0, 1).
 */
export function sortSrv(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const sorted: SrvRecord[] = [];
  while (left.length > 0) {
    const equals = left.filter(({ priority }) => priority === left[0]?.priority);
    const total = equals.reduce((sum, { weight }) => sum + weight, 0);
    let point = Math.floor(random() * (total + 1));
    const chosen = equals.find(({ weight }) => {
      point -= weight;
      return point <= 0;
    });
    const next = chosen ?? equals[0]!;
    sorted.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return sorted;
}
