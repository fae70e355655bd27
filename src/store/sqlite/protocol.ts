/** Messages between the engine's thread and the database's thread. */
import type { ShownPart } from '../cdr-repository.ts';
import type { ThreadRequest } from '../database-thread.ts';
import type { PackedBatch, Recovered } from '../journal/journal-writer.ts';

export interface WorkerOptions {
  readonly file: string;
  /** Process whose calls are written. */
  readonly nodeId: string;
}

export type Parameter = string | number | bigint | null | Uint8Array;
export type Row = Record<string, unknown>;

/** By kind, what is asked and answered. */
export type SqliteProtocol = {
  /** One statement. */
  readonly query: {
    readonly request: { readonly sql: string; readonly parameters: readonly Parameter[] };
    readonly reply: {
      readonly rows: Row[];
      readonly changes: number;
      readonly insertId: number | bigint | null;
    };
  };
  /** See BulkStatements. */
  readonly many: {
    readonly request: {
      readonly first: string;
      readonly sql: string;
      readonly rows: readonly (readonly Parameter[])[];
    };
    readonly reply: { readonly changes: number };
  };
  /** See JournalDatabase, as the others of it. */
  readonly journal: { readonly request: { readonly batch: PackedBatch }; readonly reply: object };
  readonly resume: {
    readonly request: { readonly mark?: string | undefined };
    readonly reply: { readonly lastBatch: number };
  };
  readonly recover: { readonly request: object; readonly reply: Pick<Recovered, 'calls'> };
  /** The process begins: how its events are read is in the database. */
  readonly begin: { readonly request: object; readonly reply: Pick<Recovered, 'lastBatch'> };
  readonly close: { readonly request: object; readonly reply: object };
};

/** Told unasked: whose streams have events that were committed just now. */
export interface GrownStreams {
  readonly grown: readonly string[];
}

/** A thread that reads; the file must exist. */
export interface ReaderOptions {
  readonly file: string;
}

export type ReaderProtocol = {
  /** One statement that reads. Fails with code `deadline` when it takes longer than `limitMs`. */
  readonly query: {
    readonly request: {
      readonly sql: string;
      readonly parameters: readonly Parameter[];
      readonly limitMs: number;
    };
    readonly reply: { readonly rows: Row[] };
  };
  /** See ShownPages. */
  readonly shownPage: {
    readonly request: {
      readonly sql: string;
      readonly parameters: readonly Parameter[];
      readonly limitMs: number;
      readonly limit: number;
      readonly isWhole: boolean;
    };
    readonly reply: ShownPart;
  };
  readonly close: { readonly request: object; readonly reply: object };
};

export type SqliteRequest = ThreadRequest<SqliteProtocol>;
export type SqliteReply = SqliteProtocol[keyof SqliteProtocol]['reply'];
