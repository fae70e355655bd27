import {
  type Acting,
  type ApiKey,
  type ApiKeyPage,
  type ApiKeyStore,
  type AuthStore,
  type CompanyRole,
  profileOf,
  type RoleStore,
  type Session,
  type SessionStore,
  type User,
  type UserBatch,
  type UserFilter,
  type UserPage,
  type UserStore,
} from '../../auth/auth-store.ts';
import { Scope } from '../../shared/scope.ts';
import { SEALED } from '../../shared/secret-box.ts';

export class MemoryAuth implements AuthStore {
  readonly sessions = new MemorySessions((id) => this.users.find(Scope.all, id));
  readonly users: UserStore;
  readonly roles: RoleStore;
  readonly apiKeys: ApiKeyStore = new MemoryApiKeys();

  /** `note`: keeps what was done to many; `gone`: of a user that is removed. */
  constructor(note: (batch: UserBatch) => void, gone: (userId: string) => void) {
    this.users = new MemoryUsers(this.sessions, note, gone);
    this.roles = new MemoryRoles(this.users);
  }
}

class MemoryUsers implements UserStore {
  readonly #all = new Map<string, User>();
  readonly #usedSteps = new Map<string, number>();
  readonly #signedIn = new Map<string, number>();
  readonly #sessions: SessionStore;
  readonly #note: (batch: UserBatch) => void;
  readonly #gone: (userId: string) => void;

  constructor(sessions: SessionStore, note: (batch: UserBatch) => void, gone: (userId: string) => void) {
    this.#sessions = sessions;
    this.#note = note;
    this.#gone = gone;
  }

