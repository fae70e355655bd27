import type { Clock } from '../shared/clock.ts';
import type { Flaw } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { Scope } from '../shared/scope.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import { type AuthStore, type CompanyRole, OPERATORS, type User } from './auth-store.ts';
import { type Companies, isHome } from './companies.ts';
import { lackedBy } from './power.ts';
import { nameOf, type Principal } from './principal.ts';
import { COMPANY_PERMISSIONS, REACHES, type Right, RightSet, rightsOf, roleOf } from './rights.ts';

/** Own roles of one company. */
const MOST = 100;
/** Sets that are kept compiled. */
const COMPILED = 1000;

/** What a role of a company's own is to be. */
export type RoleFields = Pick<CompanyRole, 'title' | 'rights'>;

export interface RolesParts {
  readonly store: AuthStore;
  readonly tell: TellAudit;
  readonly companies: Companies;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** Roles that companies make for themselves beside those that come with pbx400, and what all of somebody's roles give him. */
export class Roles {
  readonly #parts: RolesParts;
  readonly #compiled = new Map<string, RightSet>();

  constructor(parts: RolesParts) {
    this.#parts = parts;
  }

  /** What a user may, as of now: of a role that was changed the new rights, of one that there is not none. */
  async rightsOf(user: User): Promise<RightSet> {
    const { store, companies } = this.#parts;
    const names = user.roles.filter((name) => !roleOf(name));
    const own = names.length === 0 ? [] : await store.roles.named(user.tenantId, names);
    const rights = this.#compile(user.roles, own);
    return companies.isAtTop(user) ? rights.atTop() : rights;
  }

  /** The own ones of a company, by name. */
  list(scope: Scope): Promise<readonly CompanyRole[]> {
    return this.#parts.store.roles.list(scope);
  }

  /** Those of the company that have these names. */
  named(tenantId: string, names: readonly string[]): Promise<readonly CompanyRole[]> {
    return this.#parts.store.roles.named(tenantId, names);
  }

  /** Throws AuthError `not-found`, `preset-role`. */
  async get(tenantId: string, name: string): Promise<CompanyRole> {
    const [role] = await this.named(tenantId, [name]);
    if (role) return role;
    if (roleOf(name)) throw new AuthError('preset-role', `${name} comes with pbx400; make one of your own`);
    throw new AuthError('not-found', `there is no role ${name}`);
  }

  /** Throws AuthError `not-found` for the company, `exists`, `bad-role`, `forbidden`, `too-many-roles`. */
  async add(by: Principal, tenantId: string, name: string, fields: RoleFields): Promise<CompanyRole> {
    const { store, companies, clock, ids } = this.#parts;
    if (!isHome(companies, tenantId)) throw new AuthError('not-found', `there is no company ${tenantId}`);
    const exists = () => new AuthError('exists', `there is a role ${name} already; choose another name`);
    if (roleOf(name)) throw exists();
    const role = { ...fields, id: ids.token(), tenantId, name, createdAt: clock.now(), revision: 1 };
    await this.#requirePower(by, role);
    if ((await store.roles.list(Scope.of(tenantId))).length >= MOST)
      throw new AuthError('too-many-roles', `${tenantId} has ${MOST} roles of its own; remove one`);
    if (!(await store.roles.add(role))) throw exists();
    await this.#tell(by, role, { did: 'add', after: told(role) });
    return role;
  }

