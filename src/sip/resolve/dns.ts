import { promises as dns, type NaptrRecord, type SrvRecord } from 'node:dns';
import type { Clock } from '../../shared/clock.ts';
import { withDeadline } from '../../shared/deadline.ts';

export type { NaptrRecord, SrvRecord };

/** What {@link UriResolver} asks of the domain name system. A name without records gives `[]`. */
export interface Dns {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** IPv4 and IPv6 literals. */
  addresses(name: string): Promise<readonly string[]>;
}

const LIMIT_MS = 3_000;

/**
 * The system's resolver. Addresses come by the way of all other programs, /etc/hosts included; each question takes
 * at most 3 s.
 */
export function systemDns(clock: Clock): Dns {
  const resolver = new dns.Resolver({ timeout: 1_000, tries: 2 });
  const ask = async <T>(what: string, question: Promise<T[]>): Promise<T[]> => {
    try {
      return await withDeadline(clock, LIMIT_MS, what, question);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  };
  return {
    naptr: (name) => ask(`NAPTR of ${name}`, resolver.resolveNaptr(name)),
    srv: (name) => ask(`SRV of ${name}`, resolver.resolveSrv(name)),
    addresses: async (name) => {
      const found = await ask(`address of ${name}`, dns.lookup(name, { all: true, order: 'ipv4first' }));
      return found.map(({ address }) => address);
    },
  };
}

/** There is no such name, or no record of that type: an answer, not a failure. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}

/** How long answers are kept. The system's resolver knows their real lifetime and is asked again after this. */
const KEEP_MS = 30_000;
const MAX_KEPT = 2_000;

interface Kept {
  readonly until: number;
  readonly answer: Promise<readonly never[]>;
}

/** `dns` with its answers kept for a short while, and equal questions asked once. */
export function cachingDns(dns: Dns, clock: Clock): Dns {
  const kept = new Map<string, Kept>();
  const keep = <T>(key: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const now = clock.monotonic();
    const known = kept.get(key);
    if (known && known.until > now) return known.answer;
    if (kept.size >= MAX_KEPT) kept.clear();
    const answer = ask();
    kept.set(key, { until: now + KEEP_MS, answer: answer as Promise<readonly never[]> });
    // A failure is not an answer: the next one asks again.
    answer.catch(() => kept.delete(key));
    return answer;
  };
  return {
    // But a resolver that refuses NAPTR, or never answers it, does so each time: SRV is asked without it.
    naptr: (name) => keep(`naptr ${name}`, () => dns.naptr(name).catch(() => [])),
    srv: (name) => keep(`srv ${name}`, () => dns.srv(name)),
    addresses: (name) => keep(`address ${name}`, () => dns.addresses(name)),
  };
}
