/** What agents have under their hands (workspace/workspace-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface CallDraftTable {
  tenant_id: string;
  call_id: string;
  agent: string;
  at: number;
  note: string;
  disposition: string | null;
  /** 1, 0; null: not said. */
  resolved: number | null;
  hand_over: string;
}

export interface AgentTaskTable {
  id: string;
  tenant_id: string;
  agent: string;
  kind: string;
  number: string;
  call_id: string | null;
  text: string;
  due_at: number;
  created_at: number;
  created_by: string;
  called_at: number | null;
  last_call_id: string | null;
  done_at: number | null;
  done_by: string | null;
  revision: number;
}

export async function createWorkspace(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('call_draft')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('agent', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('note', text, (column) => column.notNull())
    .addColumn('disposition', text)
    .addColumn('resolved', integer)
    .addColumn('hand_over', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('call_draft_pk', ['tenant_id', 'call_id', 'agent'])
    .execute();
  await db.schema
    .createTable('agent_task')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('agent', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('number', text, (column) => column.notNull())
    .addColumn('call_id', text)
    .addColumn('text', text, (column) => column.notNull())
    .addColumn('due_at', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('called_at', integer)
    .addColumn('last_call_id', text)
    .addColumn('done_at', integer)
    .addColumn('done_by', text)
    .addColumn('revision', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('agent_task_by_due')
    .on('agent_task')
    .columns(['tenant_id', 'agent', 'due_at', 'id'])
    .execute();
}
