import { DatabaseThread, threadScript } from '../database-thread.ts';
import type { EventBatch, JournalSink, Recovered } from '../journal/journal-writer.ts';
import { placeOf } from './connections.ts';
import type { PostgresProtocol, WorkerOptions } from './protocol.ts';

/** The engine's end of the thread that writes the journal: making records of events costs time that SIP needs. */
export class JournalClient implements JournalSink {
  readonly #thread: DatabaseThread<PostgresProtocol>;

  /** Starts the thread, connects, and keeps every other PBX out. Rejects with StoreError. */
  static async open(options: WorkerOptions): Promise<JournalClient> {
    const client = new JournalClient(options);
    await client.#thread.opened;
    return client;
  }

  private constructor(options: WorkerOptions) {
    const script = threadScript('journal-worker', import.meta.url);
    this.#thread = new DatabaseThread(script, options, placeOf(options.url));
  }

  write(batch: EventBatch): Promise<{ readonly openCalls: number }> {
    return this.#thread.ask('journal', { batch: { ...batch, events: JSON.stringify(batch.events) } });
  }

  recover(): Promise<Recovered> {
    return this.#thread.ask('recover', {});
  }

  /** Disconnects and ends the thread. Idempotent. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
