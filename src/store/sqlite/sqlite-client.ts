import { Worker } from 'node:worker_threads';
import { ClosedError } from '../../shared/errors.ts';
import type { EventBatch, JournalSink } from '../journal/journal-writer.ts';
import { StoreError } from '../store.ts';
import type { Parameter, Replies, Reply, RequestKind, Requests, WorkerOptions } from './protocol.ts';

interface Pending {
  resolve(value: Replies[RequestKind]): void;
  reject(error: Error): void;
}

// Published code is JavaScript, the repository runs TypeScript.
const WORKER = `./sqlite-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;

/** The engine's end of the database thread: every call is a promise, answered in the order of asking. */
export class SqliteClient implements JournalSink {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  /** Starts the thread and opens the file. Rejects with StoreError. */
  static async open(options: WorkerOptions): Promise<SqliteClient> {
    const client = new SqliteClient(options);
    await client.#await(0);
    return client;
  }

  private constructor(options: WorkerOptions) {
    this.#worker = new Worker(new URL(WORKER, import.meta.url), {
      workerData: options,
      name: 'pbx400-store',
    });
    this.#worker.on('message', (reply: Reply) => this.#onReply(reply));
    this.#worker.on('error', (error) => this.#fail(openError(options.file, error as Error)));
    this.#worker.on('exit', () => this.#fail(new ClosedError('the database')));
  }

  query(sql: string, parameters: readonly Parameter[]): Promise<Replies['query']> {
    return this.#ask('query', { sql, parameters });
  }

  /** Runs `sql` once for each row of parameters, all or nothing. */
  many(sql: string, rows: readonly (readonly Parameter[])[]): Promise<Replies['many']> {
    return this.#ask('many', { sql, rows });
  }

  write(batch: EventBatch): Promise<Replies['journal']> {
    return this.#ask('journal', { batch: { ...batch, events: JSON.stringify(batch.events) } });
  }

  recover(): Promise<Replies['recover']> {
    return this.#ask('recover', {});
  }

  /** Closes the file and ends the thread. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#ask('close', {}).then(
      () => this.#worker.terminate().then(() => undefined),
      () => this.#worker.terminate().then(() => undefined),
    );
    return this.#closing;
  }

  #ask<Kind extends RequestKind>(kind: Kind, request: Requests[Kind]): Promise<Replies[Kind]> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const reply = this.#await(id);
    this.#worker.postMessage({ id, kind, ...request });
    return reply as Promise<Replies[Kind]>;
  }

  #await(id: number): Promise<Replies[RequestKind]> {
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #onReply(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.value);
    else pending?.reject(new StoreError(`database: ${reply.message} (${reply.code})`));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(this.#failure);
  }
}

function openError(file: string, error: Error): StoreError {
  return new StoreError(`the database ${file} cannot be used: ${error.message}`, { cause: error });
}
