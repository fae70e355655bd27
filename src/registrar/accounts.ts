import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Extension } from '../provisioning/kind/extension.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { ConfigError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { digestHa1 } from '../sip/auth/digest.ts';
import type { Ha1 } from '../sip/auth/digest-guard.ts';
import type { Account, AccountStore } from '../store/store.ts';
import type { Domains, Place } from './domains.ts';

/** File in the data folder that new passwords are written to, once. */
export const PASSWORD_FILE = 'initial-passwords.txt';

/** Length of a password that we make: 96 bits. */
const PASSWORD_LENGTH = 16;

/** What a phone is to be given, and what is kept of it. */
export interface NewSecret {
  readonly username: string;
  /** The domain to set in the phone. */
  readonly domain: string;
  readonly password: string;
  readonly ha1: NonNullable<Extension['ha1']>;
}

export interface AccountsParts {
  readonly provisioning: Provisioned;
  readonly domains: Domains;
  /** Domain of phones that name the server itself. */
  readonly base: string;
  readonly dataDir: string;
  readonly store: AccountStore;
  readonly ids: IdSource;
}

/**
 * Secrets of the phones by realm and user name: those of the entities, else those of the store. For an extension that has
 * none an account is made; its password is written to {@link PASSWORD_FILE} (0600) and kept nowhere else.
 */
export class Accounts {
  readonly #parts: AccountsParts;
  /** By realm and user name. */
  readonly #stored = new Map<string, Account>();
  /** Extensions that have a stored secret in some realm, by tenant and number. */
  readonly #owners = new Set<string>();

  private constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  /** Throws ConfigError when passwords cannot be written, StoreError when the store fails. */
  static async open(parts: AccountsParts): Promise<Accounts> {
    const accounts = new Accounts(parts);
    await accounts.refresh();
    await accounts.complete();
    return accounts;
  }

  /** The secret that a user has in a realm; undefined: none, or it is not known whose he is. */
  secretOf(username: string, realm: string): Ha1 | undefined {
    const { domains, provisioning, base } = this.#parts;
    const place = domains.placeOf(username, realm);
    if (!place) return undefined;
    const { ha1 } = provisioning.snapshot.get('extension', place.tenant, place.extension)!;
    if (ha1) return (ha1.realm ?? base).toLowerCase() === realm ? written(ha1) : undefined;
    const account = this.#stored.get(keyOf(realm, username));
    if (account?.tenantId !== place.tenant) return undefined;
    return { md5: account.md5, 'sha-256': account.sha256 };
  }

  /**
   * A new password for an extension, in the realm that its phone names already where that tells whose it is: that of its `ha1`, else the base
   * domain; otherwise in its company's. It opens nothing until `ha1` is the extension's.
   */
  newSecret(place: Place): NewSecret {
    const { username, domain } = this.account(place);
    const password = this.#parts.ids.token().slice(0, PASSWORD_LENGTH);
    const md5 = digestHa1('md5', username, domain, password);
    const sha256 = digestHa1('sha-256', username, domain, password);
    return { username, domain, password, ha1: { md5, sha256, realm: domain } };
  }

  /** User name and domain of a phone, as {@link newSecret} makes its secret for. */
  account({ tenant, extension: username }: Place): Pick<NewSecret, 'username' | 'domain'> {
    const { domains, provisioning, base } = this.#parts;
    const before = provisioning.snapshot.get('extension', tenant, username)?.ha1?.realm ?? base;
    const realm = before.toLowerCase();
    const isIts = domains.isOurs(realm) && domains.placeOf(username, realm)?.tenant === tenant;
    return { username, domain: isIts ? realm : domains.of(tenant) };
  }

  /** Reads those of the store, which another node may have made. */
  async refresh(): Promise<void> {
    for (const account of await this.#parts.store.all()) this.#put(account);
  }

  /** Makes accounts for the extensions that have no secret yet. */
  async complete(): Promise<void> {
    if (this.#missing.length > 0) await this.#parts.store.add((present) => this.#complete(present));
  }

  get #missing(): readonly Extension[] {
    const all = this.#parts.provisioning.snapshot.all('extension');
    return all.filter(({ ha1, tenant, number }) => !ha1 && !this.#owners.has(`${tenant}/${number}`));
  }

  /** What is still to be added to those that there are: another node may have been faster. */
  #complete(present: readonly Account[]): readonly Account[] {
    for (const account of present) this.#put(account);
    const made = this.#missing.map((extension) => this.#make(extension));
    if (made.length === 0) return [];
    // First the file: a crash in between makes another password, it does not lose one.
    writePasswords(join(this.#parts.dataDir, PASSWORD_FILE), made);
    const accounts = made.flatMap((each) => each.accounts);
    for (const account of accounts) this.#put(account);
    return accounts;
  }

  /** The same password in each realm that the phone may name. */
  #make({ tenant, number }: Extension): NewAccount {
    const { domains, base, ids } = this.#parts;
    const password = ids.token().slice(0, PASSWORD_LENGTH);
    const own = domains.of(tenant);
    const isAlone = domains.ownersOf(number).length === 1;
    const names: [username: string, realm: string][] = [
      [number, own],
      [`${number}@${tenant}`, base],
      ...(isAlone ? [[number, base] as [string, string]] : []),
    ];
    const accounts = names.map(([username, realm]) => ({
      tenantId: tenant,
      username,
      realm,
      md5: digestHa1('md5', username, realm, password),
      sha256: digestHa1('sha-256', username, realm, password),
    }));
    return { number, domain: isAlone ? base : own, password, accounts };
  }

  #put(account: Account): void {
    this.#stored.set(keyOf(account.realm, account.username), account);
    const [number = ''] = account.username.split('@', 1);
    this.#owners.add(`${account.tenantId}/${number}`);
  }
}

const keyOf = (realm: string, username: string) => `${realm.toLowerCase()}\n${username}`;

function written({ md5, sha256 }: NonNullable<Extension['ha1']>): Ha1 {
  return { ...(md5 && { md5 }), ...(sha256 && { 'sha-256': sha256 }) };
}

interface NewAccount {
  readonly number: string;
  /** The domain to set in the phone. */
  readonly domain: string;
  readonly password: string;
  readonly accounts: readonly Account[];
}

function writePasswords(file: string, made: readonly NewAccount[]): void {
  const lines = made.map(({ number, password, domain }) => `${number}\t${password}\t${domain}\n`);
  try {
    appendFileSync(file, lines.join(''), { mode: 0o600 });
  } catch (error) {
    const fix = 'make the data folder writable';
    throw new ConfigError(`new passwords cannot be written: ${(error as Error).message}`, { file }, fix);
  }
}
