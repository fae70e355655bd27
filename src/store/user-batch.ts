import { type Insertable, type Kysely, sql, type Transaction } from 'kysely';
import { profileOf, type User, type UserBatch, type UserProfile } from '../auth/auth-store.ts';
import type { EntityHistoryTable, Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { userRow } from './user-row.ts';
import { dropViewsOf } from './view-repository.ts';

/** Kind of users among changes of many, and in the history: they are no entities. */
export const USER_KIND = 'user';

/** Users written by one statement, which is made in one turn of the loop. */
const PART = 50;

/** Takes many users in one transaction, and notes in the history what each was and is, without what opens anything. False: nothing was done. */
export async function takeUsers(db: Kysely<Tables>, batch: UserBatch): Promise<boolean> {
  try {
    await db.transaction().execute((transaction) => take(transaction, batch));
    return true;
  } catch (error) {
    if (error instanceof Outdated) return false;
    throw error;
  }
}

async function take(transaction: Transaction<Tables>, batch: UserBatch): Promise<void> {
  const { tenantId, added, changed, removed, noted } = batch;
  const { id, source, file, undoes, at, by } = noted;
  await transaction
    .insertInto('bulk_change')
    .values({
      ...{ id, tenant_id: tenantId, source, kind: USER_KIND, at, by: storableText(by) },
      file: file === undefined ? null : storableText(file),
      ...{ created: added.length, updated: changed.length, removed: removed.length },
      undoes: undoes ?? null,
    })
    .execute();
  // First what frees a login or an agent, which others may take.
  for (const part of partsOf(removed)) await remove(transaction, batch, part);
  for (const part of partsOf(changed)) {
    await free(transaction, tenantId, part);
  }
  for (const part of partsOf(added)) {
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('user_account')
      .values(part.map(userRow))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    requireAll(numInsertedOrUpdatedRows, part);
    await note(
      transaction,
      batch,
      part.map((user) => stateOf(user, user.revision, user)),
    );
  }
  for (const part of partsOf(changed)) await change(transaction, batch, part);
}

async function remove(transaction: Transaction<Tables>, batch: UserBatch, part: readonly User[]) {
  const gone = transaction.deleteFrom('user_account').where('tenant_id', '=', batch.tenantId);
  const { numDeletedRows } = await gone.where(areAsRead(part)).executeTakeFirst();
  requireAll(numDeletedRows, part);
  const ids = part.map(({ id }) => id);
  await transaction.deleteFrom('user_session').where('user_id', 'in', ids).execute();
  await dropViewsOf(transaction, ids);
  await noteBefore(transaction, batch, part);
  await note(
    transaction,
    batch,
    part.map((user) => stateOf(user, user.revision + 1, undefined)),
  );
}

/** They are nobody's agents until they are changed; their rows are held from here on. */
async function free(transaction: Transaction<Tables>, tenantId: string, part: UserBatch['changed']) {
  const users = part.map(({ user }) => user);
  const freed = transaction
    .updateTable('user_account')
    .set({ agent: null })
    .where('tenant_id', '=', tenantId);
  const { numUpdatedRows } = await freed.where(areAsRead(users)).executeTakeFirst();
  requireAll(numUpdatedRows, users);
}

async function change(transaction: Transaction<Tables>, batch: UserBatch, part: UserBatch['changed']) {
  const agents = part.flatMap(({ profile }) => profile.agent ?? []);
  if (agents.length > 0) {
    const others = transaction
      .selectFrom('user_account')
      .select('id')
      .where('tenant_id', '=', batch.tenantId);
    if (await others.where('agent', 'in', agents).limit(1).executeTakeFirst()) throw new Outdated();
  }
  const rows = part.map(({ user, profile }) => ({ ...user, ...profile, revision: user.revision + 1 }));
  await transaction
    .insertInto('user_account')
    .values(rows.map(userRow))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        roles: ref('excluded.roles'),
        is_active: ref('excluded.is_active'),
        agent: ref('excluded.agent'),
        department: ref('excluded.department'),
        revision: ref('excluded.revision'),
      })),
    )
    .execute();
  await noteBefore(
    transaction,
    batch,
    part.map(({ user }) => user),
  );
  await note(
    transaction,
    batch,
    rows.map((user) => stateOf(user, user.revision, user)),
  );
}

type State = Pick<EntityHistoryTable, 'entity_id' | 'name' | 'revision' | 'body'>;

function stateOf({ id, login }: User, revision: number, profile: UserProfile | undefined): State {
  const body = profile ? storableJson(JSON.stringify(profileOf(profile))) : null;
  return { entity_id: id, name: login, revision, body };
}

/** The states that they had, where the history has not: others than changes of many leave none there. */
async function noteBefore(transaction: Transaction<Tables>, batch: UserBatch, users: readonly User[]) {
  const known = await transaction
    .selectFrom('entity_history')
    .select('entity_id')
    .where((is) =>
      is.or(
        users.map(({ id, revision }) => is.and([is('entity_id', '=', id), is('revision', '=', revision)])),
      ),
    )
    .execute();
  const ids = new Set(known.map(({ entity_id }) => entity_id));
  const missing = users.filter(({ id }) => !ids.has(id)).map((user) => stateOf(user, user.revision, user));
  await note(transaction, batch, missing, null);
}

async function note(
  transaction: Transaction<Tables>,
  { tenantId, noted }: UserBatch,
  states: readonly State[],
  change: string | null = noted.id,
): Promise<void> {
  if (states.length === 0) return;
  const circumstances = { changed_at: noted.at, changed_by: storableText(noted.by), change_id: change };
  const rows = states.map((state): Insertable<EntityHistoryTable> => {
    return { ...state, tenant_id: tenantId, kind: USER_KIND, ...circumstances };
  });
  await transaction.insertInto('entity_history').values(rows).execute();
}

const areAsRead = (users: readonly User[]) =>
  sql<boolean>`(${sql.join(
    users.map(({ id, revision }) => sql`(id = ${id} and revision = ${revision})`),
    sql` or `,
  )})`;

function requireAll(count: bigint | undefined, part: readonly unknown[]): void {
  if (count !== BigInt(part.length)) throw new Outdated();
}

function* partsOf<Each>(all: readonly Each[]): Generator<readonly Each[], void> {
  for (let from = 0; from < all.length; from += PART) yield all.slice(from, from + PART);
}

/** Takes a transaction back. */
class Outdated extends Error {}
