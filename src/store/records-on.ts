import { type Kysely, sql } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import type { CdrReader } from '../cdr/cdr-query.ts';
import { AuditRepository } from './audit-repository.ts';
import { GRAMS } from './cdr-grams.ts';
import { CdrRepository } from './cdr-repository.ts';
import type { ColumnTypes } from './column-types.ts';
import { EntityRepository } from './entity-repository.ts';
import { HoldRepository } from './hold-repository.ts';
import { isUpToDate } from './migrations.ts';
import type { Tables } from './schema.ts';
import type { AuditReader, EntityStore } from './store.ts';
import { readRecord } from './stored-record.ts';
import type { HoldStore } from './upkeep.ts';

/** What commands read of a database that a running PBX may have open, or none; nothing is written. */
export interface ReadOnlyRecords {
  readonly cdrs: CdrReader;
  readonly entities: Pick<EntityStore, 'all' | 'isUntouched'>;
  /** All of them, the oldest first, in small lists. */
  calls(): AsyncIterable<readonly StoredCall[]>;
  readonly audit: AuditReader;
  readonly holds: Pick<HoldStore, 'all'>;
  /** False: opening the store would change the tables first. */
  isUpToDate(): Promise<boolean>;
  close(): Promise<void>;
}

/** A record, and the process that carried its call. */
export interface StoredCall {
  readonly nodeId: string;
  readonly record: Cdr;
}

/** The records in a database; undefined when it has no tables yet. */
export async function recordsOn(
  db: Kysely<Tables>,
  types: ColumnTypes,
  close: () => Promise<void>,
): Promise<ReadOnlyRecords | undefined> {
  const names = new Set((await db.introspection.getTables()).map(({ name }) => name));
  if (!names.has('cdr')) return undefined;
  // An older version, which had none of these, may have been the last to write.
  const entities = names.has('entity') ? new EntityRepository(db) : NO_ENTITIES;
  const audit = names.has('audit') ? new AuditRepository(db, '') : NO_AUDIT;
  const holds = names.has('hold') ? new HoldRepository(db) : NO_HOLDS;
  return {
    holds,
    cdrs: new CdrRepository(db, GRAMS[types.engine]),
    entities,
    audit,
    calls: () => callsOf(db, names.has('node')),
    isUpToDate: () => isUpToDate(db, types),
    close,
  };
}

const NO_ENTITIES: ReadOnlyRecords['entities'] = { all: async () => [], isUntouched: async () => true };
const NO_HOLDS: ReadOnlyRecords['holds'] = { all: async () => [] };
const NO_AUDIT: AuditReader = { newest: async () => [], ofRecordings: async () => [] };

/** Records read at once. */
const PAGE = 200;

/** `hasNodes`: the tables are of a version that names them. */
async function* callsOf(db: Kysely<Tables>, hasNodes: boolean): AsyncGenerator<readonly StoredCall[]> {
  const node = hasNodes ? sql<string>`node_id` : sql<string>`''`;
  let after = sql<boolean>`true`;
  for (;;) {
    const rows = await db
      .selectFrom('cdr')
      .select(['started_at', 'call_id', 'record', node.as('node')])
      .where(after)
      .orderBy('started_at')
      .orderBy('call_id')
      .limit(PAGE)
      .execute();
    yield rows.map((row) => ({ nodeId: row.node, record: readRecord(row.record) }));
    if (rows.length < PAGE) return;
    const { started_at, call_id } = rows.at(-1)!;
    after = sql<boolean>`(started_at, call_id) > (${started_at}, ${call_id})`;
  }
}
