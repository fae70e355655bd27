import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/**
 * Runs what reads for one company. On PostgreSQL a second wall stands behind its `where tenant_id`: nothing else is visible (see
 * `postgres/tenant-wall.ts`).
 */
export type TenantReads = <Result>(
  tenantId: string,
  read: (db: Kysely<Tables>) => Promise<Result>,
) => Promise<Result>;

/** Without a second wall. */
export const directly =
  (db: Kysely<Tables>): TenantReads =>
  (_tenantId, read) =>
    read(db);