  /** Who has the role, also where he is signed in, has the new rights at once. Throws as {@link add}, and AuthError `changed-meanwhile`. */
  async change(by: Principal, role: CompanyRole, fields: Partial<RoleFields>): Promise<CompanyRole> {
    const changed = { ...role, ...fields, revision: role.revision + 1 };
    this.#requireAll(by, role);
    await this.#requirePower(by, changed);
    if (!(await this.#parts.store.roles.change(changed))) throw changedMeanwhile(role);
    await this.#tell(by, role, { did: 'change', before: told(role), after: told(changed) });
    return changed;
  }

  /** Throws AuthError `forbidden`, `changed-meanwhile`, `still-used` with who has it. */
  async remove(by: Principal, role: CompanyRole): Promise<void> {
    const { store } = this.#parts;
    this.#requireAll(by, role);
    if (await store.roles.remove(role)) {
      await this.#tell(by, role, { did: 'remove', before: told(role) });
      return;
    }
    const holders = await store.users.withRole(role.tenantId, role.name);
    if (holders.length === 0) throw changedMeanwhile(role);
    const flaws: readonly Flaw[] = holders.map((user) => ({
      pointer: `/users/${user.id}/roles`,
      code: 'still-used',
      detail: `${nameOf(user)} has it`,
      fix: 'give him another role first',
    }));
    throw new AuthError('still-used', `${holders.map(nameOf).join(', ')} have ${role.name}`, { flaws });
  }

  /** Who makes a role has what it gives, and so far as it reaches from each place in which somebody has it already. */
  async #requirePower(by: Principal, role: CompanyRole): Promise<void> {
    const { companies, store } = this.#parts;
    requireFitting(role);
    this.#requireAll(by, role);
    const rights = new RightSet(role.rights);
    for (const holder of await store.users.withRole(role.tenantId, role.name)) {
      const lacked = lackedBy(by, holder, companies.isAtTop(holder) ? rights.atTop() : rights, companies);
      if (lacked)
        throw new AuthError('forbidden', `${nameOf(holder)} would have ${lacked} beyond what ${by.name} has`);
    }
  }

  #requireAll(by: Principal, { name, rights }: CompanyRole): void {
    if (by.rights.covers(new RightSet(rights))) return;
    throw new AuthError('forbidden', `${by.name} lacks rights of the role ${name}`);
  }

  /** The same set while none of them is changed: it is made once a revision, not once a request. */
  #compile(names: readonly string[], own: readonly CompanyRole[]): RightSet {
    if (own.length === 0) return rightsOf(names);
    const key = [...names, ...own.map(({ id, revision }) => `${id}:${revision}`)].join('\n');
    const known = this.#compiled.get(key);
    if (known) return known;
    const rights = new RightSet([...rightsOf(names).list(), ...own.flatMap((role) => role.rights)]);
    // Most are of revisions that are gone.
    if (this.#compiled.size >= COMPILED) this.#compiled.clear();
    this.#compiled.set(key, rights);
    return rights;
  }

  async #tell(by: Principal, { tenantId, name }: CompanyRole, details: object): Promise<void> {
    const { tell, clock } = this.#parts;
    const all = { role: name, ...details, address: by.address };
    await tell({ tenantId, at: clock.now(), action: 'role', by: by.name, details: all });
  }
}

/** Rights of a company's role are of it and end at its wall; those of the installation's reach everything, as its keys do. */
function requireFitting({ tenantId, rights }: CompanyRole): void {
  const isFitting =
    tenantId === OPERATORS
      ? ({ reach }: Right) => reach === 'all'
      : ({ permission, reach }: Right) =>
          COMPANY_PERMISSIONS.includes(permission) && REACHES.indexOf(reach) <= REACHES.indexOf('tenant');
  const flaws = rights.flatMap((right, at) => {
    const { permission, reach } = right;
    const fix = tenantId === OPERATORS ? 'reach all' : 'take rights of company-admin, reach tenant or less';
    const detail = `no role of ${tenantId} has ${permission} that reaches ${reach}`;
    return isFitting(right) ? [] : [{ pointer: `/rights/${at}`, code: 'bad-role', detail, fix }];
  });
  if (flaws.length > 0) throw new AuthError('bad-role', flaws[0]!.detail, { flaws });
}

const told = ({ title, rights }: CompanyRole) => ({
  title: title.en,
  rights: rights.map(({ permission, reach }) => `${permission}:${reach}`),
});
const changedMeanwhile = ({ name }: CompanyRole) =>
  new AuthError('changed-meanwhile', `role ${name} was changed meanwhile; read it again`);
