/**
 * Row-level security, the second wall between companies: what reads for one company runs as a role that owns nothing and sees that
 * company's rows only, whatever its `where` forgets. The engine itself, which reads and writes for all, stands outside of it.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../schema.ts';
import type { TenantReads } from '../tenant-reads.ts';

/** Made by the installation's owner where the PBX's own user may not make roles; the same in all databases of a server. */
export const TENANT_ROLE = 'pbx400_tenant';
const ROLE = sql.id(TENANT_ROLE);
/** Policies: of who reads for a company, and of the PBX's own user. */
const WALL = 'pbx400_tenant_wall';
const ENGINE = 'pbx400_engine';
/** Setting that names the company, for one transaction. */
const SETTING = 'pbx400.tenant';
/** What reading for a company needs besides its rows. */
const COMMON_TABLES = ['event_layout'];

/** Tables that know the tenant and are not walled off yet; parts of a partitioned one are reached through that only. */
const UNWALLED = sql<{ name: string }>`select c.relname as name from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
    and (select count(*) from pg_policy p where p.polrelid = c.oid and (p.polname = ${sql.lit(WALL)}
      or p.polname = ${sql.lit(ENGINE)} and current_user::regrole = any (p.polroles))) < 2
  order by c.relname`;

/**
 * Walls off the tables that are not yet. Resolves with how to read for one company, or with undefined where neither the role is
 * there nor may be made, or the tables belong to somebody else.
 */
export async function raiseTenantWall(
  db: Kysely<Tables>,
  longReads: Kysely<Tables>,
): Promise<TenantReads | undefined> {
  try {
    await takeRole(db);
    await db.transaction().execute(wallOff);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
  return (tenantId, read) =>
    longReads
      .transaction()
      .setAccessMode('read only')
      .execute(async (transaction) => {
        await sql`select set_config(${sql.lit(SETTING)}, ${tenantId}, true),
          set_config('role', ${sql.lit(TENANT_ROLE)}, true)`.execute(transaction);
        return await read(transaction);
      });
}

/** Makes the role where it is missing, and us a member. */
async function takeRole(db: Kysely<Tables>): Promise<void> {
  const found = await sql`select from pg_roles where rolname = ${TENANT_ROLE}`.execute(db);
  if (found.rows.length === 0) {
    // Two databases of a server may be opened at the same time.
    await sql`create role ${ROLE} nologin`.execute(db).catch((error: unknown) => {
      if (!isThere(error)) throw error;
    });
  }
  const become = () =>
    db.transaction().execute((transaction) => sql`set local role ${ROLE}`.execute(transaction));
  await become().catch(async (error: unknown) => {
    if (!isForbidden(error)) throw error;
    await sql`grant ${ROLE} to current_user`.execute(db);
    await become();
  });
}

async function wallOff(transaction: Transaction<Tables>): Promise<void> {
  // One node at a time; most starts find nothing to do.
  if ((await UNWALLED.execute(transaction)).rows.length === 0) return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${sql.lit(WALL)}, 0))`.execute(transaction);
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(transaction);
  await sql`grant usage on schema ${sql.id(rows[0]!.name)} to ${ROLE}`.execute(transaction);
  for (const name of COMMON_TABLES)
    await sql`grant select on ${sql.table(name)} to ${ROLE}`.execute(transaction);
  for (const { name } of (await UNWALLED.execute(transaction)).rows) await wallOffTable(transaction, name);
}

async function wallOffTable(transaction: Transaction<Tables>, name: string): Promise<void> {
  const table = sql.table(name);
  await sql`alter table ${table} enable row level security, force row level security`.execute(transaction);
  for (const policy of [WALL, ENGINE]) {
    await sql`drop policy if exists ${sql.id(policy)} on ${table}`.execute(transaction);
  }
  // Forced: the owner needs a policy, too. One that is true costs its queries nothing; a member of the role has it besides.
  await sql`create policy ${sql.id(ENGINE)} on ${table} to current_user using (true) with check (true)`.execute(
    transaction,
  );
  await sql`create policy ${sql.id(WALL)} on ${table} for select to ${ROLE}
    using (tenant_id = current_setting(${sql.lit(SETTING)}, true))`.execute(transaction);
  await sql`grant select on ${table} to ${ROLE}`.execute(transaction);
}

/** SQLSTATE insufficient_privilege. */
const isForbidden = (error: unknown): boolean => codeOf(error) === '42501';
/** SQLSTATE duplicate_object, or unique_violation when both come at once. */
const isThere = (error: unknown): boolean => ['42710', '23505'].includes(codeOf(error));
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';
