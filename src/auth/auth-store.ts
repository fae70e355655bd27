/** Port AuthStore: people who sign in, where they are signed in, and keys of machines. Implemented by the store. */
import type { Scope } from '../shared/scope.ts';
import type { Right } from './rights.ts';

/** Company of those who run the installation. */
export const OPERATORS = 'system';

/** An authenticator app beside the password. */
export interface SecondFactorKept {
  /** Base32, sealed (`shared/secret-box.ts`); in the clear while it was written by a pbx400 that did not seal. */
  readonly secret: string;
  /** Hashes of codes for when the app is lost. */
  readonly recovery: readonly string[];
  /** The step of the code that was taken last; see {@link UserStore.useStep}. */
  readonly usedStep: number;
}

/** Somebody who signs in (账号). */
export interface User {
  readonly id: string;
  /** {@link OPERATORS}: he runs the installation, or is of a reseller. */
  readonly tenantId: string;
  /** Reseller (代理商) whose companies he looks after. */
  readonly reseller: string | undefined;
  /** In lower case; unique in the company. */
  readonly login: string;
  /** For people. */
  readonly name: string;
  /** Names of roles, see `rights.ts`. */
  readonly roles: readonly string[];
  /** Work number (工号) of the agent that he is; one user an agent. Undefined: none. */
  readonly agent: string | undefined;
  /** Department that his rights reach from; undefined: that of his agent, or none. */
  readonly department: string | undefined;
  /** False: he is shut out. */
  readonly isActive: boolean;
  /** Hash, see `passwords.ts`. */
  readonly password: string;
  /** Somebody else made the password: it lets him do nothing but change it. */
  readonly mustChange: boolean;
  /** Undefined: the password alone lets him in. */
  readonly secondFactor: SecondFactorKept | undefined;
  readonly createdAt: number;
  /** When he signed in last, which is no change of him; undefined: never, or before that was kept. */
  readonly signedInAt?: number | undefined;
  /** One more with each change. */
  readonly revision: number;
}

/** What of a user a table of many says; nothing that opens anything. */
export type UserProfile = Pick<User, 'name' | 'roles' | 'agent' | 'department' | 'isActive'>;

export const profileOf = ({ name, roles, agent, department, isActive }: UserProfile): UserProfile => ({
  name,
  roles,
  agent,
  department,
  isActive,
});

/** Users of one company that are added, changed and removed as a whole (批量变更). */
export interface UserBatch {
  readonly tenantId: string;
  readonly added: readonly User[];
  /** Each as it was read, and the profile that it shall have; nothing else of it changes. */
  readonly changed: readonly { readonly user: User; readonly profile: UserProfile }[];
  /** As they were read; with their sessions. */
  readonly removed: readonly User[];
  /** As which change it is noted, with the profiles before and after: to be taken back. */
  readonly noted: {
    readonly id: string;
    readonly source: 'import' | 'edit' | 'undo';
    readonly file: string | undefined;
    readonly undoes: string | undefined;
    readonly at: number;
    readonly by: string;
  };
}

/** Whom somebody who is signed in acts as; see `act-as.ts`. */
export interface Acting {
  readonly tenantId: string;
  /** Undefined: as an administrator of the company. */
  readonly userId: string | undefined;
  readonly reason: string;
  readonly since: number;
}

/** Somebody is signed in. */
export interface Session {
  /** What it is named by; nothing is opened with it. */
  readonly id: string;
  readonly userId: string;
  readonly tenantId: string;
  /** SHA-256 of what the browser has. */
  readonly tokenHash: string;
  readonly createdAt: number;
  /** When it was used last, to the minute. */
  readonly seenAt: number;
  /** It ends then at the latest. */
  readonly endsAt: number;
  readonly address: string;
  /** What the browser calls itself. */
  readonly device: string;
  /** Undefined: he acts as himself. */
  readonly acting?: Acting | undefined;
}

/** A role that a company has made for itself (自定义角色). */
export interface CompanyRole {
  /** Another one of the same name, made after it was removed, has another. */
  readonly id: string;
  /** {@link OPERATORS}: of the installation. */
  readonly tenantId: string;
  /** What users have it by; unique in the company, and stays. */
  readonly name: string;
  /** For people. */
  readonly title: { readonly en: string; readonly zh: string };
  readonly rights: readonly Right[];
  readonly createdAt: number;
  /** One more with each change. */
  readonly revision: number;
}

export interface RoleStore {
  /** By company and name. */
  list(scope: Scope): Promise<readonly CompanyRole[]>;
  /** Those of a company that have these names. */
  named(tenantId: string, names: readonly string[]): Promise<readonly CompanyRole[]>;
  /** Durable when it resolves; false: the company has one of that name. */
  add(role: CompanyRole): Promise<boolean>;
  /** Puts it in place of the revision before; false: that is not the last one any more. */
  change(role: CompanyRole): Promise<boolean>;
  /** The revision as it is known; false: it is not the last one any more, or a user has the role. */
  remove(role: CompanyRole): Promise<boolean>;
}

