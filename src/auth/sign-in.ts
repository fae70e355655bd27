import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import type { AuthStore, User } from './auth-store.ts';
import { type Companies, hasHome } from './companies.ts';
import type { Passwords } from './passwords.ts';
import { nameOf, type Principal } from './principal.ts';
import type { SecondFactor } from './second-factor.ts';
import type { Opened, Origin, Sessions } from './sessions.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

/** What somebody says of himself. */
export interface Credentials {
  readonly tenantId: string;
  readonly login: string;
  readonly password: string;
  /** Of his authenticator app, where he has one, or one for when it is lost. */
  readonly code?: string | undefined;
}

export interface SignInParts {
  readonly store: AuthStore;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly throttle: SignInThrottle;
  readonly secondFactor: SecondFactor;
  readonly tell: TellAudit;
  readonly companies: Companies;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** Signing in (登录) by login and password, and out. */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * Throws AuthError `wrong-password` with one answer, after one time, whatever is wrong: company, login, password, or that he is shut
   * out. `too-many-tries` where too many were wrong; with the right password `code-needed`, `wrong-code`.
   */
  async signIn({ tenantId, login, password, code }: Credentials, origin: Origin): Promise<Opened> {
    const { store, sessions, passwords, throttle, secondFactor, tell, clock } = this.#parts;
    const account = nameOf({ login: login.toLowerCase(), tenantId });
    await throttle.begin(account, origin.address);
    const found = await store.users.withLogin(tenantId, login.toLowerCase());
    const user = found?.isActive && hasHome(this.#parts.companies, found) ? found : undefined;
    const isRight = await passwords.check(password, user?.password);
    if (!isRight || !user) throw this.#refusal(found, origin);
    await secondFactor.require(user, code);
    throttle.succeed(account, origin.address);
    const opened = await sessions.open(user, origin);
    await store.users.signedIn(user.id, opened.session.createdAt);
    const { id, address, device } = opened.session;
    const details = { session: id, address, device };
    await tell({ tenantId, at: clock.now(), action: 'sign-in', by: nameOf(user), details });
    return opened;
  }

  async signOut({ name, address, person }: Principal): Promise<void> {
    if (!person) return;
    const { sessions, tell, clock } = this.#parts;
    const { session } = person;
    const { userId, tenantId } = session;
    await sessions.end(userId, session.id);
    const details = { session: session.id, address };
    await tell({ tenantId, at: clock.now(), action: 'sign-out', by: name, details });
  }

  /** What was typed may be the password in the wrong field: the log has names that there are, and no others. */
  #refusal(found: User | undefined, { address }: Origin): AuthError {
    const user = found && nameOf(found);
    this.#parts.log.warn({ user, address }, 'a wrong password, or no such login');
    return new AuthError('wrong-password', 'login or password is wrong');
  }
}
