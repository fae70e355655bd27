import type { Kysely, Selectable, Transaction } from 'kysely';
import type {
  Canary,
  ChangedVersion,
  HotlineVersion,
  HotlineVersionStore,
  HotlineVersionWithBody,
  VersionChange,
  VersionState,
} from './hotline-version.ts';
import type { HotlineVersionTable } from './hotline-version-table.ts';
import type { Tables } from './schema.ts';
import { countChange } from './shared-revision.ts';
import { storableJson } from './storable.ts';

const ALL_BUT_BODY = [
  ...(['tenant_id', 'hotline', 'version', 'state', 'base', 'comment', 'changed_by', 'changed_at'] as const),
  ...(['published_by', 'published_at', 'canary', 'revision'] as const),
] as const;

/** Versions of hotlines in a database. */
export class HotlineVersionRepository implements HotlineVersionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  of(tenant: string, hotline: string): Promise<readonly HotlineVersion[]> {
    return versionsOf(this.#db, tenant, hotline);
  }

  async get(tenant: string, hotline: string, version: number): Promise<HotlineVersionWithBody | undefined> {
    const row = await this.#db
      .selectFrom('hotline_version')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .where('hotline', '=', hotline)
      .where('version', '=', version)
      .executeTakeFirst();
    return row && { ...versionOf(row), body: row.body };
  }

  async canaries(): Promise<readonly HotlineVersionWithBody[]> {
    const rows = await this.#db
      .selectFrom('hotline_version')
      .selectAll()
      .where('state', '=', 'canary')
      .orderBy('tenant_id')
      .orderBy('hotline')
      .execute();
    return rows.map((row) => ({ ...versionOf(row), body: row.body }));
  }

  async change(
    tenant: string,
    hotline: string,
    decide: (versions: readonly HotlineVersion[]) => VersionChange,
  ): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await countChange(transaction, 'hotlines');
      await writeVersions(transaction, decide(await versionsOf(transaction, tenant, hotline)));
    });
  }
}

/** Those of a hotline, the newest first. */
export async function versionsOf(
  db: Kysely<Tables>,
  tenant: string,
  hotline: string,
): Promise<readonly HotlineVersion[]> {
  const rows = await db
    .selectFrom('hotline_version')
    .select(ALL_BUT_BODY)
    .where('tenant_id', '=', tenant)
    .where('hotline', '=', hotline)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(versionOf);
}

/** Writes a change, whose versions were read in the same transaction after it was counted. */
export async function writeVersions(
  transaction: Transaction<Tables>,
  { put, dropped }: VersionChange,
): Promise<void> {
  for (const { tenant, hotline, version } of dropped) {
    await transaction
      .deleteFrom('hotline_version')
      .where('tenant_id', '=', tenant)
      .where('hotline', '=', hotline)
      .where('version', '=', version)
      .execute();
  }
  for (const version of put) {
    const row = rowOf(version);
    if (row.body === undefined) {
      const { body: _, ...rest } = row;
      await transaction
        .updateTable('hotline_version')
        .set(rest)
        .where('tenant_id', '=', row.tenant_id)
        .where('hotline', '=', row.hotline)
        .where('version', '=', row.version)
        .execute();
      continue;
    }
    await transaction
      .insertInto('hotline_version')
      .values({ ...row, body: row.body })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'hotline', 'version']).doUpdateSet({ ...row, body: row.body! }),
      )
      .execute();
  }
}

function rowOf(version: ChangedVersion) {
  return {
    tenant_id: version.tenant,
    hotline: version.hotline,
    version: version.version,
    state: version.state,
    base: version.base ?? null,
    comment: version.comment,
    changed_by: version.changedBy,
    changed_at: version.changedAt,
    published_by: version.publishedBy ?? null,
    published_at: version.publishedAt ?? null,
    canary: version.canary ? storableJson(JSON.stringify(version.canary)) : null,
    revision: version.revision,
    body: version.body === undefined ? undefined : storableJson(version.body),
  };
}

function versionOf(row: Omit<Selectable<HotlineVersionTable>, 'body'>): HotlineVersion {
  return {
    tenant: row.tenant_id,
    hotline: row.hotline,
    version: row.version,
    state: row.state as VersionState,
    base: row.base ?? undefined,
    comment: row.comment,
    changedBy: row.changed_by,
    changedAt: row.changed_at,
    publishedBy: row.published_by ?? undefined,
    publishedAt: row.published_at ?? undefined,
    canary: row.canary === null ? undefined : (JSON.parse(row.canary) as Canary),
    revision: row.revision,
  };
}
