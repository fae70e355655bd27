import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { CAUSES } from '../shared/cause.ts';
import { createKeptAnswers } from './answer-table.ts';
import { createAudit, indexAuditByRecording } from './audit-table.ts';
import { createBulkChanges } from './bulk-change-table.ts';
import { addFlags } from './call-flag-column.ts';
import { createCallNotes } from './call-note-table.ts';
import { addCallSearch, addSipCallIds } from './call-search-table.ts';
import type { ColumnTypes } from './column-types.ts';
import { createHotlineVersions } from './hotline-version-table.ts';
import { createJobs } from './job-table.ts';
import {
  createCallbacks,
  createCallerMemory,
  createOutsideUse,
  createPhoneSettings,
  createStandings,
} from './kept-tables.ts';
import { createListImports, createListNumbers } from './list-number-table.ts';
import { createMessages } from './message-table.ts';
import { createMissedCallWork } from './missed-call-table.ts';
import { type MoveProgress, partitionByMonth } from './postgres/partition-by-month.ts';
import { addRatings, createProjections } from './projection-tables.ts';
import { addRareValueIndexes } from './rare-value-indexes.ts';
import { addRecordColumns } from './record-columns.ts';
import { createRoles } from './role-table.ts';
import type { Tables } from './schema.ts';
import { createShares } from './share-table.ts';
import { createShared, tellGrowth } from './shared-table.ts';
import { StoreError } from './store.ts';
import { addActing, addLastSignIn, createApiKeys, createUsers, placeUsers } from './user-tables.ts';
import { createViews } from './view-table.ts';
import { createWallboardLinks } from './wallboard-link-table.ts';
import { createWebhooks } from './webhook-table.ts';
import { createWorkspace } from './workspace-table.ts';

