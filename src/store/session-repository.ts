import type { Kysely, Selectable } from 'kysely';
import type { Acting, Session, SessionStore } from '../auth/auth-store.ts';
import type { Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { userOf } from './user-row.ts';
import type { UserSessionTable } from './user-tables.ts';

/** Where people are signed in, in a database. */
export class SessionRepository implements SessionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(session: Session): Promise<void> {
    await this.#db
      .insertInto('user_session')
      .values({
        id: session.id,
        tenant_id: session.tenantId,
        user_id: session.userId,
        token_hash: session.tokenHash,
        created_at: session.createdAt,
        seen_at: session.seenAt,
        ends_at: session.endsAt,
        address: session.address,
        device: storableText(session.device),
        acting: actingText(session.acting),
      })
      .execute();
  }

  async withToken(tokenHash: string): Promise<Session | undefined> {
    const all = this.#db.selectFrom('user_session').selectAll();
    const row = await all.where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && sessionOf(row);
  }

  async withHolder(tokenHash: string) {
    const row = await this.#db
      .selectFrom('user_session')
      .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
      .selectAll('user_account')
      .select([
        ...(['user_session.id as session_id', 'user_session.tenant_id as session_tenant'] as const),
        ...(['user_session.created_at as session_created', 'user_id', 'token_hash', 'seen_at'] as const),
        ...(['ends_at', 'address', 'device', 'acting'] as const),
      ])
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    if (!row) return undefined;
    const { session_id: id, session_tenant: tenant_id, session_created: created_at } = row;
    return { session: sessionOf({ ...row, id, tenant_id, created_at }), user: userOf(row) };
  }

  async of(userId: string): Promise<readonly Session[]> {
    const all = this.#db.selectFrom('user_session').selectAll().where('user_id', '=', userId);
    const rows = await all.orderBy('created_at', 'desc').orderBy('id').execute();
    return rows.map(sessionOf);
  }

  async seen(id: string, at: number): Promise<void> {
    await this.#db.updateTable('user_session').set({ seen_at: at }).where('id', '=', id).execute();
  }

  async act(id: string, acting: Acting | undefined): Promise<boolean> {
    const changed = this.#db.updateTable('user_session').set({ acting: actingText(acting) });
    return (await changed.where('id', '=', id).executeTakeFirst()).numUpdatedRows === 1n;
  }

  async end(userId: string, id: string): Promise<boolean> {
    const ended = this.#db.deleteFrom('user_session').where('user_id', '=', userId).where('id', '=', id);
    return (await ended.executeTakeFirst()).numDeletedRows === 1n;
  }

  async endOthers(userId: string, keptId: string | undefined): Promise<void> {
    const ended = this.#db.deleteFrom('user_session').where('user_id', '=', userId);
    await (keptId === undefined ? ended : ended.where('id', '<>', keptId)).execute();
  }

  async dropEnded(now: number, idleSince: number): Promise<void> {
    await this.#db
      .deleteFrom('user_session')
      .where((is) => is.or([is('ends_at', '<=', now), is('seen_at', '<=', idleSince)]))
      .execute();
  }
}

const actingText = (acting: Acting | undefined): string | null =>
  acting ? storableJson(JSON.stringify(acting)) : null;

function sessionOf(row: Selectable<UserSessionTable>): Session {
  return {
    id: row.id,
    userId: row.user_id,
    tenantId: row.tenant_id,
    tokenHash: row.token_hash,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    endsAt: row.ends_at,
    address: row.address,
    device: row.device,
    ...(row.acting !== null && { acting: JSON.parse(row.acting) }),
  };
}
