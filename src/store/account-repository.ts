import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { countChange } from './shared-revision.ts';
import type { Account, AccountStore } from './store.ts';

/** Digest accounts in a database. */
export class AccountRepository implements AccountStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  all(): Promise<readonly Account[]> {
    return allOf(this.#db);
  }

  save(accounts: readonly Account[]): Promise<void> {
    return this.add(() => accounts);
  }

  async add(make: (present: readonly Account[]) => readonly Account[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await countChange(transaction, 'accounts');
      const made = make(await allOf(transaction));
      for (const { tenantId, username, realm, md5, sha256 } of made) {
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

async function allOf(db: Kysely<Tables>): Promise<readonly Account[]> {
  const rows = await db.selectFrom('account').selectAll().execute();
  return rows.map(({ tenant_id, ...rest }) => ({ tenantId: tenant_id, ...rest }));
}
