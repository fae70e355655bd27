/** Port of what becomes of stored calls: held, deleted when they are old, erased for a person. A database has it. */
import type { Cdr } from '../cdr/cdr.ts';
import type { StoreMonths } from './store-months.ts';

/** What forbids deleting and erasing calls (保全). A field that is undefined holds whichever. */
export interface Hold {
  readonly id: string;
  readonly tenantId: string;
  /** For people: a file number, a dispute. */
  readonly reason: string;
  /** A telephone number, wherever it stands in the record. */
  readonly number: string | undefined;
  readonly callId: string | undefined;
  /** Calls that arrived at or after this time and before the other, milliseconds since 1970. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly at: number;
  readonly by: string;
}

export interface HoldStore {
  /** The oldest first; of one company with `tenantId`. */
  all(tenantId?: string): Promise<readonly Hold[]>;
  /** Durable when it resolves. */
  add(hold: Hold): Promise<void>;
  /** False when the company has no such hold. */
  remove(tenantId: string, id: string): Promise<boolean>;
}

/** A stored call and its record. */
export interface OldCall {
  readonly startedAt: number;
  readonly callId: string;
  /** Process that carried it, on whose disk its files were written. */
  readonly nodeId: string;
  readonly record: Cdr;
  readonly isHeld: boolean;
}

export interface Erasure {
  readonly tenantId: string;
  /** Telephone number of the person, in any form. */
  readonly number: string;
  /** What stands in its place from now on. */
  readonly token: string;
  readonly now: number;
  /** Only counts. */
  readonly dryRun: boolean;
  /** Deletes files of this node; resolves with the number that were there. */
  readonly deleteFiles: (files: readonly string[]) => Promise<number>;
}

/** What an erasure did, or would do. */
export interface Erased {
  readonly calls: number;
  /** Calls of the person that are on hold: they stay as they are. */
  readonly held: number;
  /** Recordings and messages that the records named. */
  readonly files: number;
  /** Of these, those that were on this machine. */
  readonly deletedFiles: number;
  /** Changed rows by table, but those of the event stream. */
  readonly rows: Readonly<Record<string, number>>;
  readonly eventRows: number;
  /** What the company has set up with the number in it: it is changed there. */
  readonly setUp: readonly string[];
  /** Undefined: it only counted. */
  readonly proof?: ErasureProof;
}

/** The company's rows, looked through before and after an erasure. Nothing is removed by it; calls that go on add some. */
export interface ErasureProof {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Tables that had more rows before. */
  readonly fewer: readonly string[];
  /** Rows that hold the number still, but those on hold and what is set up: they came meanwhile. */
  readonly left: number;
}

export interface StoreUpkeep {
  readonly holds: HoldStore;
  /** Where calls can also be removed by months; undefined: the database keeps none. */
  readonly months?: StoreMonths | undefined;
  /** Calls of a company that arrived before a time, and not before another, the oldest first, in small lists. */
  callsBefore(tenantId: string, before: number, from?: number): AsyncIterable<readonly OldCall[]>;
  /**
   * Removes calls from all tables, those of a list together, and says so in the company's stream: a rebuild does not bring them back.
   * Their files are the caller's business. `at`: now, milliseconds since 1970.
   */
  removeCalls(
    tenantId: string,
    calls: readonly Pick<OldCall, 'startedAt' | 'callId'>[],
    at: number,
  ): Promise<void>;
  /** Of these files, those of calls on hold. Their calls arrived from `from` to before `to`. */
  heldFiles(files: ReadonlySet<string>, from: number, to: number): Promise<ReadonlySet<string>>;
  /** Throws StoreError for a number that could not be told from others, or that is the company's own. */
  erase(erasure: Erasure): Promise<Erased>;
}
