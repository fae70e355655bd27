import type { Dialplans } from './dialplan/dialplans.ts';
import type { Companies } from './provisioning/companies.ts';
import { HotlineVersions } from './provisioning/version/hotline-versions.ts';
import type { Clock } from './shared/clock.ts';
import type { Store } from './store/store.ts';

/** The versions of stored hotlines in a store; those that are tried take their part of the calls from now on. */
export async function openHotlineVersions(
  companies: Companies,
  hotlines: Pick<Dialplans, 'tryOut'>,
  { hotlineVersions: store, audit }: Pick<Store, 'hotlineVersions' | 'audit'>,
  clock: Clock,
): Promise<HotlineVersions> {
  const versions = new HotlineVersions({
    companies,
    store,
    clock,
    audit: (entry) => audit.append(entry),
    onTried: (tried) => hotlines.tryOut(tried),
  });
  await versions.readTried();
  return versions;
}
