import type { Kysely } from 'kysely';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { Tables } from './schema.ts';
import { countChange } from './shared-revision.ts';
import type { PhoneSettingStore, StoredPhoneSetting } from './store.ts';

/** What was set at phones, in a database. */
export class PhoneSettingRepository implements PhoneSettingStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  constructor(db: Kysely<Tables>, nodeId: string) {
    this.#db = db;
    this.#nodeId = nodeId;
  }

  async all(): Promise<readonly StoredPhoneSetting[]> {
    const rows = await this.#db.selectFrom('phone_setting').selectAll().execute();
    return rows.map(({ tenant_id, ...row }) => ({ tenant: tenant_id, ...row }));
  }

  async set(changed: StoredPhoneSetting, at: number): Promise<void> {
    const { tenant, extension, setting, value } = changed;
    await this.#db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, this.#nodeId, [phoneSettingFact(changed, at)]);
      await countChange(transaction, 'phone-settings');
      const old = transaction.deleteFrom('phone_setting').where('tenant_id', '=', tenant);
      await old.where('extension', '=', extension).where('setting', '=', setting).execute();
      if (value === undefined) return;
      const row = { tenant_id: tenant, extension, setting, value };
      await transaction.insertInto('phone_setting').values(row).execute();
    });
  }
}

/** What a company's stream is told of it. */
export function phoneSettingFact(
  { tenant, extension, setting, value }: StoredPhoneSetting,
  at: number,
): Fact {
  return { type: 'phoneSetting', tenantId: tenant, at, extension, setting, value };
}