/** Never change what one that was released does; add another. Names sort in the order of application. */
export function migrationsFor(
  types: ColumnTypes,
  onProgress: MoveProgress = () => {},
): Record<string, Migration> {
  return {
    '2026-01-first-tables': { up: (db) => createFirstTables(db, types) },
    '2026-12-origin-and-fault': { up: (db) => addOriginAndFault(db, types) },
    '2026-12-provisioning': { up: (db) => createProvisioning(db, types) },
    '2026-12-nodes': { up: (db) => addNodes(db, types) },
    '2026-12-numbered-batches': { up: (db) => addLastBatch(db, types) },
    '2027-01-message-files': { up: (db) => addMessageFiles(db, types) },
    '2027-01-holds': { up: (db) => createHolds(db, types) },
    '2027-01-audit': { up: (db) => createAudit(db, types) },
    '2027-01-node-leases': { up: (db) => createLeases(db, types) },
    '2027-01-parties': { up: (db) => addRecordColumns(db, types) },
    '2027-01-search-of-calls': { up: (db) => addCallSearch(db, types) },
    '2027-01-streams-of-events': { up: (db) => createEventStreams(db, types) },
    '2027-01-what-nodes-share': { up: (db) => createShared(db, types) },
    '2027-02-presumed-ends': { up: (db) => addPresumed(db, types, 'call_journal') },
    '2027-02-projections': { up: (db) => createProjections(db, types) },
    '2027-02-settings-of-nodes': { up: (db) => addSettings(db, types) },
    '2027-03-phone-settings': { up: (db) => createPhoneSettings(db, types) },
    '2027-03-presumed-times': { up: (db) => addPresumedTimes(db, types) },
    '2027-03-sip-call-ids': { up: (db) => addSipCallIds(db, types) },
    '2027-04-caller-memory': { up: (db) => createCallerMemory(db, types) },
    '2027-04-outside-use': { up: (db) => createOutsideUse(db, types) },
    '2027-04-records-by-month': { up: (db) => partitionByMonth(db, types, onProgress) },
    '2027-05-states-of-agents': { up: (db) => renameAgentStates(db, types) },
    '2027-06-rare-values': { up: (db) => addRareValueIndexes(db, types) },
    // Segments are in the record; nobody asked for them anywhere else.
    '2027-06-segments-in-records': { up: (db) => db.schema.dropTable('call_segment').execute() },
    '2027-07-callbacks': { up: (db) => createCallbacks(db, types) },
    '2027-07-notes-of-agents': { up: (db) => addNotes(db, types) },
    '2027-07-standings-of-agents': { up: (db) => createStandings(db, types) },
    '2027-08-users-who-sign-in': { up: (db) => createUsers(db, types) },
    '2027-08-what-supervisors-did': { up: (db) => addWhatSupervisorsDid(db, types) },
    '2027-09-keys-of-machines': { up: (db) => createApiKeys(db, types) },
    '2027-10-growth-of-streams': { up: (db) => tellGrowth(db, types) },
    '2027-10-ratings-of-surveys': { up: (db) => addRatings(db, types) },
    '2027-11-jobs': { up: (db) => createJobs(db, types) },
    '2027-11-kept-answers': { up: (db) => createKeptAnswers(db, types) },
    '2027-11-versions-of-hotlines': { up: (db) => createHotlineVersions(db, types) },
    '2027-11-place-of-users': { up: (db) => placeUsers(db, types) },
    '2027-11-links-to-recordings': { up: (db) => createShares(db, types) },
    '2027-12-webhooks': { up: (db) => createWebhooks(db, types) },
    '2028-01-roles-of-companies': { up: (db) => createRoles(db, types) },
    '2028-02-messages-of-mailboxes': { up: (db) => createMessages(db, types) },
    '2028-03-bulk-changes': { up: (db) => createBulkChanges(db, types) },
    '2028-04-missed-calls-worked-on': { up: (db) => createMissedCallWork(db, types) },
    '2028-04-notes-of-calls': { up: (db) => createCallNotes(db, types) },
    '2028-05-sessions-that-act': { up: (db) => addActing(db, types) },
    '2028-06-what-agents-have-in-hand': { up: (db) => createWorkspace(db, types) },
    '2028-07-links-to-wallboards': { up: (db) => createWallboardLinks(db, types) },
    '2028-08-numbers-of-lists': { up: (db) => createListNumbers(db, types) },
    '2028-09-saved-views': { up: (db) => createViews(db, types) },
    '2028-10-recordings-in-the-audit-trail': { up: (db) => indexAuditByRecording(db) },
    '2028-11-last-sign-ins': { up: (db) => addLastSignIn(db, types) },
    '2028-12-flags-of-calls': { up: (db) => addFlags(db, types) },
    '2028-13-imports-of-lists': { up: (db) => createListImports(db, types) },
  };
}

