import { type Kysely, type Selectable, sql } from 'kysely';
import type { CompanyRole, RoleStore } from '../auth/auth-store.ts';
import type { Scope } from '../shared/scope.ts';
import type { CompanyRoleTable } from './role-table.ts';
import type { Tables } from './schema.ts';
import { storableJson } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Whether a user has a role: names have no character that `like`, or JSON, reads otherwise. */
export const hasRole = (name: string) => sql<boolean>`cast(roles as text) like ${`%"${name}"%`}`;

/** Roles that companies have made, in a database. */
export class RoleRepository implements RoleStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async list({ tenantId }: Scope): Promise<readonly CompanyRole[]> {
    const all = (db: Kysely<Tables>) =>
      db.selectFrom('company_role').selectAll().orderBy('tenant_id').orderBy('name');
    const rows =
      tenantId === undefined
        ? await all(this.#db).execute()
        : await this.#reads(tenantId, (db) => all(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(roleOf);
  }

  async named(tenantId: string, names: readonly string[]): Promise<readonly CompanyRole[]> {
    const ofCompany = this.#db.selectFrom('company_role').selectAll().where('tenant_id', '=', tenantId);
    const rows = await ofCompany.where('name', 'in', names).orderBy('name').execute();
    return rows.map(roleOf);
  }

  async add(role: CompanyRole): Promise<boolean> {
    const { id, tenantId, name, createdAt } = role;
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('company_role')
      .values({ id, tenant_id: tenantId, name, created_at: createdAt, ...changeable(role) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async change(role: CompanyRole): Promise<boolean> {
    const changed = this.#db.updateTable('company_role').set(changeable(role)).where('id', '=', role.id);
    const { numUpdatedRows } = await changed.where('revision', '=', role.revision - 1).executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async remove({ id, tenantId, name, revision }: CompanyRole): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('company_role')
      .where('id', '=', id)
      .where('revision', '=', revision)
      .where(({ not, exists, selectFrom }) => {
        const users = selectFrom('user_account').select('id').where('tenant_id', '=', tenantId);
        return not(exists(users.where(hasRole(name))));
      })
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
}

function changeable({ title, rights, revision }: CompanyRole) {
  return { title: storableJson(JSON.stringify(title)), rights: JSON.stringify(rights), revision };
}

function roleOf(row: Selectable<CompanyRoleTable>): CompanyRole {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    title: JSON.parse(row.title),
    rights: JSON.parse(row.rights),
    createdAt: row.created_at,
    revision: row.revision,
  };
}
