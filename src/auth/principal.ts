import { maskedNumber, type ShowNumber, wholeNumber } from '../shared/masked-number.ts';
import { type Reached, Scope } from '../shared/scope.ts';
import { AuthError } from './auth-error.ts';
import { type ApiKey, OPERATORS, type Session, type User } from './auth-store.ts';
import type { Companies } from './companies.ts';
import {
  isNarrow,
  type NarrowReach,
  PERMISSIONS,
  type Permission,
  type Reach,
  RightSet,
  rightsOf,
} from './rights.ts';

/** Who asks (主体): somebody who is signed in, or a machine with a token. */
export interface Principal {
  /** For records and the audit trail: `li@demo`, `operator`. */
  readonly name: string;
  /** {@link OPERATORS}: he may see all companies, or those of his reseller. */
  readonly tenantId: string;
  /** Companies of his reseller: he sees the one that he names. */
  readonly companies?: readonly string[] | undefined;
  readonly rights: RightSet;
  /** The agents of his company whom a right reaches that reaches less than it; undefined: he has none such. */
  readonly reached?: (reach: NarrowReach) => Reached;
  /** Where the request comes from; undefined: it is no request. */
  readonly address?: string;
  /** There while somebody acts as another, who then stands in `person`: `name` is who it really is, `as` whom he acts as. */
  readonly actedBy?: {
    readonly name: string;
    readonly as: string;
    readonly reason: string;
    readonly since: number;
  };
  /** He has an embedded phone bar: his desk, and nothing else. */
  readonly isEmbedded?: true;
  /** There while somebody is signed in. */
  readonly person?: { readonly user: User; readonly session: Session };
}

/** Who has the operator's token of the configuration. */
export const OPERATOR_TOKEN: Principal = {
  name: 'operator token',
  tenantId: OPERATORS,
  rights: rightsOf(['operator']),
};

/** Somebody who is signed in, with the rights that his roles give where he stands. */
export function personPrincipal(
  user: User,
  session: Session,
  companies: Companies,
  rights: RightSet,
): Principal {
  const { tenantId, reseller } = user;
  return {
    name: nameOf(user),
    tenantId,
    companies: reseller === undefined ? undefined : companies.ofReseller(reseller),
    rights,
    reached: (reach) => companies.reachedBy(user, reach),
    person: { user, session },
  };
}

export function keyPrincipal({
  name,
  tenantId,
  permissions,
}: Pick<ApiKey, 'name' | 'tenantId' | 'permissions'>): Principal {
  return {
    name: `key ${nameOf({ login: name, tenantId })}`,
    tenantId,
    rights: rightsOfKey(tenantId, permissions),
  };
}

/** A key reaches as far as its company; of the installation, all. Permissions of a newer pbx400 are none. */
export function rightsOfKey(tenantId: string, permissions: readonly string[]): RightSet {
  const reach = tenantId === OPERATORS ? 'all' : 'tenant';
  const known = PERMISSIONS.filter((permission) => permissions.includes(permission));
  return new RightSet(known.map((permission) => ({ permission, reach })));
}

/** `li@demo`; those who run the installation have no company behind their names. */
export const nameOf = ({ login, tenantId }: Pick<User, 'login' | 'tenantId'>) =>
  tenantId === OPERATORS ? login : `${login}@${tenantId}`;

/** Who is signed in. Throws AuthError `forbidden` where a machine asks. */
export function personOf({ name, person }: Principal): NonNullable<Principal['person']> {
  if (!person) throw new AuthError('forbidden', `${name} is no person who signs in`);
  return person;
}

/** The same for what is of his own account: who acts as another has neither's. Throws AuthError `forbidden`, `acting`. */
export function ownAccountOf(by: Principal): NonNullable<Principal['person']> {
  if (by.actedBy) throw new AuthError('acting', `${by.name} has no word in this account`);
  return personOf(by);
}

/**
 * How a principal is shown numbers of callers and callees (号码防火墙), wherever they are shown: whole to who has `number:read`,
 * `138****8000` to everybody else. The company's own numbers (hotlines, direct lines, extensions) are nobody's secret.
 */
export function maskFor({ rights }: Pick<Principal, 'rights'>): ShowNumber {
  return rights.has('number:read', 'own') ? wholeNumber : maskedNumber;
}

/** What is needed: the permission, and how far it must reach at least. */
export interface Need {
  readonly permission: Permission;
  /**
   * `own`: something of agents, of which the scope has those that are reached; `tenant`: something of a company; `all`: something of the
   * whole installation.
   */
  readonly reach: Extract<Reach, 'own' | 'tenant' | 'all'>;
}

const NOBODY: Reached = { agents: new Set(), extensions: new Set() };

/**
 * What a principal may see and touch of what he asks for. `named`: the company that he names. Throws AuthError: `forbidden` without
 * the right, `not-found` for a company that is not his, which he cannot tell from one that there is not, `bad-request` where he has to name one.
 */
export function scopeOf(principal: Principal, { permission, reach }: Need, named: string | undefined): Scope {
  if (!principal.rights.has(permission, reach)) {
    throw new AuthError('forbidden', `${principal.name} has no right to ${permission}`);
  }
  const scope = narrowed(scopeNamed(principal, named), principal, permission);
  return maskFor(principal) === wholeNumber ? scope : scope.withoutNumbers();
}

function narrowed(scope: Scope, { rights, reached }: Principal, permission: Permission): Scope {
  const reach = rights.reachOf(permission);
  if (reach === undefined || !isNarrow(reach)) return scope;
  return scope.narrowedTo(reached?.(reach) ?? NOBODY);
}

/** The company that somebody asks of, whatever he may do there; all of them: an operator who names none. Throws as {@link scopeOf}. */
export function scopeNamed(
  { tenantId, companies }: Pick<Principal, 'tenantId' | 'companies'>,
  named: string | undefined,
): Scope {
  if (companies) return Scope.of(oneOf(companies, named));
  if (tenantId === OPERATORS) return named === undefined ? Scope.all : Scope.of(named);
  if (named !== undefined && named !== tenantId)
    throw new AuthError('not-found', `there is no company ${named}`);
  return Scope.of(tenantId);
}

function oneOf(companies: readonly string[], named: string | undefined): string {
  if (named === undefined) {
    const fix = `send the header Pbx-Tenant with one of ${companies.join(', ') || 'none that he has'}`;
    throw new AuthError('bad-request', `name a company: ${fix}`);
  }
  if (!companies.includes(named)) throw new AuthError('not-found', `there is no company ${named}`);
  return named;
}
