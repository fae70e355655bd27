/** Messages between the engine's thread and the one that writes the journal. */
import type { PackedBatch, Recovered } from '../journal/journal-writer.ts';
import type { Beat } from '../node-lease.ts';

export interface WorkerOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Process whose calls are written; '': none, the database is for it alone. */
  readonly nodeId: string;
}

/** By kind, what is asked and answered. */
export type PostgresProtocol = {
  /** See JournalDatabase, as the others of it. */
  readonly journal: { readonly request: { readonly batch: PackedBatch }; readonly reply: object };
  readonly resume: {
    readonly request: { readonly mark?: string | undefined };
    readonly reply: { readonly lastBatch: number };
  };
  readonly recover: { readonly request: object; readonly reply: Pick<Recovered, 'calls'> };
  /** The process begins: how its events are read is in the database. Begins the lease and lets other nodes in. */
  readonly begin: {
    readonly request: object;
    readonly reply: Pick<Recovered, 'lastBatch'> & { readonly beat: Beat | undefined };
  };
  readonly beat: { readonly request: { readonly settings: string }; readonly reply: Beat };
  readonly close: { readonly request: object; readonly reply: object };
};
