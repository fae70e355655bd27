import { type Kysely, type Selectable, sql } from 'kysely';
import type { Scope } from '../shared/scope.ts';
import type {
  AgentTask,
  CallDraft,
  TaskKind,
  TaskPlace,
  WorkspaceStore,
} from '../workspace/workspace-store.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import type { AgentTaskTable, CallDraftTable } from './workspace-table.ts';

/** What agents have under their hands, in a database. */
export class WorkspaceRepository implements WorkspaceStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  readonly #nodeId: string;

  constructor(db: Kysely<Tables>, nodeId: string, reads = directly(db)) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.#reads = reads;
  }

  async drafts(tenantId: string, callId: string): Promise<readonly CallDraft[]> {
    const rows = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('call_draft')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('call_id', '=', callId)
        .orderBy('at', 'desc')
        .orderBy('agent')
        .execute(),
    );
    return rows.map(draftOf);
  }

  async keepDraft({ tenantId, callId, agent, ...draft }: CallDraft): Promise<void> {
    const { at, note, disposition, resolved, handOver } = draft;
    const words = {
      at,
      note: storableText(note),
      disposition: disposition ?? null,
      resolved: resolved === undefined ? null : Number(resolved),
      hand_over: storableText(handOver),
    };
    await this.#db
      .insertInto('call_draft')
      .values({ tenant_id: tenantId, call_id: callId, agent, ...words })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'call_id', 'agent']).doUpdateSet(words))
      .execute();
  }

  async addTask(task: AgentTask): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, this.#nodeId, [taskFact(task, 'add', task.createdAt)]);
      await transaction.insertInto('agent_task').values(rowOf(task)).execute();
    });
  }

  async task(scope: Scope, id: string): Promise<AgentTask | undefined> {
    const row = await this.#read(scope, (db) => this.#of(db, scope).where('id', '=', id).executeTakeFirst());
    return row && taskOf(row);
  }

  async tasks(
    scope: Scope,
    { isDone, agent }: { readonly isDone: boolean; readonly agent?: string | undefined },
    limit: number,
    after?: TaskPlace,
  ): Promise<readonly AgentTask[]> {
    const order = isDone ? 'desc' : 'asc';
    const rows = await this.#read(scope, (db) => {
      let wanted = this.#of(db, scope).where('done_at', isDone ? 'is not' : 'is', null);
      if (agent !== undefined) wanted = wanted.where('agent', '=', agent);
      if (after) {
        const behind = sql.raw(isDone ? '<' : '>');
        wanted = wanted.where(sql<boolean>`(due_at, id) ${behind} (${after.dueAt}, ${after.id})`);
      }
      return wanted.orderBy('due_at', order).orderBy('id', order).limit(limit).execute();
    });
    return rows.map(taskOf);
  }

  async changeTask(task: AgentTask, at: number): Promise<boolean> {
    const { id, ...values } = rowOf(task);
    try {
      await this.#db.transaction().execute(async (transaction) => {
        await appendFacts(transaction, this.#nodeId, [taskFact(task, 'change', at)]);
        const changed = await transaction
          .updateTable('agent_task')
          .set(values)
          .where('id', '=', id)
          .where('tenant_id', '=', task.tenantId)
          .where('revision', '=', task.revision - 1)
          .executeTakeFirst();
        if (changed.numUpdatedRows === 0n) throw new ChangedMeanwhile();
      });
      return true;
    } catch (error) {
      if (error instanceof ChangedMeanwhile) return false;
      throw error;
    }
  }

  async drop(
    tenantId: string,
    { drafts, tasks }: { readonly drafts: number; readonly tasks: number },
  ): Promise<void> {
    await this.#db
      .deleteFrom('call_draft')
      .where('tenant_id', '=', tenantId)
      .where('at', '<', drafts)
      .execute();
    await this.#db
      .deleteFrom('agent_task')
      .where('tenant_id', '=', tenantId)
      .where('done_at', '<', tasks)
      .execute();
  }

  #of(db: Kysely<Tables>, { tenantId, reached }: Scope) {
    let all = db.selectFrom('agent_task').selectAll();
    if (tenantId !== undefined) all = all.where('tenant_id', '=', tenantId);
    // Of nobody: a list that is empty would be no SQL.
    if (reached) all = all.where('agent', 'in', [...reached.agents, '']);
    return all;
  }

  #read<Result>({ tenantId }: Scope, read: (db: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    return tenantId === undefined ? read(this.#db) : this.#reads(tenantId, read);
  }
}

/** Takes a transaction back. */
class ChangedMeanwhile extends Error {}

/** What a company's stream is told of a task: neither its words nor whom it is about. */
export function taskFact(task: AgentTask, did: 'add' | 'change', at: number): Fact {
  const { id, tenantId, agent, kind, dueAt, done, revision } = task;
  const isDone = done !== undefined;
  return { type: 'agentTask', tenantId, at, task: id, agent, did, kind, dueAt, isDone, revision };
}

function draftOf(row: Selectable<CallDraftTable>): CallDraft {
  return {
    tenantId: row.tenant_id,
    callId: row.call_id,
    agent: row.agent,
    at: row.at,
    note: row.note,
    disposition: row.disposition ?? undefined,
    resolved: row.resolved === null ? undefined : row.resolved === 1,
    handOver: row.hand_over,
  };
}

function rowOf(task: AgentTask): AgentTaskTable {
  return {
    id: task.id,
    tenant_id: task.tenantId,
    agent: task.agent,
    kind: task.kind,
    number: task.number,
    call_id: task.callId ?? null,
    text: storableText(task.text),
    due_at: task.dueAt,
    created_at: task.createdAt,
    created_by: storableText(task.createdBy),
    called_at: task.called?.at ?? null,
    last_call_id: task.called?.callId ?? null,
    done_at: task.done?.at ?? null,
    done_by: task.done ? storableText(task.done.by) : null,
    revision: task.revision,
  };
}

function taskOf(row: Selectable<AgentTaskTable>): AgentTask {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    agent: row.agent,
    kind: row.kind as TaskKind,
    number: row.number,
    callId: row.call_id ?? undefined,
    text: row.text,
    dueAt: row.due_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
    called: row.called_at === null ? undefined : { at: row.called_at, callId: row.last_call_id! },
    done: row.done_at === null ? undefined : { at: row.done_at, by: row.done_by! },
    revision: row.revision,
  };
}
