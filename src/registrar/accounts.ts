import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, ExtensionConfig } from '../config/config.ts';
import { ConfigError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { digestHa1 } from '../sip/auth/digest.ts';
import type { Ha1 } from '../sip/auth/digest-guard.ts';
import type { Account, AccountStore } from '../store/store.ts';

/** File in the data folder that new passwords are written to, once. */
export const PASSWORD_FILE = 'initial-passwords.txt';

/** Length of a password that we make: 96 bits. */
const PASSWORD_LENGTH = 16;

/** Secrets of the phones, by user name, which is the extension's number. */
export type Accounts = ReadonlyMap<string, Ha1>;

/**
 * Secrets of all extensions: from the configuration, else from the store. For an extension that has none an account
 * is made; its password is written to {@link PASSWORD_FILE} (0600) and kept nowhere else. Throws ConfigError when
 * that file cannot be written, StoreError when the store fails.
 */
export async function openAccounts(
  config: Pick<Config, 'extensions' | 'sip' | 'dataDir'>,
  store: AccountStore,
  ids: IdSource,
): Promise<Accounts> {
  const realm = config.sip.domain;
  const secrets = new Map<string, Ha1>();
  for (const { username, md5, sha256, realm: of } of await store.all()) {
    if (of === realm) secrets.set(username, { md5, 'sha-256': sha256 });
  }
  const accounts = new Map<string, Ha1>();
  const missing: ExtensionConfig[] = [];
  for (const extension of config.extensions) {
    const { number, ha1 } = extension;
    const secret = ha1 ? fromConfig(ha1) : secrets.get(number);
    if (secret) accounts.set(number, secret);
    else missing.push(extension);
  }
  if (missing.length === 0) return accounts;
  const made = missing.map(({ number, tenant }) => makeAccount(number, tenant, realm, ids));
  // First the file: a crash in between makes another password, it does not lose one.
  writePasswords(join(config.dataDir, PASSWORD_FILE), realm, made);
  await store.save(made.map(({ account }) => account));
  for (const { account } of made) {
    accounts.set(account.username, { md5: account.md5, 'sha-256': account.sha256 });
  }
  return accounts;
}

function fromConfig(ha1: NonNullable<ExtensionConfig['ha1']>): Ha1 {
  return { ...(ha1.md5 && { md5: ha1.md5 }), ...(ha1.sha256 && { 'sha-256': ha1.sha256 }) };
}

interface NewAccount {
  readonly account: Account;
  readonly password: string;
}

function makeAccount(username: string, tenantId: string, realm: string, ids: IdSource): NewAccount {
  const password = ids.token().slice(0, PASSWORD_LENGTH);
  const md5 = digestHa1('md5', username, realm, password);
  const sha256 = digestHa1('sha-256', username, realm, password);
  return { account: { tenantId, username, realm, md5, sha256 }, password };
}

function writePasswords(file: string, realm: string, made: readonly NewAccount[]): void {
  const lines = made.map(({ account, password }) => `${account.username}\t${password}\t${realm}\n`);
  try {
    appendFileSync(file, lines.join(''), { mode: 0o600 });
  } catch (error) {
    const fix = 'make the data folder writable';
    throw new ConfigError(`new passwords cannot be written: ${(error as Error).message}`, { file }, fix);
  }
}
