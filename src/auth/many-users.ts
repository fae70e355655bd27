import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import { Scope } from '../shared/scope.ts';
import { Slices } from '../shared/slices.ts';
import { AuthError } from './auth-error.ts';
import {
  type AuthStore,
  OPERATORS,
  profileOf,
  type User,
  type UserBatch,
  type UserPage,
  type UserProfile,
} from './auth-store.ts';
import type { Companies } from './companies.ts';
import { LONGEST_PASSWORD, oneTimePassword, type Passwords, requireStrength } from './passwords.ts';
import { lackedBy } from './power.ts';
import { nameOf, type Principal } from './principal.ts';
import { type RightSet, ROLE_NAMES, roleOf } from './rights.ts';
import type { Roles } from './roles.ts';
import type { Sessions } from './sessions.ts';

/** Users read at once. */
const PAGE = 500;
/** Users that are judged in a turn of the loop. */
const SLICE = 25;
/** The same where little is done for each. */
const LIGHT_SLICE = 500;

const LOGIN = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const LONGEST_NAME = 100;
const MOST_ROLES = 20;
const PROFILE_FIELDS = ['name', 'roles', 'agent', 'department', 'isActive'] as const;

/** What somebody shall be; fields that are not there stay, undefined ones go. */
export interface UserWish {
  /** In lower case. */
  readonly login: string;
  readonly fields: Partial<UserProfile>;
  /** For a new user only. Undefined: one is made for him. */
  readonly password?: string | undefined;
}

export interface UserFlaw {
  readonly field: 'login' | 'password' | keyof UserProfile;
  readonly code:
    | 'invalid'
    | 'missing'
    | 'exists'
    | 'other-company'
    | 'bad-role'
    | 'weak-password'
    | 'forbidden';
  readonly detail: string;
  readonly fix?: string | undefined;
}

/** A wish, and what it comes to. */
export interface JudgedUser {
  readonly login: string;
  /** Who has the login now; undefined: he is new. */
  readonly user: User | undefined;
  /** As he would be. */
  readonly profile: UserProfile;
  /** Fields that would change. */
  readonly changes: readonly (keyof UserProfile)[];
  readonly flaws: readonly UserFlaw[];
}

export interface ManyUsersParts {
  readonly store: AuthStore;
  readonly sessions: Sessions;
  readonly roles: Roles;
  readonly passwords: Passwords;
  readonly companies: Companies;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** What is the same for all that are judged together. */
interface Judging {
  readonly by: Principal;
  readonly tenantId: string;
  readonly known: ReadonlyMap<string, User>;
  /** Names of roles that they may have. */
  readonly fitting: ReadonlySet<string>;
  readonly rightsOf: (user: User) => Promise<RightSet>;
}

/** Users of a company by the table (账号批量): judged by the rules of one by one, and taken as a whole. */
export class ManyUsers {
  readonly #parts: ManyUsersParts;

  constructor(parts: ManyUsersParts) {
    this.#parts = parts;
  }

