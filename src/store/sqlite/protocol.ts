/** Messages between the engine's thread and the database's thread. */
import type { EventBatch } from '../journal/journal-writer.ts';

export interface WorkerOptions {
  readonly file: string;
  /** Only queries; the file must exist. */
  readonly readOnly: boolean;
}

export type Parameter = string | number | bigint | null | Uint8Array;
export type Row = Record<string, unknown>;

/** A batch whose events crossed as one text: a flat list of them would be cloned value by value, at five times the cost. */
export type PackedBatch = Omit<EventBatch, 'events'> & {
  /** JSON of `FlatEvents`; what was undefined is null. */
  readonly events: string;
};

export interface Requests {
  /** One statement. */
  query: { readonly sql: string; readonly parameters: readonly Parameter[] };
  /** The same statement for many rows of parameters, all or nothing. */
  many: { readonly sql: string; readonly rows: readonly (readonly Parameter[])[] };
  /** See JournalSink. */
  journal: { readonly batch: PackedBatch };
  /** Closes the calls that a crash left open. */
  recover: Record<never, never>;
  close: Record<never, never>;
}

export interface Replies {
  query: { readonly rows: Row[]; readonly changes: number; readonly insertId: number | bigint | null };
  many: { readonly changes: number };
  journal: { readonly openCalls: number };
  recover: { readonly calls: number };
  close: Record<never, never>;
}

export type RequestKind = keyof Requests;

export type Request = {
  [Kind in RequestKind]: { readonly id: number; readonly kind: Kind } & Requests[Kind];
}[RequestKind];

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: Replies[RequestKind] }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };
