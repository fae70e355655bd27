import type { Kysely } from 'kysely';
import type { Clock } from '../shared/clock.ts';
import { TypedEvents } from '../shared/events.ts';
import type { Logger } from '../shared/logger.ts';
import { AccountRepository } from './account-repository.ts';
import { AgentStandingRepository } from './agent-standing-repository.ts';
import { AnswerRepository } from './answer-repository.ts';
import { ApiKeyRepository } from './api-key-repository.ts';
import { AuditRepository } from './audit-repository.ts';
import { BindingRepository, type BulkStatements } from './binding-repository.ts';
import { BulkChangeRepository } from './bulk-change-repository.ts';
import { CallNoteRepository } from './call-note-repository.ts';
import { CallbackRepository } from './callback-repository.ts';
import { CallerMemoryRepository } from './caller-memory-repository.ts';
import { GRAMS } from './cdr-grams.ts';
import { CdrRepository, type ShownPages } from './cdr-repository.ts';
import { CounterRepository } from './counter-repository.ts';
import { EntityRepository } from './entity-repository.ts';
import { EventRepository } from './event-repository.ts';
import type { StreamGrowth } from './events.ts';
import { HotlineVersionRepository } from './hotline-version-repository.ts';
import { JobRepository } from './job-repository.ts';
import { batchLine, headerLine } from './journal/batch-lines.ts';
import { DurableSink } from './journal/durable-sink.ts';
import { type JournalDatabase, JournalWriter, type Recovered } from './journal/journal-writer.ts';
import type { LeftEvents } from './journal/left-events.ts';
import type { ImportReport } from './journal/store-left.ts';
import { WaitingBatches, type WaitingOptions } from './journal/waiting-batches.ts';
import { ListNumberRepository } from './list-number-repository.ts';
import { MessageRepository } from './message-repository.ts';
import { MissedCallRepository } from './missed-call-repository.ts';
import { type Beat, NodeLease, type NodeLeaseParts } from './node-lease.ts';
import { OutsideUseRepository } from './outside-use-repository.ts';
import { PhoneSettingRepository } from './phone-setting-repository.ts';
import { RecordingRepository } from './recording-repository.ts';
import { RoleRepository } from './role-repository.ts';
import type { Tables } from './schema.ts';
import { SessionRepository } from './session-repository.ts';
import { ShareRepository } from './share-repository.ts';
import type { SharedEvents, Store, StoreLocation } from './store.ts';
import type { StoreMonths } from './store-months.ts';
import { SwitchRepository } from './switch-repository.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import { UpkeepRepository } from './upkeep-repository.ts';
import { UserRepository } from './user-repository.ts';
import { ViewRepository } from './view-repository.ts';
import { WallboardLinkRepository } from './wallboard-link-repository.ts';
import { WebhookRepository } from './webhook-repository.ts';
import { WorkspaceRepository } from './workspace-repository.ts';

/** A database that is open, its tables up to date. */
export interface OpenDatabase {
  readonly engine: StoreLocation['engine'];
  /** Process that writes. */
  readonly nodeId: string;
  readonly db: Kysely<Tables>;
  /** For reads that may be long: they hold nothing up, and end by themselves with SlowReadError. */
  readonly longReads: Kysely<Tables>;
  readonly bulk: BulkStatements;
  readonly journal: JournalDatabase;
  /** What was found when it was opened. */
  readonly recovered: Recovered;
  /** What was in the file to be imported. */
  readonly imported?: ImportReport | undefined;
  /** What earlier processes left in files, to be stored while calls are served; the calls that they left open are closed then. */
  readonly left?: LeftEvents | undefined;
  /** The lease that it has begun, where several nodes may share it. */
  readonly lease?: (Pick<NodeLeaseParts, 'nodeId' | 'beat'> & { readonly first: Beat }) | undefined;
  /** How to read for one company behind a second wall; undefined: there is none. */
  readonly reads?: TenantReads | undefined;
  /** A thread that makes pages of records; undefined: they are made by the engine's, in turns. */
  readonly shownPages?: ShownPages | undefined;
  /** Months of large tables; undefined: rows stand wherever they came. */
  readonly months?: StoreMonths | undefined;
  /** Told of events that are added to streams; undefined: {@link listen} hears of them. */
  readonly growth?: TypedEvents<StreamGrowth> | undefined;
  /** Hears what other nodes change, where several may share it. */
  readonly listen?: (clock: Clock) => SharedChanges;
  close(): Promise<void>;
}

export interface SharedChanges {
  readonly events: TypedEvents<SharedEvents>;
  readonly growth: TypedEvents<StreamGrowth>;
  close(): Promise<void>;
}

