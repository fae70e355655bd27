import type { Provisioned } from '../provisioning/provisioning.ts';

/** The reasons that a company's agents may have a break for (小休原因), by name; none: any. */
export function breakReasons({ snapshot }: Provisioned, tenant: string): readonly string[] {
  return snapshot
    .all('breakReason')
    .filter((reason) => reason.tenant === tenant)
    .map(({ name }) => name)
    .sort();
}

/** What digits behind a feature code mean: the reason of that name, else the one at that place; where there are none, the digits. */
export function breakReasonBy(provisioned: Provisioned, tenant: string, digits: string): string {
  const reasons = breakReasons(provisioned, tenant);
  return reasons.includes(digits) ? digits : (reasons[Number(digits) - 1] ?? digits);
}
