import type { Kysely } from 'kysely';
import type { Clock } from '../shared/clock.ts';
import { TypedEvents } from '../shared/events.ts';
import type { Logger } from '../shared/logger.ts';
import { AccountRepository } from './account-repository.ts';
import { AuditRepository } from './audit-repository.ts';
import { BindingRepository, type BulkStatements } from './binding-repository.ts';
import { CdrRepository } from './cdr-repository.ts';
import { EntityRepository } from './entity-repository.ts';
import { EventRepository } from './event-repository.ts';
import { type JournalSink, JournalWriter, type Recovered } from './journal/journal-writer.ts';
import { type Beat, NodeLease, type NodeLeaseParts } from './node-lease.ts';
import { RecordingRepository } from './recording-repository.ts';
import type { Tables } from './schema.ts';
import type { SharedEvents, Store, StoreLocation } from './store.ts';
import { SwitchRepository } from './switch-repository.ts';
import { UpkeepRepository } from './upkeep-repository.ts';

/** A database that is open, its tables up to date. */
export interface OpenDatabase {
  readonly engine: StoreLocation['engine'];
  /** Process that writes. */
  readonly nodeId: string;
  readonly db: Kysely<Tables>;
  readonly bulk: BulkStatements;
  readonly sink: JournalSink;
  /** What was found when it was opened. */
  readonly recovered: Recovered;
  /** The lease that it has begun, where several nodes may share it. */
  readonly lease?: (Pick<NodeLeaseParts, 'nodeId' | 'beat'> & { readonly first: Beat }) | undefined;
  /** Hears what other nodes change, where several may share it. */
  readonly listen?: (clock: Clock) => SharedChanges;
  close(): Promise<void>;
}

export interface SharedChanges {
  readonly events: TypedEvents<SharedEvents>;
  close(): Promise<void>;
}

/** The store in a database, whichever it is. */
export function storeOn(
  database: OpenDatabase,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Store {
  const { db, nodeId, bulk, sink } = database;
  const { calls: recoveredCalls, lastBatch } = database.recovered;
  if (recoveredCalls > 0) {
    logger.warn({ calls: recoveredCalls }, 'closed calls that were cut by the last end of the process');
  }
  const journal = new JournalWriter({ clock, sink, logger, lastBatch });
  const lease = database.lease && new NodeLease({ ...database.lease, clock, logger }, database.lease.first);
  const listener = database.listen?.(clock);
  let closing: Promise<void> | undefined;
  const close = async () => {
    try {
      await journal.flush();
    } catch (error) {
      logger.error({ error, ...journal.stats }, 'call journal could not be written before the end');
    }
    journal.close();
    lease?.close();
    await listener?.close();
    await database.close();
  };
  return {
    journal,
    events: new EventRepository(db),
    cdrs: new CdrRepository(db),
    recordings: new RecordingRepository(db),
    accounts: new AccountRepository(db),
    bindings: new BindingRepository(db, bulk, nodeId),
    entities: new EntityRepository(db, nodeId),
    switches: new SwitchRepository(db),
    audit: new AuditRepository(db, nodeId),
    shared: listener?.events ?? new TypedEvents<SharedEvents>(),
    upkeep: new UpkeepRepository(db),
    recoveredCalls,
    lease,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
