import { rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import { Scope } from '../shared/scope.ts';
import { type AuthStore, OPERATORS, type User } from './auth-store.ts';
import { oneTimePassword, type Passwords } from './passwords.ts';

/** In the data folder. */
export const FIRST_PASSWORD_FILE = 'operator-password';
const LOGIN = 'operator';

export interface FirstOperatorParts {
  readonly store: AuthStore;
  readonly passwords: Passwords;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** The account with which an installation begins; its password is in a file until it is changed. */
export class FirstOperator {
  readonly #parts: FirstOperatorParts;
  readonly #file: string;

  constructor(parts: FirstOperatorParts, file: string) {
    this.#parts = parts;
    this.#file = file;
  }

  /**
   * Where nobody runs the installation yet, makes the account `operator` with a random password, which opens nothing but the change
   * of it. True: it was made.
   */
  async make(): Promise<boolean> {
    const { store, passwords, clock, ids } = this.#parts;
    // Most installations keep the account: a start need not wait for a thread that reads lists.
    if (await store.users.withLogin(OPERATORS, LOGIN)) return false;
    if ((await store.users.list(Scope.of(OPERATORS), { limit: 1 })).length > 0) return false;
    const password = oneTimePassword(ids);
    const user: User = {
      id: ids.token(),
      tenantId: OPERATORS,
      reseller: undefined,
      login: LOGIN,
      name: LOGIN,
      roles: ['operator'],
      isActive: true,
      agent: undefined,
      department: undefined,
      password: await passwords.hash(password),
      mustChange: true,
      secondFactor: undefined,
      createdAt: clock.now(),
      revision: 1,
    };
    // What stands there is of a database that is gone. Written first: an account whose password nobody has opens nothing.
    this.#removeFile();
    writeFileSync(this.#file, `${password}\n`, { mode: 0o600 });
    if (await store.users.add(user)) return true;
    // Another node of the database has made it at the same moment.
    this.#removeFile();
    return false;
  }

  /** He has another password now. */
  forget({ tenantId, login }: User): void {
    if (tenantId === OPERATORS && login === LOGIN) this.#removeFile();
  }

  #removeFile(): void {
    rmSync(this.#file, { force: true });
  }
}
