/** A caller as somebody whom a hotline knows: what its rules say of such people is seen without their numbers. Pure. */
import type { CallerMatch } from '../dialplan/node/caller-rule.ts';
import type { Hotline } from '../dialplan/node/hotline.ts';
import { type Named, Snapshot } from '../provisioning/snapshot.ts';
import { PbxError } from '../shared/errors.ts';
import type { CallerAs } from './test-order.ts';

type Gates = Pick<Hotline, 'number' | 'block' | 'allow' | 'admit' | 'vip'>;

/** The hotline with a rule that this caller fits. Throws PbxError where it knows no such people. */
export function knowing<Known extends Gates>(hotline: Known, from: string, as: CallerAs): Known {
  const reason = `tested as ${as}`;
  const rule: CallerMatch =
    from === '' ? { match: 'anonymous', reason } : { match: 'number', number: from, reason };
  const { allow, vip, block, ...rest } = hotline;
  if (as === 'blacklisted') return { ...rest, ...(vip && { vip }), block: [rule] } as unknown as Known;
  if (as === 'whitelisted') return { ...hotline, allow: [rule, ...(allow ?? [])] };
  if (!vip) throw new PbxError('cannot-simulate', `hotline ${hotline.number} says nothing of VIPs`);
  return { ...hotline, vip: { ...vip, who: [rule] } };
}

/** The same of all: the stored hotline of that main number, and those of files. */
export function knownBy(
  { companies, hotlines }: { readonly companies: Snapshot; readonly hotlines: readonly Hotline[] },
  number: string,
  from: string,
  as: CallerAs,
): { readonly companies: Snapshot; readonly hotlines: readonly Hotline[] } {
  return {
    companies: new Snapshot(
      companies.revision,
      Array.from(companies, (each) => {
        if (each.kind !== 'hotline' || each.name !== number) return each;
        const value = knowing((each as Named<'hotline'>).value as unknown as Hotline, from, as);
        return { ...each, value } as unknown as Named;
      }),
    ),
    hotlines: hotlines.map((each) => (each.number === number ? knowing(each, from, as) : each)),
  };
}
