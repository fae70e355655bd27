import { TypedEvents } from '../../shared/events.ts';
import { DatabaseThread, threadScript } from '../database-thread.ts';
import type { StreamGrowth } from '../events.ts';
import type { JournalDatabase, PackedBatch, Recovered } from '../journal/journal-writer.ts';
import type { GrownStreams, Parameter, SqliteProtocol, WorkerOptions } from './protocol.ts';

/** The engine's end of the database thread: every call is a promise, answered in the order of asking. */
export class SqliteClient implements JournalDatabase {
  /** Told of each commit that added to a company's stream. */
  readonly growth = new TypedEvents<StreamGrowth>();
  readonly #thread: DatabaseThread<SqliteProtocol>;

  /** Starts the thread and opens the file. Rejects with StoreError. */
  static async open(options: WorkerOptions): Promise<SqliteClient> {
    const client = new SqliteClient(options);
    await client.#thread.opened;
    return client;
  }

  private constructor(options: WorkerOptions) {
    const script = threadScript('sqlite-worker', import.meta.url);
    this.#thread = new DatabaseThread(script, options, options.file, (told) => {
      for (const tenantId of (told as GrownStreams).grown) this.growth.emit('grown', { tenantId });
    });
  }

  query(sql: string, parameters: readonly Parameter[]): Promise<SqliteProtocol['query']['reply']> {
    return this.#thread.ask('query', { sql, parameters });
  }

  /** See BulkStatements. */
  many(
    first: string,
    sql: string,
    rows: readonly (readonly Parameter[])[],
  ): Promise<SqliteProtocol['many']['reply']> {
    return this.#thread.ask('many', { first, sql, rows });
  }

  write(batch: PackedBatch): Promise<object> {
    return this.#thread.ask('journal', { batch });
  }

  resume(mark?: string): Promise<{ readonly lastBatch: number }> {
    return this.#thread.ask('resume', { mark });
  }

  recover(): Promise<Pick<Recovered, 'calls'>> {
    return this.#thread.ask('recover', {});
  }

  /** To be asked first. */
  begin(): Promise<Pick<Recovered, 'lastBatch'>> {
    return this.#thread.ask('begin', {});
  }

  /** Closes the file and ends the thread. Idempotent. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
