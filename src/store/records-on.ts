import type { Kysely } from 'kysely';
import type { CdrReader } from '../cdr/cdr-query.ts';
import { AuditRepository } from './audit-repository.ts';
import { CdrRepository } from './cdr-repository.ts';
import type { ColumnTypes } from './column-types.ts';
import { EntityRepository } from './entity-repository.ts';
import { isUpToDate } from './migrations.ts';
import type { Tables } from './schema.ts';
import type { AuditReader, EntityStore } from './store.ts';

/** What commands read of a database that a running PBX may have open, or none; nothing is written. */
export interface ReadOnlyRecords {
  readonly cdrs: CdrReader;
  readonly entities: Pick<EntityStore, 'all' | 'isUntouched'>;
  readonly audit: AuditReader;
  /** False: opening the store would change the tables first. */
  isUpToDate(): Promise<boolean>;
  close(): Promise<void>;
}

/** The records in a database; undefined when it has no tables yet. */
export async function recordsOn(
  db: Kysely<Tables>,
  types: ColumnTypes,
  close: () => Promise<void>,
): Promise<ReadOnlyRecords | undefined> {
  const names = new Set((await db.introspection.getTables()).map(({ name }) => name));
  if (!names.has('cdr')) return undefined;
  // An older version, which had neither, may have been the last to write.
  const entities = names.has('entity') ? new EntityRepository(db) : NO_ENTITIES;
  const audit = names.has('audit') ? new AuditRepository(db, '') : NO_AUDIT;
  return { cdrs: new CdrRepository(db), entities, audit, isUpToDate: () => isUpToDate(db, types), close };
}

const NO_ENTITIES: ReadOnlyRecords['entities'] = { all: async () => [], isUntouched: async () => true };
const NO_AUDIT: AuditReader = { newest: async () => [] };