  /** Throws AuthError `not-found` for the company, `bad-request` for people of the installation. */
  requireCompany(tenantId: string): void {
    if (tenantId === OPERATORS)
      throw new AuthError('bad-request', 'people of the installation and of resellers are added one by one');
    if (!this.#parts.companies.has(tenantId))
      throw new AuthError('not-found', `there is no company ${tenantId}`);
  }

  list(tenantId: string, page: UserPage): Promise<readonly User[]> {
    return this.#parts.store.users.list(Scope.of(tenantId), page);
  }

  /** All of a company, by login. */
  async all(tenantId: string): Promise<ReadonlyMap<string, User>> {
    const known = new Map<string, User>();
    for (let after: User | undefined; ; ) {
      const page = await this.list(tenantId, { limit: PAGE, after });
      for (const user of page) known.set(user.login, user);
      if (page.length < PAGE) return known;
      after = page.at(-1);
    }
  }

  /** What wishes come to, together; nothing is changed. `leaving`: ids of who goes at the same time. */
  async judge(
    by: Principal,
    tenantId: string,
    wishes: readonly UserWish[],
    leaving: ReadonlySet<string> = new Set(),
  ): Promise<readonly JudgedUser[]> {
    const known = await this.all(tenantId);
    const judging: Judging = {
      by,
      tenantId,
      known,
      fitting: await this.#fitting(tenantId),
      rightsOf: this.#rightsOnce(),
    };
    const slices = new Slices(SLICE);
    const judged: JudgedUser[] = [];
    for (const wish of wishes) {
      await slices.step();
      judged.push(await this.#judged(judging, wish));
    }
    const staying = [...known.values()].filter(({ id }) => !leaving.has(id));
    return await withOneAgentEach(judged, staying, tenantId);
  }

  /** What of his rights who manages him lacks, as a flaw; undefined: nothing. */
  async powerFlaw(by: Principal, user: User): Promise<UserFlaw | undefined> {
    return this.#lacked({ by, rightsOf: (each) => this.#parts.roles.rightsOf(each) }, user);
  }

  /** One that is told once; no program takes it for a formula. */
  newPassword(): string {
    return oneTimePassword(this.#parts.ids);
  }

  /** One after another, each when those who sign in had theirs. Throws the signal's reason. */
  async hashes(passwords: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const hashes: string[] = [];
    for (const password of passwords) {
      signal.throwIfAborted();
      hashes.push(await this.#parts.passwords.hash(password));
    }
    return hashes;
  }

  /**
   * Does what was judged without flaws, all of it or nothing. `hashes`: of the passwords of new ones, by login, who have to change them. Throws AuthError
   * `changed-meanwhile`.
   */
  async take(
    by: Principal,
    tenantId: string,
    {
      judged,
      hashes = new Map(),
      removed = [],
    }: {
      readonly judged: readonly JudgedUser[];
      readonly hashes?: ReadonlyMap<string, string>;
      readonly removed?: readonly User[];
    },
    noted: Pick<UserBatch['noted'], 'id' | 'source' | 'file' | 'undoes'>,
  ): Promise<void> {
    const { store, clock, sessions } = this.#parts;
    const at = clock.now();
    const slices = new Slices(LIGHT_SLICE);
    const added: User[] = [];
    const changed: { readonly user: User; readonly profile: UserProfile }[] = [];
    for (const { login, user, profile, changes } of judged) {
      await slices.step();
      if (!user) added.push(this.#newUser(tenantId, login, profile, hashes.get(login)!, at));
      else if (changes.length > 0) changed.push({ user, profile });
    }
    const batch: UserBatch = { tenantId, added, changed, removed, noted: { ...noted, at, by: by.name } };
    if (!(await store.users.takeMany(batch)))
      throw new AuthError('changed-meanwhile', 'users were changed meanwhile: nothing was done');
    for (const { id } of removed) {
      await slices.step();
      sessions.tell(id);
    }
    for (const { user, profile } of changed) {
      await slices.step();
      if (profile.isActive) sessions.tell(user.id);
      else await sessions.endOthers(user.id);
    }
  }

  #newUser(tenantId: string, login: string, profile: UserProfile, password: string, at: number): User {
    const id = this.#parts.ids.token();
    const first = { password, mustChange: true, secondFactor: undefined, createdAt: at, revision: 1 };
    return { id, tenantId, reseller: undefined, login, ...profileOf(profile), ...first };
  }

  async #judged(judging: Judging, { login, fields, password }: UserWish): Promise<JudgedUser> {
    const { tenantId, known } = judging;
    const user = known.get(login);
    const before = user && profileOf(user);
    const profile: UserProfile = { ...(before ?? NEW), ...fields };
    const changes = PROFILE_FIELDS.filter((field) => !isDeepStrictEqual(profile[field], before?.[field]));
    const flaws = [...loginFlaws(login, tenantId), ...shapeFlaws(profile, fields, user)];
    flaws.push(...passwordFlaws(login, password, user));
    if (user && changes.length === 0) return { login, user, profile, changes, flaws };
    flaws.push(...this.#placeFlaws(judging, profile, changes));
    if (flaws.length === 0) {
      const wanted = { ...(user ?? this.#newUser(tenantId, login, profile, '', 0)), ...profile };
      const lacked = (user && (await this.#lacked(judging, user))) ?? (await this.#lacked(judging, wanted));
      if (lacked) flaws.push(lacked);
    }
    return { login, user, profile, changes, flaws };
  }

  /** His roles, department and agent are there. */
  #placeFlaws(
    { tenantId, fitting }: Judging,
    { roles, department, agent }: UserProfile,
    changes: readonly (keyof UserProfile)[],
  ): readonly UserFlaw[] {
    const { companies } = this.#parts;
    const flaws: UserFlaw[] = [];
    const wrong = changes.includes('roles') ? roles.filter((role) => !fitting.has(role)) : [];
    for (const role of wrong) {
      const fix = `those of ${tenantId} may be ${[...fitting].join(', ')}`;
      flaws.push({ field: 'roles', code: 'bad-role', detail: `${role} is no role for them`, fix });
    }
    const missing = (field: 'agent' | 'department', name: string): UserFlaw => {
      return {
        field,
        code: 'missing',
        detail: `${tenantId} has no ${field} ${name}`,
        fix: `add the ${field} first`,
      };
    };
    if (
      department !== undefined &&
      changes.includes('department') &&
      !companies.hasDepartment(tenantId, department)
    )
      flaws.push(missing('department', department));
    if (agent !== undefined && changes.includes('agent') && !companies.hasAgent(tenantId, agent))
      flaws.push(missing('agent', agent));
    return flaws;
  }

  async #lacked(
    { by, rightsOf }: Pick<Judging, 'by' | 'rightsOf'>,
    user: User,
  ): Promise<UserFlaw | undefined> {
    const lacked = lackedBy(by, user, await rightsOf(user), this.#parts.companies);
    if (lacked === undefined) return undefined;
    const detail = `${nameOf(user)} has ${lacked} beyond what ${by.name} has`;
    return { field: 'roles', code: 'forbidden', detail, fix: 'leave him to who has it' };
  }

  /** Presets of companies, and the company's own. */
  async #fitting(tenantId: string): Promise<ReadonlySet<string>> {
    const own = await this.#parts.roles.list(Scope.of(tenantId));
    const presets = ROLE_NAMES.filter((name) => roleOf(name)?.home === 'company');
    return new Set([...presets, ...own.map(({ name }) => name)]);
  }

  /** Rights of users, read once for the same roles at the same place. */
  #rightsOnce(): Judging['rightsOf'] {
    const { roles, companies } = this.#parts;
    const read = new Map<string, Promise<RightSet>>();
    return (user) => {
      const key = JSON.stringify([user.roles, companies.isAtTop(user)]);
      const rights = read.get(key) ?? roles.rightsOf(user);
      read.set(key, rights);
      return rights;
    };
  }
}

const NEW: UserProfile = { name: '', roles: [], agent: undefined, department: undefined, isActive: true };

function loginFlaws(login: string, tenantId: string): readonly UserFlaw[] {
  if (LOGIN.test(login)) return [];
  const [own = '', company] = login.split('@');
  if (company !== undefined && company !== tenantId.toLowerCase()) {
    const detail = `${login} names another company: the table is of ${tenantId}`;
    return [{ field: 'login', code: 'other-company', detail, fix: 'leave it out, or import it there' }];
  }
  const fix = company === undefined ? "take letters, digits, '.', '_' and '-'" : `write ${own}`;
  return [{ field: 'login', code: 'invalid', detail: `${login} is no login`, fix }];
}

function shapeFlaws(
  { name, roles }: UserProfile,
  fields: Partial<UserProfile>,
  user: User | undefined,
): UserFlaw[] {
  const flaws: UserFlaw[] = [];
  const isMissing = (field: 'name' | 'roles') => !user && !(field in fields);
  if (isMissing('name'))
    flaws.push({ field: 'name', code: 'missing', detail: 'name is empty', fix: 'write it' });
  else if (name.length === 0 || name.length > LONGEST_NAME)
    flaws.push({ field: 'name', code: 'invalid', detail: `a name has 1 to ${LONGEST_NAME} characters` });
  if (isMissing('roles'))
    flaws.push({ field: 'roles', code: 'missing', detail: 'roles is empty', fix: 'write it' });
  else if (roles.length > MOST_ROLES || new Set(roles).size < roles.length)
    flaws.push({ field: 'roles', code: 'invalid', detail: `at most ${MOST_ROLES} roles, each once` });
  return flaws;
}

function passwordFlaws(
  login: string,
  password: string | undefined,
  user: User | undefined,
): readonly UserFlaw[] {
  if (password === undefined) return [];
  const field = 'password';
  if (user) {
    const detail = `${nameOf(user)} has a password already, which no table changes`;
    return [{ field, code: 'exists', detail, fix: 'leave the cell empty; reset it with the user' }];
  }
  if (password.length > LONGEST_PASSWORD)
    return [{ field, code: 'invalid', detail: `a password has ${LONGEST_PASSWORD} characters at most` }];
  try {
    requireStrength(password, login);
    return [];
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const fix = 'take another one or leave the cell empty: one is made';
    return [{ field, code: 'weak-password', detail: error.message, fix }];
  }
}

/** The same, with a flaw where an agent would be two users. `staying`: who is there now, and does not go. */
async function withOneAgentEach(
  judged: readonly JudgedUser[],
  staying: readonly User[],
  tenantId: string,
): Promise<readonly JudgedUser[]> {
  const slices = new Slices(LIGHT_SLICE);
  const moving = new Set(
    judged.filter(({ changes }) => changes.includes('agent')).map(({ user }) => user?.id),
  );
  const holders = new Map<string, string>();
  for (const { id, agent, login } of staying) {
    await slices.step();
    if (agent !== undefined && !moving.has(id)) holders.set(agent, login);
  }
  const all: JudgedUser[] = [];
  for (const each of judged) {
    await slices.step();
    const { agent } = each.profile;
    const isTaken = agent !== undefined && each.changes.includes('agent');
    const holder = isTaken ? holders.get(agent) : undefined;
    if (isTaken && holder === undefined) holders.set(agent, each.login);
    all.push(
      holder === undefined ? each : { ...each, flaws: [...each.flaws, agentFlaw(each, holder, tenantId)] },
    );
  }
  return all;
}

function agentFlaw({ profile }: JudgedUser, holder: string, tenantId: string): UserFlaw {
  const detail = `${nameOf({ login: holder, tenantId })} is agent ${profile.agent} already`;
  return { field: 'agent', code: 'exists', detail, fix: 'take it from him first' };
}
