import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { Account, AccountStore } from './store.ts';

/** Digest accounts in a database. */
export class AccountRepository implements AccountStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<readonly Account[]> {
    const rows = await this.#db.selectFrom('account').selectAll().execute();
    return rows.map(({ tenant_id, ...rest }) => ({ tenantId: tenant_id, ...rest }));
  }

  async save(accounts: readonly Account[]): Promise<void> {
    if (accounts.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      for (const { tenantId, username, realm, md5, sha256 } of accounts) {
        await transaction
          .insertInto('account')
          .values({ tenant_id: tenantId, username, realm, md5, sha256 })
          .onConflict((conflict) =>
            conflict.columns(['username', 'realm']).doUpdateSet({ tenant_id: tenantId, md5, sha256 }),
          )
          .execute();
      }
    });
  }
}
