import type { Kysely, Transaction } from 'kysely';
import type { ListRef } from '../numbering/list-number-store.ts';
import { bulkChangeRow } from './bulk-change-repository.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { HotlineVersion } from './hotline-version.ts';
import { versionsOf, writeVersions } from './hotline-version-repository.ts';
import { HOTLINE_KIND, hotlinesIn, versionsMade } from './hotlines-changed.ts';
import { emptyLists } from './list-number-repository.ts';
import type { Tables } from './schema.ts';
import { countChange, revisionOf } from './shared-revision.ts';
import { storableJson } from './storable.ts';
import {
  type ChangeOutcome,
  type EntityChanged,
  type EntityRevision,
  type EntityStore,
  OutdatedError,
  type StoredChange,
  type StoredEntity,
} from './store.ts';
import { USER_KIND } from './user-batch.ts';

/** Entities asked for at once. */
const PAGE = 500;
/** Entities written by one statement: its text, and their facts, are made in one turn of the loop. */
const PART = 50;

/** Entities of companies in a database. */
export class EntityRepository implements EntityStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  /** `nodeId`: process that changes them. */
  constructor(db: Kysely<Tables>, nodeId = '') {
    this.#db = db;
    this.#nodeId = nodeId;
  }

  async all(): Promise<readonly StoredEntity[]> {
    const ordered = this.#db
      .selectFrom('entity')
      .selectAll()
      .orderBy('tenant_id')
      .orderBy('kind')
      .orderBy('name');
    const rows = await ordered.execute();
    const published = this.#db.selectFrom('hotline_version').select(['tenant_id', 'hotline', 'version']);
    const versions = new Map<string, number>();
    for (const { tenant_id, hotline, version } of await published.where('state', '=', 'published').execute())
      versions.set(`${tenant_id}\n${hotline}`, version);
    return rows.map(({ tenant_id, ...rest }) => {
      const entity = { tenantId: tenant_id, ...rest };
      if (rest.kind !== HOTLINE_KIND) return entity;
      return { ...entity, version: versions.get(`${tenant_id}\n${rest.name}`) };
    });
  }

  revision(): Promise<number> {
    return revisionOf(this.#db, 'entities');
  }

  async change(change: StoredChange, after?: number): Promise<ChangeOutcome> {
    const { put, removed } = change;
    return await this.#db.transaction().execute(async (transaction) => {
      const now = await countChange(transaction, 'entities');
      if (after !== undefined && now !== after + 1) throw new OutdatedError();
      const versions = await this.#changeVersions(transaction, change);
      const lists = listsIn(removed);
      if (lists.length > 0)
        await emptyLists(transaction, await countChange(transaction, 'list-numbers'), lists);
      if (change.bulk) await transaction.insertInto('bulk_change').values(bulkChangeRow(change)).execute();
      // First what goes: its name may be taken by what comes.
      for (const part of partsOf(removed)) {
        await this.#note(transaction, { ...change, put: [], removed: part });
        const ids = part.map(({ id }) => id);
        await transaction.deleteFrom('entity').where('id', 'in', ids).execute();
      }
      for (const part of partsOf(put)) {
        await this.#note(transaction, { ...change, put: part, removed: [] });
        await transaction
          .insertInto('entity')
          .values(part.map(rowOf))
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet(({ ref }) => ({
              name: ref('excluded.name'),
              revision: ref('excluded.revision'),
              body: ref('excluded.body'),
            })),
          )
          .execute();
      }
      return { revision: now, versions };
    });
  }

  /** Puts a part of a change into the streams of companies and the history. */
  async #note(transaction: Transaction<Tables>, part: StoredChange): Promise<void> {
    const { put, removed, at, by, bulk } = part;
    const before = await bodiesOf(transaction, [...put, ...removed]);
    await appendFacts(transaction, this.#nodeId, entityFacts(part, before));
    const past = [
      ...removed.map((entity) => historyOf(entity, true)),
      ...put.map((entity) => historyOf(entity)),
    ];
    const circumstances = { changed_at: at, changed_by: by, change_id: bulk?.id ?? null };
    await transaction
      .insertInto('entity_history')
      .values(past.map((row) => ({ ...row, ...circumstances })))
      .execute();
  }

  /** Resolves with the version that each hotline is now. */
  async #changeVersions(
    transaction: Transaction<Tables>,
    change: StoredChange,
  ): Promise<ReadonlyMap<string, number>> {
    const hotlines = hotlinesIn(change);
    if (hotlines.length === 0) return new Map();
    await countChange(transaction, 'hotlines');
    const known = new Map<StoredEntity, readonly HotlineVersion[]>();
    for (const hotline of hotlines)
      known.set(hotline, await versionsOf(transaction, hotline.tenantId, hotline.name));
    const { versions, changes } = versionsMade(change, (hotline) => known.get(hotline)!);
    for (const each of changes) await writeVersions(transaction, each);
    return versions;
  }

  async history(id: string): Promise<readonly EntityRevision[]> {
    const rows = await this.#db
      .selectFrom('entity_history')
      .select(['revision', 'name', 'body', 'changed_at', 'changed_by'])
      .where('entity_id', '=', id)
      .orderBy('seq')
      .execute();
    return rows.map(({ revision, name, body, changed_at, changed_by }) => ({
      revision,
      name,
      body: body ?? undefined,
      at: changed_at,
      by: changed_by,
    }));
  }

  async lastChanges(ids: readonly string[]): Promise<ReadonlyMap<string, EntityChanged>> {
    const changes = new Map<string, EntityChanged>();
    for (let from = 0; from < ids.length; from += PAGE) {
      const rows = await this.#db
        .selectFrom('entity')
        .innerJoin('entity_history', (join) =>
          join
            .onRef('entity_history.entity_id', '=', 'entity.id')
            .onRef('entity_history.revision', '=', 'entity.revision'),
        )
        .select(['entity.id', 'changed_at', 'changed_by'])
        .where('entity.id', 'in', ids.slice(from, from + PAGE))
        .execute();
      for (const { id, changed_at, changed_by } of rows) changes.set(id, { at: changed_at, by: changed_by });
    }
    return changes;
  }

  async isUntouched(): Promise<boolean> {
    const past = this.#db.selectFrom('entity_history').select('seq').where('kind', '<>', USER_KIND);
    const row = await past.limit(1).executeTakeFirst();
    return row === undefined;
  }
}

