import type { Database } from 'better-sqlite3';

/**
 * Notes whose streams get events, whoever writes them: triggers on the heads, which live as long as the connection. What is taken back
 * by a rollback is noted all the same.
 */
export class GrowingStreams {
  readonly #db: Database;
  readonly #grown = new Set<string>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** From now on; the tables must be there. */
  begin(): void {
    this.#db.function('note_growth', (tenantId: unknown) => {
      this.#grown.add(String(tenantId));
      return null;
    });
    for (const what of ['insert', 'update'])
      this.#db.exec(
        `create temp trigger if not exists growth_by_${what} after ${what} on main.event_head
          begin select note_growth(new.tenant_id); end`,
      );
  }

  /** Those that have grown since it was asked last. */
  take(): string[] {
    const grown = [...this.#grown];
    this.#grown.clear();
    return grown;
  }
}
