import type { Clock } from '../shared/clock.ts';
import { Scope } from '../shared/scope.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import type { Acting, AuthStore, User } from './auth-store.ts';
import type { Companies } from './companies.ts';
import { lackedBy } from './power.ts';
import { nameOf, type Principal, personOf, scopeOf } from './principal.ts';
import { type Permission, RightSet, rightsOf } from './rights.ts';
import type { Roles } from './roles.ts';

/** What lets somebody in later stays with the customer: nobody leaves a way in behind, or shuts one. */
const NEVER: ReadonlySet<Permission> = new Set([
  ...(['user:create', 'user:update', 'user:delete'] as const),
  ...(['role:create', 'role:update', 'role:delete'] as const),
  ...(['api-key:create', 'api-key:update', 'api-key:delete'] as const),
  // What is done at a desk is its agent's word.
  'desk:update',
]);
const NONE = new RightSet([]);

export interface ActAsParts {
  readonly store: AuthStore;
  readonly roles: Roles;
  readonly companies: Companies;
  readonly tell: TellAudit;
  readonly clock: Pick<Clock, 'now'>;
}

/** As whom somebody wants to act. */
export interface ActAsWish {
  readonly tenantId: string;
  /** Id; undefined: as an administrator of the company. */
  readonly userId: string | undefined;
  readonly reason: string;
}

/**
 * Operators and resellers who act as a customer (代客操作), to help: with the customer's rights, as far as they have them themselves, and no
 * word in passwords, second factors, roles and keys. What they do is told as `operator as li@demo`.
 */
export class ActAs {
  readonly #parts: ActAsParts;

  constructor(parts: ActAsParts) {
    this.#parts = parts;
  }

  /** Throws AuthError `forbidden` without the right, or to one who has less than the user; `acting`, `not-found`, `must-change-password`. */
  async begin(by: Principal, { tenantId, userId, reason }: ActAsWish): Promise<void> {
    const { store, clock } = this.#parts;
    const { session, user } = personOf(by);
    if (by.actedBy) throw new AuthError('acting', 'end it first: DELETE /api/v1/session/act-as');
    if (user.mustChange) throw new AuthError('must-change-password', 'POST /api/v1/me/password first');
    const acting = { tenantId, userId, reason, since: clock.now() };
    const whom = await this.#whom(by, acting);
    if (!(await store.sessions.act(session.id, acting))) throw new AuthError('unauthorized', 'sign in again');
    await this.#tell(by, acting, { did: 'begin', as: whom.actedBy?.as, reason });
  }

  /** Throws AuthError `not-found` where he acts as nobody. */
  async end(by: Principal): Promise<void> {
    const { session } = personOf(by);
    if (!by.actedBy || !session.acting) throw new AuthError('not-found', `${by.name} acts as nobody else`);
    await this.#parts.store.sessions.act(session.id, undefined);
    await this.#tell({ ...by, name: by.actedBy.name }, session.acting, { did: 'end', as: by.actedBy.as });
  }

  /** Who asks with a session that acts. Where he may do so no longer, he may nothing until he ends it: his own word would surprise. */
  async principalOf(own: Principal, acting: Acting): Promise<Principal> {
    try {
      return await this.#whom(own, acting);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      return {
        ...own,
        tenantId: acting.tenantId,
        companies: undefined,
        rights: NONE,
        ...this.#actedBy(own, acting),
      };
    }
  }

  async #whom(own: Principal, acting: Acting): Promise<Principal> {
    const { store, companies, roles } = this.#parts;
    const { tenantId, userId } = acting;
    scopeOf(own, { permission: 'tenant:act-as', reach: 'tenant' }, tenantId);
    const noSuch = () => new AuthError('not-found', `there is no company ${tenantId}, or no such user of it`);
    if (!companies.has(tenantId)) throw noSuch();
    const base = { ...own, tenantId, companies: undefined };
    if (userId === undefined) {
      const rights = within(rightsOf(['company-admin']), own.rights);
      const name = `${own.name} as ${tenantId}`;
      return { ...base, name, rights, ...this.#actedBy(own, acting, tenantId) };
    }
    const user = await store.users.find(Scope.of(tenantId), userId);
    if (!user?.isActive) throw noSuch();
    const rights = await roles.rightsOf(user);
    const lacked = lackedBy(own, user, rights, companies);
    if (lacked) throw new AuthError('forbidden', `${nameOf(user)} has ${lacked} beyond what ${own.name} has`);
    return {
      ...base,
      name: `${own.name} as ${nameOf(user)}`,
      rights: within(rights, own.rights),
      reached: (reach) => companies.reachedBy(user, reach),
      ...this.#actedBy(own, acting, nameOf(user), user),
    };
  }

  /** In his place stands whom he acts as; what of the account is his alone (`ownAccountOf`) is neither's. */
  #actedBy(own: Principal, { reason, since }: Acting, as = own.name, user?: User) {
    const { session, user: self } = personOf(own);
    return {
      actedBy: { name: own.name, as, reason, since },
      person: { session, user: { ...(user ?? self), mustChange: false } },
    };
  }

  async #tell(by: Principal, { tenantId }: Acting, details: object): Promise<void> {
    const { tell, clock } = this.#parts;
    const all = { ...details, address: by.address };
    await tell({ tenantId, at: clock.now(), action: 'act-as', by: by.name, details: all });
  }
}

/** What of some rights somebody has, too, and may use while he acts as another. */
function within(rights: RightSet, own: RightSet): RightSet {
  return new RightSet(
    rights.list().filter(({ permission, reach }) => !NEVER.has(permission) && own.has(permission, reach)),
  );
}
