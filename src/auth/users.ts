import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import { Scope } from '../shared/scope.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import { type AuthStore, OPERATORS, type User, type UserPage } from './auth-store.ts';
import { type Companies, isHome } from './companies.ts';
import { oneTimePassword, type Passwords, requireStrength } from './passwords.ts';
import { lackedBy } from './power.ts';
import { nameOf, ownAccountOf, type Principal } from './principal.ts';
import { ROLE_NAMES, roleOf } from './rights.ts';
import type { Roles } from './roles.ts';
import type { Opened, Origin, Sessions } from './sessions.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

/** Users read at once. */
const PAGE = 500;

/** What of a user others may set. */
export interface UserFields {
  readonly name: string;
  readonly roles: readonly string[];
  readonly isActive: boolean;
  readonly agent?: string | undefined;
  readonly department?: string | undefined;
}

/** A user whose password was made for him. */
export interface WithPassword {
  readonly user: User;
  /** Told once; it lets him do nothing but change it. */
  readonly password: string;
}

export interface UsersParts {
  readonly store: AuthStore;
  readonly sessions: Sessions;
  readonly roles: Roles;
  readonly passwords: Passwords;
  readonly throttle: SignInThrottle;
  readonly tell: TellAudit;
  readonly companies: Companies;
  /** Somebody has another password than he was made with. */
  readonly onPassword: (user: User) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** The people who sign in (账号管理). `by`: who manages them; nobody gives a role whose rights he lacks, or touches who has one. */
export class Users {
  readonly #parts: UsersParts;

  constructor(parts: UsersParts) {
    this.#parts = parts;
  }

  list(
    scope: Scope,
    { department, ...page }: Omit<UserPage, 'department'> & { readonly department?: string | undefined },
  ): Promise<readonly User[]> {
    const { store, companies } = this.#parts;
    const of = department !== undefined && {
      department: { name: department, agents: companies.agentsIn(scope.tenantId ?? OPERATORS, department) },
    };
    return store.users.list(scope, { ...page, ...of });
  }

  /** The department that his rights reach from. */
  departmentOf(user: User): string | undefined {
    return this.#parts.companies.departmentOf(user);
  }

  withLogin(tenantId: string, login: string): Promise<User | undefined> {
    return this.#parts.store.users.withLogin(tenantId, login.toLowerCase());
  }

  /** Throws AuthError `not-found`. */
  async get(scope: Scope, id: string): Promise<User> {
    const user = await this.#parts.store.users.find(scope, id);
    if (!user) throw new AuthError('not-found', `there is no user ${id}`);
    return user;
  }

  /** Throws AuthError `not-found` for the company, reseller, agent or department, `exists` for login or agent, `bad-role`, `forbidden`. */
  async add(
    by: Principal,
    tenantId: string,
    { login, reseller, agent, department, ...fields }: Pick<User, 'login' | 'reseller'> & UserFields,
  ): Promise<WithPassword> {
    const { store, passwords, clock, ids, companies } = this.#parts;
    if (!isHome(companies, tenantId)) throw new AuthError('not-found', `there is no company ${tenantId}`);
    if (reseller !== undefined && !(tenantId === OPERATORS && companies.ofReseller(reseller))) {
      throw new AuthError('not-found', `there is no reseller ${reseller}`);
    }
    await this.#requireRoles({ tenantId, reseller }, fields.roles);
    await this.#requirePlace({ tenantId, agent, department });
    const password = oneTimePassword(ids);
    const wanted: User = {
      id: ids.token(),
      tenantId,
      reseller,
      login: login.toLowerCase(),
      ...fields,
      agent,
      department,
      password: '',
      mustChange: true,
      secondFactor: undefined,
      createdAt: clock.now(),
      revision: 1,
    };
    await this.requirePower(by, wanted);
    const user = { ...wanted, password: await passwords.hash(password) };
    if (!(await store.users.add(user))) {
      throw new AuthError('exists', `${nameOf(user)} exists already; choose another login`);
    }
    await this.#tell(by, user, 'user', { did: 'add', reseller, ...fieldsOf(user) });
    return { user, password };
  }

  /**
   * Throws AuthError `changed-meanwhile` when `user` is not as it is now, `bad-role`, `forbidden`, `last-operator`, `not-found` and `exists`
   * for agent or department.
   */
  async change(by: Principal, user: User, fields: Partial<UserFields>): Promise<User> {
    await this.requirePower(by, user);
    if (fields.roles) await this.#requireRoles(user, fields.roles);
    const changed: User = { ...user, ...fields, revision: user.revision + 1 };
    // Also in another place the rights that he has reach others.
    await this.requirePower(by, changed);
    await this.#requirePlace({ ...fields, tenantId: user.tenantId }, user.id);
    if (!isOperator(changed)) await this.#requireAnother(user);
    await this.#put(changed);
    if (!changed.isActive) await this.#parts.sessions.endOthers(user.id);
    else this.#parts.sessions.tell(user.id);
    await this.#tell(by, user, 'user', { did: 'change', before: fieldsOf(user), after: fieldsOf(changed) });
    return changed;
  }