/** A list takes its numbers with it. */
export const listsIn = (removed: readonly StoredEntity[]): readonly ListRef[] =>
  removed.filter(({ kind }) => kind === 'list').map(({ tenantId, name }) => ({ tenant: tenantId, name }));

function* partsOf(entities: readonly StoredEntity[]): Generator<readonly StoredEntity[], void> {
  for (let from = 0; from < entities.length; from += PART) yield entities.slice(from, from + PART);
}

function rowOf({ id, tenantId, kind, name, revision, body }: StoredEntity) {
  return { id, tenant_id: tenantId, kind, name, revision, body: storableJson(body) };
}

async function bodiesOf(
  transaction: Transaction<Tables>,
  entities: readonly StoredEntity[],
): Promise<ReadonlyMap<string, string>> {
  const bodies = new Map<string, string>();
  for (let from = 0; from < entities.length; from += PAGE) {
    const ids = entities.slice(from, from + PAGE).map(({ id }) => id);
    const rows = await transaction
      .selectFrom('entity')
      .select(['id', 'body'])
      .where('id', 'in', ids)
      .execute();
    for (const { id, body } of rows) bodies.set(id, body);
  }
  return bodies;
}

/** What a change says to the streams of its companies. `before`: bodies by id. */
export function entityFacts(
  { put, removed, at, by }: StoredChange,
  before: ReadonlyMap<string, string>,
): Fact[] {
  const factOf = ({ id, tenantId, kind, name }: StoredEntity, revision: number, after?: string): Fact => {
    const bodies = { before: parsed(before.get(id)), after: parsed(after) };
    return { type: 'entity', tenantId, at, kind, name, id, revision, ...bodies, by };
  };
  return [
    ...removed.map((entity) => factOf(entity, entity.revision + 1)),
    ...put.map((entity) => factOf(entity, entity.revision, entity.body)),
  ];
}

const parsed = (json: string | undefined): unknown => (json === undefined ? undefined : JSON.parse(json));

/** A removal counts as a change: its revision is the next one. */
function historyOf({ id, tenantId, kind, name, revision, body }: StoredEntity, isRemoved = false) {
  const what = { entity_id: id, tenant_id: tenantId, kind, name };
  return isRemoved
    ? { ...what, revision: revision + 1, body: null }
    : { ...what, revision, body: storableJson(body) };
}
