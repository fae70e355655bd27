import { type Kysely, sql } from 'kysely';
import type { User, UserBatch, UserFilter, UserPage, UserStore } from '../auth/auth-store.ts';
import type { Scope } from '../shared/scope.ts';
import { SEALED } from '../shared/secret-box.ts';
import { hasRole } from './role-repository.ts';
import type { Tables } from './schema.ts';
import { likePart, storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import { takeUsers } from './user-batch.ts';
import { changeable, userOf, userRow } from './user-row.ts';
import { dropViewsOf } from './view-repository.ts';

/** People who sign in, in a database. */
export class UserRepository implements UserStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async list({ tenantId }: Scope, { limit, after, ...filter }: UserPage): Promise<readonly User[]> {
    const page = (db: Kysely<Tables>) => {
      const all = fitting(db, filter).orderBy('tenant_id').orderBy('login').limit(limit);
      return after ? all.where(sql<boolean>`(tenant_id, login) > (${after.tenantId}, ${after.login})`) : all;
    };
    const rows =
      tenantId === undefined
        ? await page(this.#db).execute()
        : await this.#reads(tenantId, (db) => page(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(userOf);
  }

  async find({ tenantId }: Scope, id: string): Promise<User | undefined> {
    const byId = (db: Kysely<Tables>) => db.selectFrom('user_account').selectAll().where('id', '=', id);
    const row =
      tenantId === undefined
        ? await byId(this.#db).executeTakeFirst()
        : await this.#reads(tenantId, (db) => byId(db).where('tenant_id', '=', tenantId).executeTakeFirst());
    return row && userOf(row);
  }

  async withLogin(tenantId: string, login: string): Promise<User | undefined> {
    const ofCompany = this.#db.selectFrom('user_account').selectAll().where('tenant_id', '=', tenantId);
    const row = await ofCompany.where('login', '=', storableText(login)).executeTakeFirst();
    return row && userOf(row);
  }

  async withAgent(tenantId: string, agent: string): Promise<User | undefined> {
    const ofCompany = this.#db.selectFrom('user_account').selectAll().where('tenant_id', '=', tenantId);
    const row = await ofCompany.where('agent', '=', storableText(agent)).executeTakeFirst();
    return row && userOf(row);
  }

  async withRole(tenantId: string, role: string): Promise<readonly User[]> {
    const ofCompany = this.#db.selectFrom('user_account').selectAll().where('tenant_id', '=', tenantId);
    const rows = await ofCompany.where(hasRole(role)).orderBy('login').execute();
    return rows.map(userOf);
  }

  async add(user: User): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('user_account')
      .values(userRow(user))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async change(user: User): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('user_account')
      .set(changeable(user))
      .where('id', '=', user.id)
      .where('revision', '=', user.revision - 1)
      .where(
        sql<boolean>`not exists (select 1 from user_account as other where other.tenant_id = ${user.tenantId}
          and other.agent = ${user.agent ?? null} and other.id <> ${user.id})`,
      )
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  takeMany(batch: UserBatch): Promise<boolean> {
    return takeUsers(this.#db, batch);
  }

  async withApp(isSealed: boolean, limit: number): Promise<readonly User[]> {
    const sealed = sql<boolean>`cast(second_factor as text) like ${`{"secret":"${SEALED}%`}`;
    const all = this.#db.selectFrom('user_account').selectAll().where('second_factor', 'is not', null);
    const wanted = all.where((is) => (isSealed ? sealed : is.not(sealed)));
    const rows = await wanted.orderBy('id').limit(limit).execute();
    return rows.map(userOf);
  }

  async useStep(id: string, step: number): Promise<boolean> {
    const used = this.#db.updateTable('user_account').set({ used_step: step }).where('id', '=', id);
    return (await used.where('used_step', '<', step).executeTakeFirst()).numUpdatedRows === 1n;
  }

  async signedIn(id: string, at: number): Promise<void> {
    await this.#db.updateTable('user_account').set({ signed_in_at: at }).where('id', '=', id).execute();
  }

  async remove({ id, revision }: User): Promise<boolean> {
    return await this.#db.transaction().execute(async (transaction) => {
      const user = transaction.deleteFrom('user_account').where('id', '=', id);
      const { numDeletedRows } = await user.where('revision', '=', revision).executeTakeFirst();
      if (numDeletedRows !== 1n) return false;
      await transaction.deleteFrom('user_session').where('user_id', '=', id).execute();
      await dropViewsOf(transaction, [id]);
      return true;
    });
  }
}

function fitting(db: Kysely<Tables>, { q, role, department, isActive, awaySince }: UserFilter) {
  let found = db.selectFrom('user_account').selectAll();
  if (q !== undefined) {
    const part = likePart(q);
    found = found.where(
      sql<boolean>`(login like ${part} escape '\\' or lower(name) like ${part} escape '\\' or agent like ${part} escape '\\')`,
    );
  }
  if (role !== undefined) found = found.where(hasRole(role));
  if (department !== undefined) {
    const { name, agents } = department;
    found = found.where((is) =>
      is.or([
        is('department', '=', storableText(name)),
        ...(agents.length > 0 ? [is.and([is('department', 'is', null), is('agent', 'in', agents)])] : []),
      ]),
    );
  }
  if (isActive !== undefined) found = found.where('is_active', '=', Number(isActive));
  if (awaySince !== undefined)
    found = found.where(sql<boolean>`(signed_in_at is null or signed_in_at < ${awaySince})`);
  return found;
}
