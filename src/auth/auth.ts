/** What the rooms that let people in are given: everything of this room, made of its store. */
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { SecretBox } from '../shared/secret-box.ts';
import { ActAs } from './act-as.ts';
import { ApiKeys } from './api-keys.ts';
import type { AuditNote, TellAudit } from './audit-note.ts';
import type { AuthStore, User } from './auth-store.ts';
import type { Companies } from './companies.ts';
import { Embedding } from './embedding.ts';
import { FirstOperator } from './first-operator.ts';
import { ManyUsers } from './many-users.ts';
import type { Passwords } from './passwords.ts';
import { PhoneCredentials, type PhoneSecrets } from './phone-credentials.ts';
import type { Principal } from './principal.ts';
import { Roles } from './roles.ts';
import { SecondFactor } from './second-factor.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { SignInThrottle } from './sign-in-throttle.ts';
import { Users } from './users.ts';

export interface AuthParts {
  readonly store: AuthStore;
  readonly passwords: Passwords;
  readonly tell: TellAudit;
  readonly companies: Companies;
  /** Seals what of secrets has to be stored. */
  readonly box: SecretBox;
  /** In which the password of the first operator is, until it is changed. */
  readonly firstPassword: string;
  /** Where browser phones are let in with what they are lent. */
  readonly phones: PhoneSecrets;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
}

/** People who sign in, keys of machines, and what both may do. */
export class Auth {
  readonly users: Users;
  readonly manyUsers: ManyUsers;
  readonly roles: Roles;
  readonly actAs: ActAs;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly secondFactor: SecondFactor;
  readonly apiKeys: ApiKeys;
  readonly phoneCredentials: PhoneCredentials;
  readonly embedding: Embedding;
  readonly firstOperator: FirstOperator;
  readonly #parts: Pick<AuthParts, 'tell' | 'clock'>;

  constructor(given: AuthParts) {
    this.#parts = given;
    const parts = { ...given, throttle: new SignInThrottle(given.clock) };
    this.roles = new Roles(parts);
    const { roles } = this;
    this.actAs = new ActAs({ ...parts, roles });
    this.sessions = new Sessions({ ...parts, roles, actAs: this.actAs });
    this.secondFactor = new SecondFactor(parts);
    this.signIn = new SignIn({ ...parts, sessions: this.sessions, secondFactor: this.secondFactor });
    this.firstOperator = new FirstOperator(parts, given.firstPassword);
    const onPassword = (user: User) => this.firstOperator.forget(user);
    this.apiKeys = new ApiKeys(parts);
    this.embedding = new Embedding({ ...parts, sessions: this.sessions, roles });
    this.phoneCredentials = new PhoneCredentials({ ...parts, sessions: this.sessions });
    this.users = new Users({ ...parts, sessions: this.sessions, roles, onPassword });
    this.manyUsers = new ManyUsers({ ...parts, sessions: this.sessions, roles });
  }

  /** What was lent to phones ends. Idempotent. */
  close(): void {
    this.phoneCredentials.close();
  }

  /** What somebody has done with data of a company, for the audit trail; durable when it resolves. */
  async note(
    { name, address }: Principal,
    tenantId: string,
    action: AuditNote['action'],
    details: AuditNote['details'],
  ): Promise<void> {
    const { tell, clock } = this.#parts;
    await tell({ tenantId, at: clock.now(), action, by: name, details: { ...details, address } });
  }
}