/** How a database is opened. */
export interface DatabaseOptions {
  /** Process that writes, in the rows of its calls. Default: ''. */
  readonly nodeId?: string;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Where call events wait while the database cannot be written. Default: nowhere but in memory. */
  readonly waiting?: WaitingOptions;
  /** A file of call events that a stop could put nowhere else (`lastResort`), to be stored too. */
  readonly imports?: string;
  /** Told how many of its batches were read. */
  readonly onImport?: (batches: number) => void;
  /** A read of records that takes longer is given up. Default {@link READ_MS}. */
  readonly readMs?: number;
}

export interface StoreOptions extends DatabaseOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told at the end what nothing took, in the lines of such a file: the last way out. */
  readonly lastResort?: (lines: string) => void;
}

/** The store in a database, whichever it is. */
export function storeOn(
  database: OpenDatabase,
  { clock, logger, waiting: where = { files: [], maxBytes: 0 }, lastResort }: StoreOptions,
): Store {
  const { engine, db, longReads, nodeId, bulk, left, reads = directly(longReads) } = database;
  if (engine === 'postgres' && !database.reads) {
    const fix =
      'let the owner of the server make it: create role pbx400_tenant nologin; grant pbx400_tenant to USER';
    logger.warn({ fix }, 'row-level security is off: the role pbx400_tenant is missing and may not be made');
  }
  const { calls: recoveredCalls, lastBatch } = database.recovered;
  if (recoveredCalls > 0) {
    logger.warn({ calls: recoveredCalls }, 'closed calls that were cut by the last end of the process');
  }
  const waiting = new WaitingBatches(where, nodeId, logger);
  const sink = new DurableSink({ database: database.journal, waiting, left, clock, logger });
  const last = Math.max(lastBatch, left?.lastBatch ?? 0);
  const journal = new JournalWriter({ clock, sink, logger, lastBatch: last });
  const lease = database.lease && new NodeLease({ ...database.lease, clock, logger }, database.lease.first);
  const listener = database.listen?.(clock);
  let closing: Promise<void> | undefined;
  const close = async () => {
    await sink.stopLeft();
    try {
      await journal.flush();
    } catch (error) {
      const files = waiting.places;
      logger.error({ error, files, ...journal.stats }, 'the call journal could not be stored before the end');
    }
    journal.close();
    const rest = journal.rest();
    if (rest.length > 0) lastResort?.(headerLine(nodeId, rest[0]!.epoch) + rest.map(batchLine).join(''));
    await sink.close();
    lease?.close();
    await listener?.close();
    await database.close();
  };
  return {
    journal,
    events: new EventRepository(db, nodeId, reads, listener?.growth ?? database.growth),
    cdrs: new CdrRepository(longReads, GRAMS[engine], reads, database.shownPages),
    counters: new CounterRepository(engine, reads),
    recordings: new RecordingRepository(db, nodeId),
    missedCalls: new MissedCallRepository(db, nodeId, reads),
    callNotes: new CallNoteRepository(db, nodeId, reads),
    accounts: new AccountRepository(db),
    bindings: new BindingRepository(db, bulk, nodeId),
    entities: new EntityRepository(db, nodeId),
    hotlineVersions: new HotlineVersionRepository(db),
    switches: new SwitchRepository(db, nodeId),
    phoneSettings: new PhoneSettingRepository(db, nodeId),
    outsideUse: new OutsideUseRepository(db),
    callbacks: new CallbackRepository(db, nodeId),
    callerMemory: new CallerMemoryRepository(db),
    agentStandings: new AgentStandingRepository(db),
    auth: {
      users: new UserRepository(db, reads),
      roles: new RoleRepository(db, reads),
      sessions: new SessionRepository(db),
      apiKeys: new ApiKeyRepository(db, reads),
    },
    jobs: new JobRepository(db, nodeId, reads),
    webhooks: new WebhookRepository(db, reads),
    answers: new AnswerRepository(db),
    shares: new ShareRepository(db, reads),
    wallboardLinks: new WallboardLinkRepository(db, reads),
    views: new ViewRepository(db, reads),
    listNumbers: new ListNumberRepository(db, engine, reads),
    bulkChanges: new BulkChangeRepository(db, reads),
    messages: new MessageRepository(db, nodeId, reads),
    workspace: new WorkspaceRepository(db, nodeId, reads),
    audit: new AuditRepository(db, nodeId, reads),
    shared: listener?.events ?? new TypedEvents<SharedEvents>(),
    upkeep: new UpkeepRepository(db, nodeId, database.months),
    get recoveredCalls() {
      return recoveredCalls + sink.closedCalls;
    },
    lease,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
