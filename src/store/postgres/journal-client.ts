import { DatabaseThread, threadScript } from '../database-thread.ts';
import type { JournalDatabase, PackedBatch } from '../journal/journal-writer.ts';
import type { Beat } from '../node-lease.ts';
import { placeOf } from './connections.ts';
import type { PostgresProtocol, WorkerOptions } from './protocol.ts';

/** The engine's end of the thread that writes the journal: making records of events costs time that SIP needs. */
export class JournalClient implements JournalDatabase {
  readonly #thread: DatabaseThread<PostgresProtocol>;
  #isAlone = false;

  /**
   * Starts the thread, connects, and keeps out every other PBX of this node; where no other node runs also those, until
   * {@link begin}. Rejects with StoreError.
   */
  static async open(options: WorkerOptions): Promise<JournalClient> {
    const client = new JournalClient(options);
    const { isAlone } = (await client.#thread.opened) as { isAlone: boolean };
    client.#isAlone = isAlone;
    return client;
  }

  private constructor(options: WorkerOptions) {
    const script = threadScript('journal-worker', import.meta.url);
    this.#thread = new DatabaseThread(script, options, placeOf(options.url));
  }

  write(batch: PackedBatch): Promise<object> {
    return this.#thread.ask('journal', { batch });
  }

  resume(mark?: string): Promise<{ readonly lastBatch: number }> {
    return this.#thread.ask('resume', { mark });
  }

  /** No other node used the database when it was opened: its tables may be changed before {@link begin}. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  recover(): Promise<PostgresProtocol['recover']['reply']> {
    return this.#thread.ask('recover', {});
  }

  /** To be asked first, when the tables are up to date. */
  begin(): Promise<PostgresProtocol['begin']['reply']> {
    return this.#thread.ask('begin', {});
  }

  beat(settings: string): Promise<Beat> {
    return this.#thread.ask('beat', { settings });
  }

  /** Disconnects and ends the thread. Idempotent. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