  /** Throws as {@link change}. */
  async remove(by: Principal, user: User): Promise<void> {
    await this.requirePower(by, user);
    await this.#requireAnother(user);
    if (!(await this.#parts.store.users.remove(user))) throw changedMeanwhile(user);
    this.#parts.sessions.tell(user.id);
    await this.#tell(by, user, 'user', { did: 'remove', name: user.name });
  }

  /** A new password that he has to change, for one that is lost: he is signed out everywhere. Throws as {@link change}. */
  async resetPassword(by: Principal, user: User): Promise<WithPassword> {
    await this.requirePower(by, user);
    return await this.reset(by.name, user);
  }

  /** The same by whoever commands the machine, who is not asked for his rights. */
  async reset(by: string, user: User): Promise<WithPassword> {
    const { passwords, sessions, onPassword, ids, tell, clock } = this.#parts;
    const password = oneTimePassword(ids);
    const hash = await passwords.hash(password);
    const changed = { ...user, password: hash, mustChange: true, revision: user.revision + 1 };
    await this.#put(changed);
    onPassword(user);
    await sessions.endOthers(user.id);
    const details = { did: 'reset', user: nameOf(user) };
    await tell({ tenantId: user.tenantId, at: clock.now(), action: 'password', by, details });
    return { user: changed, password };
  }

  /**
   * His own new password; he is signed out everywhere, and in anew with the token that this resolves with. Throws AuthError
   * `wrong-password` when the old one is not his, `too-many-tries`, `weak-password`, `changed-meanwhile`.
   */
  async changePassword(
    by: Principal,
    { old, password }: { readonly old: string; readonly password: string },
    origin: Origin,
  ): Promise<Opened> {
    const { passwords, throttle, sessions, onPassword } = this.#parts;
    const { user } = ownAccountOf(by);
    await throttle.begin(by.name, origin.address);
    if (!(await passwords.check(old, user.password))) {
      throw new AuthError('wrong-password', 'the old password is wrong');
    }
    throttle.succeed(by.name, origin.address);
    if (old === password) throw new AuthError('weak-password', 'the new password is the old one');
    requireStrength(password, user.login);
    const hash = await passwords.hash(password);
    const changed = { ...user, password: hash, mustChange: false, revision: user.revision + 1 };
    await this.#put(changed);
    onPassword(user);
    const opened = await sessions.open(changed, origin);
    await sessions.endOthers(user.id, opened.session.id);
    await this.#tell(by, user, 'password', { did: 'change' });
    return opened;
  }

  /** Signs him out everywhere. Throws AuthError `forbidden`. */
  async endSessions(by: Principal, user: User): Promise<void> {
    await this.requirePower(by, user);
    await this.#parts.sessions.endOthers(user.id);
    await this.#tell(by, user, 'user', { did: 'end-sessions' });
  }

  /** Who manages somebody has all his rights, and reaches with each whom he reaches. Throws AuthError `forbidden`. */
  async requirePower(by: Principal, user: User): Promise<void> {
    const { roles, companies } = this.#parts;
    const lacked = lackedBy(by, user, await roles.rightsOf(user), companies);
    if (lacked === undefined) return;
    throw new AuthError('forbidden', `${nameOf(user)} has ${lacked} beyond what ${by.name} has`);
  }

  async #put(changed: User): Promise<void> {
    if (!(await this.#parts.store.users.change(changed))) throw changedMeanwhile(changed);
  }

  /** The roles are those of his home. */
  async #requireRoles(
    { tenantId, reseller }: Pick<User, 'tenantId' | 'reseller'>,
    names: readonly string[],
  ): Promise<void> {
    const ofOperators = reseller === undefined ? 'installation' : 'reseller';
    const home = tenantId === OPERATORS ? ofOperators : 'company';
    // Resellers' people have no company to make roles for them.
    const own = home === 'reseller' ? [] : await this.#parts.roles.list(Scope.of(tenantId));
    const presets = ROLE_NAMES.filter((name) => roleOf(name)?.home === home);
    const fitting = [...presets, ...own.map(({ name }) => name)];
    const wrong = names.find((name) => !fitting.includes(name));
    if (wrong === undefined) return;
    const fix = `those of ${reseller ?? tenantId} may be ${fitting.join(', ')}`;
    throw new AuthError('bad-role', `${wrong} is no role for them; ${fix}`);
  }

  /** What he is in his company is there, and nobody else is that agent. */
  async #requirePlace(
    { tenantId, agent, department }: Pick<User, 'tenantId'> & Partial<UserFields>,
    id?: string,
  ): Promise<void> {
    const { companies, store } = this.#parts;
    if (department !== undefined && !companies.hasDepartment(tenantId, department))
      throw new AuthError('not-found', `${tenantId} has no department ${department}`);
    if (agent === undefined) return;
    if (!companies.hasAgent(tenantId, agent))
      throw new AuthError('not-found', `${tenantId} has no agent ${agent}`);
    const other = await store.users.withAgent(tenantId, agent);
    if (other && other.id !== id)
      throw new AuthError('exists', `${nameOf(other)} is agent ${agent} already; take it from him first`);
  }

  /** Without an operator nobody could manage anything any more. */
  async #requireAnother(user: User): Promise<void> {
    if (!isOperator(user)) return;
    let after: User | undefined;
    do {
      const page = await this.#parts.store.users.list(Scope.of(OPERATORS), { limit: PAGE, after });
      if (page.some((each) => each.id !== user.id && isOperator(each))) return;
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after);
    throw new AuthError('last-operator', `${nameOf(user)} is the last operator; make another one first`);
  }

  async #tell(by: Principal, user: User, action: 'user' | 'password', details: object): Promise<void> {
    const { tell, clock } = this.#parts;
    const all = { user: nameOf(user), ...details, address: by.address };
    await tell({ tenantId: user.tenantId, at: clock.now(), action, by: by.name, details: all });
  }
}

const isOperator = ({ isActive, roles }: User) => isActive && roles.includes('operator');
const fieldsOf = ({ name, roles, isActive, agent, department }: User): UserFields => ({
  name,
  roles,
  isActive,
  agent,
  department,
});
/** Somebody else has changed him since he was read. */
export const changedMeanwhile = (user: User): AuthError =>
  new AuthError('changed-meanwhile', `${nameOf(user)} was changed meanwhile; read it again`);
