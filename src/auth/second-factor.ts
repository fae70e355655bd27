import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import type { AuthStore, User } from './auth-store.ts';
import type { Passwords } from './passwords.ts';
import { nameOf, type Principal, personOf } from './principal.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import { hashOf } from './tokens.ts';
import { newSecret, secretUri, stepOf } from './totp.ts';
import { changedMeanwhile } from './users.ts';

/** Codes for the day on which the telephone is lost. */
const RECOVERY_CODES = 10;

export interface SecondFactorParts {
  readonly store: AuthStore;
  readonly passwords: Passwords;
  readonly throttle: SignInThrottle;
  readonly tell: TellAudit;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** Codes of an authenticator app beside the password (双因素认证), and codes for when it is lost. */
export class SecondFactor {
  readonly #parts: SecondFactorParts;

  constructor(parts: SecondFactorParts) {
    this.#parts = parts;
  }

  /** A secret for his app; nothing is kept until he has shown that it has it. */
  offer(by: Principal): { readonly secret: string; readonly uri: string } {
    const { user } = personOf(by);
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
    const { user } = personOf(by);
    await this.#requirePassword(by, password, address);
    const step = stepOf(code, secret, clock.now(), 0);
    if (step === undefined) throw wrongCode();
    const codes = Array.from({ length: RECOVERY_CODES }, () => ids.token().slice(0, 12));
    await this.#put(user, { secret, usedStep: 0, recovery: codes.map(hashOf) });
    await store.users.useStep(user.id, step);
    await this.#tell(by.name, user, { did: 'turn on', address });
    return codes;
  }

  /** His own, with his password. Throws as {@link turnOn}. */
  async turnOff(by: Principal, password: string, address: string): Promise<void> {
    const { user } = personOf(by);
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
    const step = stepOf(code, factor.secret, clock.now(), factor.usedStep);
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

  async #requirePassword(by: Principal, password: string, address: string): Promise<void> {
    const { passwords, throttle } = this.#parts;
    await throttle.begin(by.name, address);
    if (!(await passwords.check(password, personOf(by).user.password))) {
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

const wrongCode = () => new AuthError('wrong-code', 'the code is wrong, or was used already');
