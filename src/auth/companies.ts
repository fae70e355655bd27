import { OPERATORS, type User } from './auth-store.ts';

/** The companies that there are, and who looks after them. */
export interface Companies {
  has(tenantId: string): boolean;
  /** Undefined: there is no such reseller. */
  ofReseller(name: string): readonly string[] | undefined;
}

/** Whether there is somebody by whom it is run. */
export const isHome = (companies: Companies, tenantId: string): boolean =>
  tenantId === OPERATORS || companies.has(tenantId);

/** Whether the company, or the reseller, whose people he belongs to is there: otherwise he signs in nowhere. */
export function hasHome(companies: Companies, { tenantId, reseller }: User): boolean {
  if (reseller !== undefined) return companies.ofReseller(reseller) !== undefined;
  return isHome(companies, tenantId);
}