async function createFirstTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { place, integer, text, json } = types;
  await db.schema
    .createTable('call_journal')
    .addColumn('id', place, (column) => column.primaryKey())
    .addColumn('layout', text, (column) => column.notNull())
    .addColumn('events', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('journal_mark')
    .addColumn('id', integer, (column) => column.primaryKey())
    .addColumn('alive_at', integer, (column) => column.notNull())
    .execute();
  await createCdr(db, types);
  await db.schema
    .createTable('account')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('username', text, (column) => column.notNull())
    .addColumn('realm', text, (column) => column.notNull())
    .addColumn('md5', text, (column) => column.notNull())
    .addColumn('sha256', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('account_pk', ['username', 'realm'])
    .execute();
  await db.schema
    .createTable('binding')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('aor', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('contact', text, (column) => column.notNull())
    .addColumn('q', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('cseq', integer, (column) => column.notNull())
    .addColumn('path', json, (column) => column.notNull())
    .addColumn('source', text, (column) => column.notNull())
    .addColumn('user_agent', text)
    .addPrimaryKeyConstraint('binding_pk', ['aor', 'key'])
    .execute();
}

async function createCdr(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { place, integer, text, json } = types;
  await db.schema
    .createTable('cdr')
    .addColumn('id', place, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('started_at', integer, (column) => column.notNull())
    .addColumn('answered_at', integer)
    .addColumn('ended_at', integer, (column) => column.notNull())
    .addColumn('direction', text, (column) => column.notNull())
    .addColumn('trunk', text, (column) => column.notNull())
    .addColumn('caller', text, (column) => column.notNull())
    .addColumn('called', text, (column) => column.notNull())
    .addColumn('area', text)
    .addColumn('carrier', text)
    .addColumn('cause', text, (column) => column.notNull())
    .addColumn('agent', text)
    .addColumn('answered_ms', integer, (column) => column.notNull())
    .addColumn('talk_ms', integer, (column) => column.notNull())
    .addColumn('survey_digit', text)
    .addColumn('record', json, (column) => column.notNull())
    .execute();
  // Unique by call id, yet appended at the end of the tree: the start comes first. Also the order of pages.
  const unique = db.schema.createIndex('cdr_by_start').unique().on('cdr');
  await unique.columns(['started_at', 'call_id']).execute();
  await db.schema.createIndex('cdr_by_caller').on('cdr').columns(['caller', 'started_at']).execute();
  await db.schema.createIndex('cdr_by_called').on('cdr').columns(['called', 'started_at']).execute();
  await db.schema.createIndex('cdr_by_tenant').on('cdr').columns(['tenant_id', 'started_at']).execute();
}

async function addOriginAndFault(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const cdr = () => db.schema.alterTable('cdr');
  await cdr().renameColumn('trunk', 'origin_name').execute();
  await cdr()
    .addColumn('origin_kind', types.text, (column) => column.notNull().defaultTo('trunk'))
    .execute();
  await cdr().addColumn('fault', types.text).execute();
  // 0.1.0 had SQLite only.
  if (types.engine === 'sqlite') await bringRecordsUpToDate(db);
}

/** Records of 0.1.0 named a trunk, `phone` for calls of phones, and nobody's fault. */
async function bringRecordsUpToDate(db: Kysely<unknown>): Promise<void> {
  await sql`update cdr set origin_kind = 'extension', origin_name = caller where origin_name = 'phone'`.execute(
    db,
  );
  for (const [cause, { fault }] of Object.entries(CAUSES)) {
    if (fault) await sql`update cdr set fault = ${fault} where cause = ${cause}`.execute(db);
  }
  await sql`update cdr set record = json_set(json_remove(record, '$.trunk'),
    '$.origin', json_object(origin_kind, origin_name), '$.fault', fault,
    '$.sent', json_object('from', caller, 'to', called, 'identity', null), '$.diversions', json('[]'), '$.hotline', null)`.execute(
    db,
  );
}

async function createProvisioning(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { place, integer, text, json } = types;
  await db.schema
    .createTable('entity')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addColumn('body', json, (column) => column.notNull())
    .addUniqueConstraint('entity_name', ['tenant_id', 'kind', 'name'])
    .execute();
  await db.schema
    .createTable('entity_history')
    .addColumn('seq', place, (column) => column.primaryKey())
    .addColumn('entity_id', text, (column) => column.notNull())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addColumn('body', json)
    .addColumn('changed_at', integer, (column) => column.notNull())
    .addColumn('changed_by', text, (column) => column.notNull())
    .execute();
  const byEntity = db.schema.createIndex('entity_history_by_entity').on('entity_history');
  await byEntity.columns(['entity_id', 'revision']).execute();
  await db.schema
    .createTable('switch_state')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('until_at', integer)
    .addPrimaryKeyConstraint('switch_state_pk', ['tenant_id', 'name'])
    .execute();
}

/** Says of calls which process carried them, and numbers its batches, so that one that comes twice is stored once. */
async function addNodes(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('cdr')
    .addColumn('node_id', text, (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('call_journal')
    .addColumn('node_id', text, (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('call_journal').addColumn('batch', integer).execute();
  const once = db.schema.createIndex('call_journal_once').unique().on('call_journal');
  await once.columns(['node_id', 'batch']).execute();
  const one = sql`select '' as node_id, alive_at from journal_mark`;
  await db.schema
    .createTable('journal_mark_of_node')
    .addColumn('node_id', text, (column) => column.primaryKey())
    .addColumn('alive_at', integer, (column) => column.notNull())
    .execute();
  await sql`insert into journal_mark_of_node (node_id, alive_at) ${one}`.execute(db);
  await db.schema.dropTable('journal_mark').execute();
  await db.schema.alterTable('journal_mark_of_node').renameTo('journal_mark').execute();
}

/** The last batch of each process that is in the database: a batch that comes again, also after a restart, changes nothing. */
async function addLastBatch(db: Kysely<unknown>, { integer }: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('journal_mark')
    .addColumn('batch', integer, (column) => column.notNull().defaultTo(0))
    .execute();
}

async function createEventStreams(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { integer, text, json } = types;
  await db.schema
    .createTable('event_batch')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('first_seq', integer, (column) => column.notNull())
    .addColumn('events', integer, (column) => column.notNull())
    .addColumn('node_id', text, (column) => column.notNull())
    .addColumn('batch', integer)
    .addColumn('from_at', integer, (column) => column.notNull())
    .addColumn('to_at', integer, (column) => column.notNull())
    .addColumn('layout', text, (column) => column.notNull())
    .addColumn('body', json, (column) => column.notNull())
    .addPrimaryKeyConstraint('event_batch_pk', ['tenant_id', 'first_seq'])
    .execute();
  await db.schema
    .createTable('event_head')
    .addColumn('tenant_id', text, (column) => column.primaryKey())
    .addColumn('seq', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('event_layout')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('types', json, (column) => column.notNull())
    .execute();
  await importRecords(db, types);
}

/** Records that were written before there were events become one event each. */
async function importRecords(db: Kysely<unknown>, { engine }: ColumnTypes): Promise<void> {
  const body =
    engine === 'sqlite'
      ? sql`json_object('at', ended_at, 'calls', json_array(),
          'events', json_array(0, 0, 0, call_id, json(record)))`
      : sql`json_build_object('at', ended_at, 'calls', json_build_array(),
          'events', json_build_array(0, 0, 0, call_id, record))`;
  await sql`insert into event_layout (id, types)
    values ('imported', '[["imported",["callId","record"]]]')`.execute(db);
  await sql`insert into event_batch (tenant_id, first_seq, events, node_id, batch, from_at, to_at, layout, body)
    select tenant_id, row_number() over (partition by tenant_id order by ended_at, id), 1, node_id, null,
      ended_at, ended_at, 'imported', ${body} from cdr`.execute(db);
  await sql`insert into event_head (tenant_id, seq)
    select tenant_id, count(*) from cdr group by tenant_id`.execute(db);
}

/** Processes of one database know of each other; whoever has calls in the journal has a lease that ran out long ago. */
async function createLeases(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('node')
    .addColumn('node_id', text, (column) => column.primaryKey())
    .addColumn('seen_at', integer, (column) => column.notNull())
    .addColumn('held_since', integer, (column) => column.notNull())
    .execute();
  const left = sql`select distinct node_id, 0, 0 from call_journal where node_id <> ''`;
  await sql`insert into node (node_id, seen_at, held_since) ${left}`.execute(db);
}

/** Records of 0.1.0 say of a message neither size nor checksum. */
async function addMessageFiles(db: Kysely<unknown>, { engine }: ColumnTypes): Promise<void> {
  // 0.1.0 had SQLite only.
  if (engine !== 'sqlite') return;
  await sql`update cdr set record = json_set(record, '$.voicemail.bytes', null, '$.voicemail.sha256', null,
    '$.voicemail.deletedAt', null) where json_type(record, '$.voicemail') = 'object'`.execute(db);
}

/** What may not be deleted. */
async function createHolds(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('hold')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('number', text)
    .addColumn('call_id', text)
    .addColumn('from_at', integer)
    .addColumn('to_at', integer)
    .addColumn('held_at', integer, (column) => column.notNull())
    .addColumn('held_by', text, (column) => column.notNull())
    .execute();
}

export interface MigrateOptions {
  /** Default true; false: others use the tables, which must not change then. */
  readonly isAlone?: boolean;
  /** Called before tables are changed that are there, with the name of the first change. */
  readonly beforeChange?: (name: string) => Promise<void>;
  /** Called while rows are moved, which takes minutes where there are millions. */
  readonly onProgress?: MoveProgress;
}

/** Calls of a node that another one took for lost stay in the journal: their real ends may come. */
async function addPresumedTimes(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addPresumed(db, types, 'agent_time');
  await sql`create index agent_time_presumed on agent_time (node_id) where presumed = 1`.execute(db);
}

async function addPresumed(db: Kysely<unknown>, { integer }: ColumnTypes, table: string): Promise<void> {
  await db.schema
    .alterTable(table)
    .addColumn('presumed', integer, (column) => column.notNull().defaultTo(0))
    .execute();
}

/** What agents note of their calls. */
async function addNotes(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  for (const column of ['disposition', 'note'])
    await db.schema.alterTable('agent_time').addColumn(column, text).execute();
}

/** Whose word had an agent in a state, and callers who were moved to another queue. */
async function addWhatSupervisorsDid(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('agent_time').addColumn('forced_by', text).execute();
  await db.schema
    .alterTable('counter_hotline')
    .addColumn('ask_moved', integer, (column) => column.notNull().defaultTo(0))
    .execute();
}

/** The states of agents have the names of the field, and more of them are told apart. */
async function renameAgentStates(db: Kysely<unknown>, { integer }: ColumnTypes): Promise<void> {
  await sql`update agent_time set state = case state when 'idle' then 'ready' else 'busy' end
    where state in ('idle', 'paused')`.execute(db);
  const counters = () => db.schema.alterTable('counter_agent');
  await counters().renameColumn('idle_ms', 'ready_ms').execute();
  await counters().renameColumn('paused_ms', 'busy_ms').execute();
  const added = [
    'reserved',
    'dialling',
    'holding',
    'consulting',
    'conference',
    'break',
    'meeting',
    'training',
  ];
  for (const state of [...added, 'unreachable', 'reconnecting']) {
    await counters()
      .addColumn(`${state}_ms`, integer, (column) => column.notNull().defaultTo(0))
      .execute();
  }
}

/** Nodes see whether they were set up alike. */
async function addSettings(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('node')
    .addColumn('settings', text, (column) => column.notNull().defaultTo(''))
    .execute();
}

/**
 * Brings the tables up to date. Throws StoreError, also when a newer version of pbx400 made them, or when they are to be
 * changed while another one uses them.
 */
export async function migrate(
  db: Kysely<Tables>,
  types: ColumnTypes,
  { isAlone = true, beforeChange, onProgress }: MigrateOptions = {},
): Promise<void> {
  const migrations = migrationsFor(types, onProgress);
  const applied = await appliedMigrations(db, types);
  const unknown = applied.find((name) => !Object.hasOwn(migrations, name));
  if (unknown !== undefined) {
    throw new StoreError(
      `a newer pbx400 made its tables (${unknown}); use that version, or a copy from before the upgrade`,
    );
  }
  // The usual start: the migrator would ask the database ten questions more.
  if (applied.length === Object.keys(migrations).length) return;
  if (!isAlone) {
    throw new StoreError(
      'its tables are those of an older pbx400, which runs on another node: stop all nodes, then start the new version',
    );
  }
  if (applied.length > 0) await beforeChange?.(firstOf(migrations, applied)!);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  throw new StoreError(`the tables cannot be brought up to date: ${reason}`, { cause: error });
}

/** Whether the tables are those of this version: neither older nor newer, nor missing. */
export async function isUpToDate(db: Kysely<Tables>, types: ColumnTypes): Promise<boolean> {
  const applied = await appliedMigrations(db, types);
  return applied.join() === Object.keys(migrationsFor(types)).sort().join();
}

/** The first change that {@link migrate} would make to tables that are there; undefined: none. */
export async function pendingChange(db: Kysely<Tables>, types: ColumnTypes): Promise<string | undefined> {
  const applied = await appliedMigrations(db, types);
  return applied.length === 0 ? undefined : firstOf(migrationsFor(types), applied);
}

function firstOf(migrations: Record<string, Migration>, applied: readonly string[]): string | undefined {
  const names = Object.keys(migrations).sort();
  return names.find((name) => !applied.includes(name));
}

async function appliedMigrations(db: Kysely<Tables>, { engine }: ColumnTypes): Promise<readonly string[]> {
  const table =
    engine === 'sqlite'
      ? sql<{ name: string | null }>`select name from sqlite_master where name = 'kysely_migration'`
      : sql<{ name: string | null }>`select to_regclass('kysely_migration')::text as name`;
  if (!(await table.execute(db)).rows[0]?.name) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
