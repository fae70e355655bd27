import type { Kysely, Selectable } from 'kysely';
import type { RecordingShare, ShareStore } from '../recording/share-store.ts';
import type { Scope } from '../shared/scope.ts';
import type { Tables } from './schema.ts';
import type { RecordingShareTable } from './share-table.ts';
import { storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Links to recordings, in a database. */
export class ShareRepository implements ShareStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async add(share: RecordingShare): Promise<void> {
    const { id, tenantId, callId, no, tokenHash, createdAt, createdBy, endsAt, revokedAt } = share;
    await this.#db
      .insertInto('recording_share')
      .values({
        id,
        tenant_id: tenantId,
        call_id: callId,
        no,
        token_hash: tokenHash,
        created_at: createdAt,
        created_by: storableText(createdBy),
        ends_at: endsAt,
        revoked_at: revokedAt ?? null,
      })
      .execute();
  }

  async withToken(tokenHash: string): Promise<RecordingShare | undefined> {
    const all = this.#db.selectFrom('recording_share').selectAll();
    const row = await all.where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && shareOf(row);
  }

  async of(
    { tenantId }: Scope,
    { callId, no }: Pick<RecordingShare, 'callId' | 'no'>,
  ): Promise<readonly RecordingShare[]> {
    const all = (db: Kysely<Tables>) =>
      db
        .selectFrom('recording_share')
        .selectAll()
        .where('call_id', '=', callId)
        .where('no', '=', no)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc');
    const rows =
      tenantId === undefined
        ? await all(this.#db).execute()
        : await this.#reads(tenantId, (db) => all(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(shareOf);
  }

  async revoke({ tenantId }: Scope, id: string, at: number): Promise<RecordingShare | undefined> {
    let ended = this.#db
      .updateTable('recording_share')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .where('ends_at', '>', at);
    if (tenantId !== undefined) ended = ended.where('tenant_id', '=', tenantId);
    const row = await ended.returningAll().executeTakeFirst();
    return row && shareOf(row);
  }

  async drop(before: number): Promise<number> {
    const old = this.#db.deleteFrom('recording_share').where('ends_at', '<', before);
    const { numDeletedRows } = await old.executeTakeFirst();
    return Number(numDeletedRows);
  }
}

function shareOf(row: Selectable<RecordingShareTable>): RecordingShare {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    callId: row.call_id,
    no: row.no,
    tokenHash: row.token_hash,
    createdAt: row.created_at,
    createdBy: row.created_by,
    endsAt: row.ends_at,
    revokedAt: row.revoked_at ?? undefined,
  };
}