/** Which users; what is left out is not asked. */
export interface UserFilter {
  /** Part of login, name or work number, in lower case. */
  readonly q?: string | undefined;
  /** Name of a role that he has. */
  readonly role?: string | undefined;
  /** He is of it himself, or by being one of its agents. */
  readonly department?: { readonly name: string; readonly agents: readonly string[] } | undefined;
  readonly isActive?: boolean | undefined;
  /** He has not signed in since then. */
  readonly awaySince?: number | undefined;
}

/** A page of users: by company and login. */
export interface UserPage extends UserFilter {
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<User, 'tenantId' | 'login'> | undefined;
}

export interface UserStore {
  list(scope: Scope, page: UserPage): Promise<readonly User[]>;
  find(scope: Scope, id: string): Promise<User | undefined>;
  withLogin(tenantId: string, login: string): Promise<User | undefined>;
  /** Who is this agent. */
  withAgent(tenantId: string, agent: string): Promise<User | undefined>;
  /** Who has a role, by name. */
  withRole(tenantId: string, role: string): Promise<readonly User[]>;
  /** Durable when it resolves; false: the company has that login, or somebody who is that agent. */
  add(user: User): Promise<boolean>;
  /** Puts it in place of the revision before, but for `usedStep`; false: that is not the last one any more, or somebody else is the agent. */
  change(user: User): Promise<boolean>;
  /**
   * All of it or nothing, durable when it resolves. False, and nothing is done: somebody is not as he was read any more, or a login or an agent is
   * another's.
   */
  takeMany(batch: UserBatch): Promise<boolean>;
  /** Some whose app's secret is sealed, or is not. */
  withApp(isSealed: boolean, limit: number): Promise<readonly User[]>;
  /** Notes the step of a code; false: one as late was used already. */
  useStep(id: string, step: number): Promise<boolean>;
  /** Notes that he has signed in. */
  signedIn(id: string, at: number): Promise<void>;
  /** With his sessions. The revision as it is known; false: it is not the last one any more. */
  remove(user: User): Promise<boolean>;
}

export interface SessionStore {
  add(session: Session): Promise<void>;
  withToken(tokenHash: string): Promise<Session | undefined>;
  /** With whose it is, read at once: each request asks. Undefined also where he is gone. */
  withHolder(tokenHash: string): Promise<{ readonly session: Session; readonly user: User } | undefined>;
  /** The newest first. */
  of(userId: string): Promise<readonly Session[]>;
  seen(id: string, at: number): Promise<void>;
  /** Undefined: as himself again. False: the session has ended. */
  act(id: string, acting: Acting | undefined): Promise<boolean>;
  /** False: he has no such session. */
  end(userId: string, id: string): Promise<boolean>;
  /** All of a user but one. */
  endOthers(userId: string, keptId: string | undefined): Promise<void>;
  /** Removes what ended before `now`, or was not used since `idleSince`. */
  dropEnded(now: number, idleSince: number): Promise<void>;
}

/** A machine's way in (接口密钥). */
export interface ApiKey {
  readonly id: string;
  /** {@link OPERATORS}: of the installation. */
  readonly tenantId: string;
  /** What it is for; unique in the company. */
  readonly name: string;
  /** What its secret begins with, so that who finds one knows which it is. */
  readonly prefix: string;
  /** SHA-256 of its secret. */
  readonly secretHash: string;
  /** Permissions, see `rights.ts`. */
  readonly permissions: readonly string[];
  /** It is taken from these addresses and blocks only; none: from anywhere. */
  readonly addresses: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string;
  /** It opens nothing from then on; undefined: until it is removed. */
  readonly endsAt: number | undefined;
  /** When it was used last, to the minute. */
  readonly usedAt: number | undefined;
}

/** A page of keys: by company and name. */
export interface ApiKeyPage {
  readonly limit: number;
  readonly after?: Pick<ApiKey, 'tenantId' | 'name'> | undefined;
}

export interface ApiKeyStore {
  list(scope: Scope, page: ApiKeyPage): Promise<readonly ApiKey[]>;
  withSecret(secretHash: string): Promise<ApiKey | undefined>;
  /** Durable when it resolves; false: the company has one of that name. */
  add(key: ApiKey): Promise<boolean>;
  used(id: string, at: number): Promise<void>;
  /** Resolves with what it was; undefined: the scope has no such key. */
  remove(scope: Scope, id: string): Promise<ApiKey | undefined>;
}

export interface AuthStore {
  readonly users: UserStore;
  readonly roles: RoleStore;
  readonly sessions: SessionStore;
  readonly apiKeys: ApiKeyStore;
}
