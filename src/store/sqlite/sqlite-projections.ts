import type { Database, Statement } from 'better-sqlite3';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import { type AgentTimeRow, PROJECTED_TABLES, type Projected, timeOf } from '../project-batch.ts';
import { insertInto } from '../projected-table.ts';

/** Writes what is made of events, in the transaction of who calls. */
export class SqliteProjections {
  readonly #inserts: ReadonlyMap<string, Statement>;
  readonly #settle: Statement;
  readonly #lasting: Statement;

  constructor(db: Database) {
    const inserts = PROJECTED_TABLES.map((table) => {
      const marks = table.columns.map(() => '?').join(', ');
      return [table.name, db.prepare(insertInto(table, `values (${marks})`))] as const;
    });
    this.#inserts = new Map(inserts);
    this.#settle = db.prepare(
      `update missed_call set closed_at = ?, closed_by = ?
        where tenant_id = ? and caller = ? and closed_at is null and ended_at <= ?`,
    );
    this.#lasting = db.prepare('select * from agent_time where until_at is null and node_id = ?');
  }

  write({ rows, reached }: Projected): void {
    for (const { table, rows: some } of rows) {
      const insert = this.#inserts.get(table.name)!;
      for (const row of some) insert.run(row);
    }
    for (const { tenantId, number, at, callId } of reached) {
      this.#settle.run(at, callId, tenantId, number, at);
    }
  }

  /** The times of agents of a process that last. */
  lastingTimes(nodeId: string): readonly AgentTime[] {
    return (this.#lasting.all(nodeId) as AgentTimeRow[]).map(timeOf);
  }
}
