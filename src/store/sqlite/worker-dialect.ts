import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Parameter } from './protocol.ts';
import type { SqliteClient } from './sqlite-client.ts';
import type { SqliteReaders } from './sqlite-readers.ts';

const DIALECT = {
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};

/** Kysely on SQLite in another thread: queries are compiled here and run there. */
export function workerDialect(client: SqliteClient): Dialect {
  return { ...DIALECT, createDriver: () => new WorkerDriver(client) };
}

/** The same for threads that only read: each query goes to one that is free. */
export function readersDialect(readers: SqliteReaders): Dialect {
  return { ...DIALECT, createDriver: () => new ReadersDriver(readers) };
}

/** One connection, lent to one user at a time, so that nothing slips into another's transaction. */
class WorkerDriver implements Driver {
  readonly #connection: WorkerConnection;
  #free: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  constructor(client: SqliteClient) {
    this.#connection = new WorkerConnection(client);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    await before;
    this.#release = resolve;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.run('begin immediate');
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.run('commit');
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.run('rollback');
  }

  /** The client is closed by the store that opened it. */
  async destroy(): Promise<void> {}
}

class WorkerConnection implements DatabaseConnection {
  readonly #client: SqliteClient;

  constructor(client: SqliteClient) {
    this.#client = client;
  }

  async run(sql: string): Promise<void> {
    await this.#client.query(sql, []);
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes, insertId } = await this.#client.query(sql, parameters as readonly Parameter[]);
    return {
      rows: rows as R[],
      numAffectedRows: BigInt(changes),
      ...(insertId === null ? {} : { insertId: BigInt(insertId) }),
    };
  }

  streamQuery = refuseToStream;
}

class ReadersDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(readers: SqliteReaders) {
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
        const { rows } = await readers.query(sql, parameters as readonly Parameter[]);
        return { rows: rows as R[] };
      },
      streamQuery: refuseToStream,
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    throw new Error('threads that only read have no transactions');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  /** The threads are ended by whoever started them. */
  async destroy(): Promise<void> {}
}

// biome-ignore lint/correctness/useYield: refuses
async function* refuseToStream(): AsyncIterableIterator<never> {
  throw new Error('page through results instead: rows are not streamed from the database thread');
}