  async list(scope: Scope, { limit, after, ...filter }: UserPage): Promise<readonly User[]> {
    const all = [...this.#all.values()].filter(({ tenantId }) => scope.includes(tenantId));
    const found = all.map((user) => this.#withStep(user)).filter((user) => fits(user, filter));
    const rest = found.filter((user) => !after || compare(user, after) > 0).sort(compare);
    return rest.slice(0, limit);
  }

  async find(scope: Scope, id: string): Promise<User | undefined> {
    const user = this.#all.get(id);
    return user && scope.includes(user.tenantId) ? this.#withStep(user) : undefined;
  }

  async withLogin(tenantId: string, login: string): Promise<User | undefined> {
    const all = [...this.#all.values()];
    const user = all.find((each) => each.tenantId === tenantId && each.login === login);
    return user && this.#withStep(user);
  }

  async withAgent(tenantId: string, agent: string): Promise<User | undefined> {
    const user = [...this.#all.values()].find((each) => each.tenantId === tenantId && each.agent === agent);
    return user && this.#withStep(user);
  }

  async withRole(tenantId: string, role: string): Promise<readonly User[]> {
    const all = [...this.#all.values()].filter((each) => each.tenantId === tenantId);
    const found = all.filter(({ roles }) => roles.includes(role)).sort(compare);
    return found.map((user) => this.#withStep(user));
  }

  async add(user: User): Promise<boolean> {
    if ((await this.withLogin(user.tenantId, user.login)) || (await this.#isOthers(user))) return false;
    this.#all.set(user.id, user);
    return true;
  }

  async change(user: User): Promise<boolean> {
    if (this.#all.get(user.id)?.revision !== user.revision - 1 || (await this.#isOthers(user))) return false;
    this.#all.set(user.id, user);
    return true;
  }

  async takeMany(batch: UserBatch): Promise<boolean> {
    const { added, changed, removed } = batch;
    const known = [...changed.map(({ user }) => user), ...removed];
    if (known.some(({ id, revision }) => this.#all.get(id)?.revision !== revision)) return false;
    const after = new Map(this.#all);
    for (const { id } of removed) after.delete(id);
    for (const { user, profile } of changed)
      after.set(user.id, { ...this.#all.get(user.id)!, ...profileOf(profile), revision: user.revision + 1 });
    for (const user of added) after.set(user.id, user);
    const all = [...after.values()];
    const agents = all.filter(({ agent }) => agent !== undefined);
    if (new Set(all.map(placeOf)).size < all.length) return false;
    if (new Set(agents.map(({ tenantId, agent }) => `${tenantId}\n${agent}`)).size < agents.length)
      return false;
    this.#all.clear();
    for (const user of all) this.#all.set(user.id, user);
    for (const { id } of removed) await this.#end(id);
    this.#note(batch);
    return true;
  }

  /** Whether somebody else is the agent. */
  async #isOthers({ id, tenantId, agent }: User): Promise<boolean> {
    const user = agent === undefined ? undefined : await this.withAgent(tenantId, agent);
    return user !== undefined && user.id !== id;
  }

  async withApp(isSealed: boolean, limit: number): Promise<readonly User[]> {
    const all = [...this.#all.values()].filter(
      ({ secondFactor }) => secondFactor?.secret.startsWith(SEALED) === isSealed,
    );
    return all.slice(0, limit).map((user) => this.#withStep(user));
  }

  async useStep(id: string, step: number): Promise<boolean> {
    const used = this.#usedSteps.get(id) ?? 0;
    if (!this.#all.has(id) || step <= used) return false;
    this.#usedSteps.set(id, step);
    return true;
  }

  /** As it is kept, with the step that was used last, and when he signed in. */
  #withStep(user: User): User {
    const { secondFactor } = user;
    const usedStep = this.#usedSteps.get(user.id) ?? 0;
    const known = { ...user, signedInAt: this.#signedIn.get(user.id) };
    return secondFactor ? { ...known, secondFactor: { ...secondFactor, usedStep } } : known;
  }

  async signedIn(id: string, at: number): Promise<void> {
    if (this.#all.has(id)) this.#signedIn.set(id, at);
  }

  async remove({ id, revision }: User): Promise<boolean> {
    if (this.#all.get(id)?.revision !== revision) return false;
    this.#all.delete(id);
    await this.#end(id);
    return true;
  }

  async #end(id: string): Promise<void> {
    await this.#sessions.endOthers(id, undefined);
    this.#gone(id);
  }
}

function fits(user: User, { q, role, department, isActive, awaySince }: UserFilter): boolean {
  const texts = [user.login, user.name.toLowerCase(), user.agent ?? ''];
  if (q !== undefined && !texts.some((text) => text.includes(q))) return false;
  if (role !== undefined && !user.roles.includes(role)) return false;
  const byAgent = user.agent !== undefined && department?.agents.includes(user.agent);
  if (department && (user.department === undefined ? !byAgent : user.department !== department.name))
    return false;
  if (isActive !== undefined && user.isActive !== isActive) return false;
  return awaySince === undefined || (user.signedInAt ?? 0) < awaySince;
}

class MemoryRoles implements RoleStore {
  readonly #all = new Map<string, CompanyRole>();
  readonly #users: UserStore;

  constructor(users: UserStore) {
    this.#users = users;
  }

  async list(scope: Scope): Promise<readonly CompanyRole[]> {
    return [...this.#all.values()].filter(({ tenantId }) => scope.includes(tenantId)).sort(compare);
  }

  async named(tenantId: string, names: readonly string[]): Promise<readonly CompanyRole[]> {
    const all = [...this.#all.values()].filter((role) => role.tenantId === tenantId);
    return all.filter(({ name }) => names.includes(name)).sort(compare);
  }

  async add(role: CompanyRole): Promise<boolean> {
    if ([...this.#all.values()].some((each) => compare(each, role) === 0)) return false;
    this.#all.set(role.id, role);
    return true;
  }

  async change(role: CompanyRole): Promise<boolean> {
    if (this.#all.get(role.id)?.revision !== role.revision - 1) return false;
    this.#all.set(role.id, role);
    return true;
  }

  async remove({ id, tenantId, name, revision }: CompanyRole): Promise<boolean> {
    if (this.#all.get(id)?.revision !== revision) return false;
    return (await this.#users.withRole(tenantId, name)).length === 0 && this.#all.delete(id);
  }
}

class MemorySessions implements SessionStore {
  readonly #all = new Map<string, Session>();
  readonly #userOf: (id: string) => Promise<User | undefined>;

  constructor(userOf: (id: string) => Promise<User | undefined>) {
    this.#userOf = userOf;
  }

  async add(session: Session): Promise<void> {
    this.#all.set(session.id, session);
  }

  async withToken(tokenHash: string): Promise<Session | undefined> {
    return [...this.#all.values()].find((session) => session.tokenHash === tokenHash);
  }

  async withHolder(tokenHash: string) {
    const session = await this.withToken(tokenHash);
    const user = session && (await this.#userOf(session.userId));
    return user && { session, user };
  }

  async of(userId: string): Promise<readonly Session[]> {
    const own = [...this.#all.values()].filter((session) => session.userId === userId);
    return own.sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1));
  }

  async seen(id: string, at: number): Promise<void> {
    const session = this.#all.get(id);
    if (session) this.#all.set(id, { ...session, seenAt: at });
  }

  async act(id: string, acting: Acting | undefined): Promise<boolean> {
    const session = this.#all.get(id);
    if (session) this.#all.set(id, { ...session, acting });
    return session !== undefined;
  }

  async end(userId: string, id: string): Promise<boolean> {
    return this.#all.get(id)?.userId === userId && this.#all.delete(id);
  }

  async endOthers(userId: string, keptId: string | undefined): Promise<void> {
    this.#drop((session) => session.userId === userId && session.id !== keptId);
  }

  async dropEnded(now: number, idleSince: number): Promise<void> {
    this.#drop(({ endsAt, seenAt }) => endsAt <= now || seenAt <= idleSince);
  }

  #drop(isGone: (session: Session) => boolean): void {
    for (const session of this.#all.values()) if (isGone(session)) this.#all.delete(session.id);
  }
}

class MemoryApiKeys implements ApiKeyStore {
  readonly #all = new Map<string, ApiKey>();

  async list(scope: Scope, { limit, after }: ApiKeyPage): Promise<readonly ApiKey[]> {
    const found = [...this.#all.values()].filter(({ tenantId }) => scope.includes(tenantId));
    return found
      .filter((key) => !after || compare(key, after) > 0)
      .sort(compare)
      .slice(0, limit);
  }

  async withSecret(secretHash: string): Promise<ApiKey | undefined> {
    return [...this.#all.values()].find((key) => key.secretHash === secretHash);
  }

  async add(key: ApiKey): Promise<boolean> {
    if ([...this.#all.values()].some((each) => compare(each, key) === 0)) return false;
    this.#all.set(key.id, key);
    return true;
  }

  async used(id: string, at: number): Promise<void> {
    const key = this.#all.get(id);
    if (key) this.#all.set(id, { ...key, usedAt: at });
  }

  async remove(scope: Scope, id: string): Promise<ApiKey | undefined> {
    const key = this.#all.get(id);
    if (!key || !scope.includes(key.tenantId)) return undefined;
    this.#all.delete(id);
    return key;
  }
}

/** Of a user, or of a key. */
type Place = { readonly tenantId: string } & ({ readonly login: string } | { readonly name: string });
const placeOf = (place: Place) => `${place.tenantId}\n${'login' in place ? place.login : place.name}`;

function compare(one: Place, other: Place): number {
  const [first, second] = [placeOf(one), placeOf(other)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
