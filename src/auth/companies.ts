import type { Reached } from '../shared/scope.ts';
import { OPERATORS, type User } from './auth-store.ts';
import type { NarrowReach } from './rights.ts';

/** The companies that there are, and who looks after them. */
export interface Companies {
  has(tenantId: string): boolean;
  /** Undefined: there is no such reseller. */
  ofReseller(name: string): readonly string[] | undefined;
  hasAgent(tenantId: string, agent: string): boolean;
  /** The extension at which an agent sits; undefined: there is no such agent. */
  extensionOf(tenantId: string, agent: string): string | undefined;
  hasDepartment(tenantId: string, department: string): boolean;
  /** Work numbers of the agents of a department. */
  agentsIn(tenantId: string, department: string): readonly string[];
  /** The department of a user, his own or his agent's; undefined: he stands right below his company. */
  departmentOf(user: User): string | undefined;
  /** Whether a user stands right below his company: he is of no department, nor is the agent that he is. */
  isAtTop(user: User): boolean;
  /** The departments whose agents such a right reaches. */
  departmentsOf(user: User, reach: NarrowReach): ReadonlySet<string>;
  /** The agents of his company whom a right reaches that a user has. */
  reachedBy(user: User, reach: NarrowReach): Reached;
}

/** For who commands the machine: he lets nobody sign in, and gives nobody a place. */
export const ANY_COMPANY: Companies = {
  has: () => true,
  ofReseller: () => [],
  hasAgent: () => true,
  extensionOf: () => undefined,
  hasDepartment: () => true,
  agentsIn: () => [],
  departmentOf: () => undefined,
  isAtTop: () => false,
  departmentsOf: () => new Set(),
  reachedBy: () => ({ agents: new Set(), extensions: new Set() }),
};

/** Whether there is somebody by whom it is run. */
export const isHome = (companies: Companies, tenantId: string): boolean =>
  tenantId === OPERATORS || companies.has(tenantId);

/** Whether the company, or the reseller, whose people he belongs to is there: otherwise he signs in nowhere. */
export function hasHome(companies: Companies, { tenantId, reseller }: User): boolean {
  if (reseller !== undefined) return companies.ofReseller(reseller) !== undefined;
  return isHome(companies, tenantId);
}
