import type { Clock } from '../shared/clock.ts';
import { asError, PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { SecretBox } from '../shared/secret-box.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import type { AuthStore, User } from './auth-store.ts';
import type { Passwords } from './passwords.ts';
import { nameOf, ownAccountOf, type Principal } from './principal.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import { hashOf } from './tokens.ts';
import { newSecret, secretUri, stepOf } from './totp.ts';
import { changedMeanwhile } from './users.ts';

/** Codes for the day on which the telephone is lost. */
const RECOVERY_CODES = 10;
/** Users whose secrets are sealed at once. */
const PAGE = 200;

export interface SecondFactorParts {
  readonly store: AuthStore;
  readonly passwords: Passwords;
  readonly throttle: SignInThrottle;
  readonly tell: TellAudit;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
  readonly box: SecretBox;
  readonly log: Logger;
}

/** Codes of an authenticator app beside the password (双因素认证), and codes for when it is lost. */
export class SecondFactor {
  readonly #parts: SecondFactorParts;

  constructor(parts: SecondFactorParts) {
    this.#parts = parts;
  }

  /** A secret for his app; nothing is kept until he has shown that it has it. */
  offer(by: Principal): { readonly secret: string; readonly uri: string } {
    const { user } = ownAccountOf(by);
    const secret = newSecret();
    return { secret, uri: secretUri(secret, nameOf(user)) };
  }

  /**
   * From now on he signs in with codes, too; resolves with ten that are taken once each, told once. Throws AuthError
   * `wrong-password`, `wrong-code`, `too-many-tries`, `changed-meanwhile`.
   */
  async turnOn(
    by: Principal,
    { secret, code, password }: { readonly secret: string; readonly code: string; readonly password: string },
    address: string,
  ): Promise<readonly string[]> {
    const { store, clock, ids } = this.#parts;
    const { user } = ownAccountOf(by);
    await this.#requirePassword(by, password, address);
    const step = stepOf(code, secret, clock.now(), 0);
    if (step === undefined) throw wrongCode();
    const codes = Array.from({ length: RECOVERY_CODES }, () => ids.token().slice(0, 12));
    const sealed = this.#parts.box.seal(secret, aboutOf(user));
    await this.#put(user, { secret: sealed, usedStep: 0, recovery: codes.map(hashOf) });
    await store.users.useStep(user.id, step);
    await this.#tell(by.name, user, { did: 'turn on', address });
    return codes;
  }

  /** His own, with his password. Throws as {@link turnOn}. */
  async turnOff(by: Principal, password: string, address: string): Promise<void> {
    const { user } = ownAccountOf(by);
    await this.#requirePassword(by, password, address);
    await this.reset(by.name, user, address);
  }

  /** For one who has lost telephone and codes: the password alone lets him in. `address`: from where it was asked. */
  async reset(by: string, user: User, address?: string): Promise<void> {
    await this.#put(user, undefined);
    await this.#tell(by, user, { did: 'turn off', address });
  }

  /** Takes a code, of the app or for when it is lost, once. Throws AuthError `code-needed`, `wrong-code`. */
  async require(user: User, code: string | undefined): Promise<void> {
    const { store, clock } = this.#parts;
    const factor = user.secondFactor;
    if (!factor) return;
    if (code === undefined || code === '')
      throw new AuthError('code-needed', 'send code, of the authenticator app');
    const secret = this.#secretOf(user, factor.secret);
    const step = secret === undefined ? undefined : stepOf(code, secret, clock.now(), factor.usedStep);
    if (step !== undefined) {
      if (await store.users.useStep(user.id, step)) return;
      throw wrongCode();
    }
    const hash = hashOf(code);
    const recovery = factor.recovery.filter((each) => each !== hash);
    if (recovery.length === factor.recovery.length) throw wrongCode();
    await this.#put(user, { ...factor, recovery });
    await this.#tell(nameOf(user), user, { did: 'use recovery code', left: recovery.length });
  }

  /**
   * Seals the secrets that an older pbx400 has stored in the clear, at the start; resolves with how many. Says so in the log where
   * those that are sealed cannot be opened: their owners sign in with a recovery code, or when the right key is back.
   */
  async sealOld(): Promise<number> {
    const { users } = this.#parts.store;
    const [sealed] = await users.withApp(true, 1);
    if (sealed?.secondFactor) this.#secretOf(sealed, sealed.secondFactor.secret);
    let count = 0;
    for (;;) {
      const plain = await users.withApp(false, PAGE);
      const done = await Promise.all(plain.map((user) => this.#seal(user)));
      count += done.filter(Boolean).length;
      // What somebody changes at this moment is sealed with the next page; what nobody can seal ends it.
      if (plain.length === 0 || !done.includes(true)) return count;
    }
  }

  async #seal(user: User): Promise<boolean> {
    const { box, store } = this.#parts;
    const { secondFactor, revision } = user;
    if (!secondFactor) return false;
    const secret = box.seal(secondFactor.secret, aboutOf(user));
    const sealed = { ...user, secondFactor: { ...secondFactor, secret }, revision: revision + 1 };
    return await store.users.change(sealed);
  }

  /** Undefined: another key has sealed it. */
  #secretOf(user: User, secret: string): string | undefined {
    try {
      return this.#parts.box.open(secret, aboutOf(user));
    } catch (error) {
      if (!(error instanceof PbxError) || error.code !== 'secret-key') throw error;
      const fix = 'set secretKey, or put the file secret-key back that was there when the app was turned on';
      this.#parts.log.error(
        { user: nameOf(user), reason: asError(error).message, fix },
        'the secret of an authenticator app cannot be opened',
      );
      return undefined;
    }
  }

  async #requirePassword(by: Principal, password: string, address: string): Promise<void> {
    const { passwords, throttle } = this.#parts;
    await throttle.begin(by.name, address);
    if (!(await passwords.check(password, ownAccountOf(by).user.password))) {
      throw new AuthError('wrong-password', 'the password is wrong');
    }
    throttle.succeed(by.name, address);
  }

  async #put(user: User, secondFactor: User['secondFactor']): Promise<void> {
    const changed = { ...user, secondFactor, revision: user.revision + 1 };
    if (!(await this.#parts.store.users.change(changed))) throw changedMeanwhile(user);
  }

  async #tell(by: string, user: User, details: object): Promise<void> {
    const { tell, clock } = this.#parts;
    const all = { user: nameOf(user), ...details };
    await tell({ tenantId: user.tenantId, at: clock.now(), action: 'second-factor', by, details: all });
  }
}

/** It is of this user alone: copied to another's row it opens nothing. */
const aboutOf = ({ id }: User) => `second factor of user ${id}`;
const wrongCode = () => new AuthError('wrong-code', 'the code is wrong, or was used already');
