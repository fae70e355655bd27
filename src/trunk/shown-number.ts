import type { Trunk } from '../provisioning/kind/trunk.ts';

/** What a company wants to show on a call out (外显号码). */
export interface Showing {
  /** '' : whatever number the trunk has. */
  readonly number: string;
  /** A hotline of the company's has that number. */
  readonly isHotline: boolean;
}

/**
 * What the other side is shown over a trunk; '' withholds it. It is always the company's own: over its trunk one of the line's
 * numbers or of its hotlines; over a shared trunk one that the trunk lists for it. Whatever else is wanted gives way to the
 * trunk's first number, or the account's where that is one.
 */
export function shownOver(
  { callerId, numbers, register, tenant: owner, tenants }: Trunk,
  tenant: string,
  wanted: Showing,
): string {
  if (owner !== tenant) {
    const listed = tenants[tenant]?.numbers ?? [];
    return listed.includes(wanted.number) ? wanted.number : (listed[0] ?? '');
  }
  const isOwn = wanted.isHotline || wanted.number === callerId || numbers.includes(wanted.number);
  if (isOwn && wanted.number !== '') return wanted.number;
  const account = register && /^\+?\d{3,20}$/.test(register.username) ? register.username : '';
  return callerId ?? numbers[0] ?? account;
}
