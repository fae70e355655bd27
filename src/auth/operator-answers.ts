/** What `pbx400 users` asks of a running PBX, or of a store that nobody else has open. */
import type { ControlAnswers, ControlRequest } from '../provisioning/control/protocol.ts';
import { Scope } from '../shared/scope.ts';
import type { Auth } from './auth.ts';
import { AuthError } from './auth-error.ts';
import { OPERATORS, type User } from './auth-store.ts';

export interface ListUsers extends ControlRequest {
  readonly ask: 'users';
  /** Undefined: of all companies. */
  readonly tenantId?: string | undefined;
}

/** Somebody has lost his password. */
export interface ResetPassword extends ControlRequest {
  readonly ask: 'reset-password';
  readonly tenantId: string;
  readonly login: string;
  readonly by: string;
}

/** Somebody has lost his authenticator app, and the codes for that. */
export interface ResetSecondFactor extends ControlRequest {
  readonly ask: 'reset-second-factor';
  readonly tenantId: string;
  readonly login: string;
  readonly by: string;
}

/** A user as he is printed: without hashes and secrets. */
export interface UserRow
  extends Pick<User, 'tenantId' | 'reseller' | 'login' | 'name' | 'roles' | 'isActive' | 'mustChange'> {
  readonly hasSecondFactor: boolean;
}

/** Users in one answer. */
const PAGE = 500;

export function operatorAnswers({
  users,
  secondFactor,
}: Pick<Auth, 'users' | 'secondFactor'>): ControlAnswers {
  return {
    users: async ({ tenantId }: ListUsers) => {
      const scope = tenantId === undefined ? Scope.all : Scope.of(tenantId);
      return { users: (await allIn(users, scope)).map(rowOf) };
    },
    'reset-password': async ({ tenantId, login, by }: ResetPassword) => {
      const user = await named(users, tenantId, login);
      return { password: (await users.reset(by, user)).password };
    },
    'reset-second-factor': async ({ tenantId, login, by }: ResetSecondFactor) => {
      const user = await named(users, tenantId, login);
      await secondFactor.reset(by, user);
      return { had: user.secondFactor !== undefined };
    },
  };
}

/** Throws AuthError `not-found`. */
async function named(users: Auth['users'], tenantId: string, login: string): Promise<User> {
  const user = await users.withLogin(tenantId, login);
  if (user) return user;
  const whose = tenantId === OPERATORS ? 'no operator' : `no user of ${tenantId}`;
  throw new AuthError('not-found', `${whose} has the login ${login}; pbx400 users lists them`);
}

async function allIn(users: Auth['users'], scope: Scope): Promise<readonly User[]> {
  const all: User[] = [];
  for (;;) {
    const page = await users.list(scope, { limit: PAGE, after: all.at(-1) });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function rowOf({ tenantId, reseller, login, name, roles, isActive, mustChange, ...user }: User): UserRow {
  const hasSecondFactor = user.secondFactor !== undefined;
  return { tenantId, reseller, login, name, roles, isActive, mustChange, hasSecondFactor };
}
