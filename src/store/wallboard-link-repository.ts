import type { Kysely, Selectable } from 'kysely';
import type { Scope } from '../shared/scope.ts';
import type { WallboardLink, WallboardLinkStore } from '../wallboard/link-store.ts';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import type { WallboardLinkTable } from './wallboard-link-table.ts';

/** Links to wallboards, in a database. */
export class WallboardLinkRepository implements WallboardLinkStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async add(link: WallboardLink): Promise<void> {
    const { id, tenantId, wallboard, title, tokenHash, createdAt, createdBy, revokedAt } = link;
    await this.#db
      .insertInto('wallboard_link')
      .values({
        id,
        tenant_id: tenantId,
        wallboard,
        title: storableText(title),
        token_hash: tokenHash,
        created_at: createdAt,
        created_by: storableText(createdBy),
        revoked_at: revokedAt ?? null,
      })
      .execute();
  }

  async withToken(tokenHash: string): Promise<WallboardLink | undefined> {
    const all = this.#db.selectFrom('wallboard_link').selectAll();
    const row = await all.where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && linkOf(row);
  }

  async of({ tenantId }: Scope, wallboard: string): Promise<readonly WallboardLink[]> {
    const all = (db: Kysely<Tables>) =>
      db
        .selectFrom('wallboard_link')
        .selectAll()
        .where('wallboard', '=', wallboard)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc');
    const rows =
      tenantId === undefined
        ? await all(this.#db).execute()
        : await this.#reads(tenantId, (db) => all(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(linkOf);
  }

  async revoke({ tenantId }: Scope, id: string, at: number): Promise<WallboardLink | undefined> {
    let ended = this.#db
      .updateTable('wallboard_link')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null);
    if (tenantId !== undefined) ended = ended.where('tenant_id', '=', tenantId);
    const row = await ended.returningAll().executeTakeFirst();
    return row && linkOf(row);
  }

  async drop(tenantId: string, before: number): Promise<number> {
    const old = this.#db
      .deleteFrom('wallboard_link')
      .where('tenant_id', '=', tenantId)
      .where('revoked_at', '<', before);
    const { numDeletedRows } = await old.executeTakeFirst();
    return Number(numDeletedRows);
  }
}

function linkOf(row: Selectable<WallboardLinkTable>): WallboardLink {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    wallboard: row.wallboard,
    title: row.title,
    tokenHash: row.token_hash,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at ?? undefined,
  };
}
