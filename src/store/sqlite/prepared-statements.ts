import type { Database, Statement } from 'better-sqlite3';

/** Statements kept prepared, the one used longest ago leaves first. */
const MAX_STATEMENTS = 200;

/** Statements of one connection, each prepared once. */
export class PreparedStatements {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  of(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement) this.#statements.delete(sql);
    else statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MAX_STATEMENTS)
      this.#statements.delete(this.#statements.keys().next().value!);
    return statement;
  }
}
