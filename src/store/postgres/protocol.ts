/** Messages between the engine's thread and the one that writes the journal. */
import type { PackedBatch, Recovered } from '../journal/journal-writer.ts';

export interface WorkerOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Process whose calls are written. */
  readonly nodeId: string;
}

/** By kind, what is asked and answered. */
export type PostgresProtocol = {
  /** See JournalSink. */
  readonly journal: {
    readonly request: { readonly batch: PackedBatch };
    readonly reply: { readonly openCalls: number };
  };
  /** See RecoveringSink. */
  readonly recover: { readonly request: object; readonly reply: Recovered };
  readonly close: { readonly request: object; readonly reply: object };
};
