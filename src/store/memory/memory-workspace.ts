import type { Scope } from '../../shared/scope.ts';
import type { AgentTask, CallDraft, TaskPlace, WorkspaceStore } from '../../workspace/workspace-store.ts';
import { taskFact } from '../workspace-repository.ts';
import type { MemoryEvents } from './memory-events.ts';

export class MemoryWorkspace implements WorkspaceStore {
  readonly #drafts = new Map<string, CallDraft>();
  readonly #tasks = new Map<string, AgentTask>();
  readonly #events: MemoryEvents;

  async drafts(tenantId: string, callId: string): Promise<readonly CallDraft[]> {
    return [...this.#drafts.values()]
      .filter((draft) => draft.tenantId === tenantId && draft.callId === callId)
      .sort((one, other) => other.at - one.at || (one.agent < other.agent ? -1 : 1));
  }

  async keepDraft(draft: CallDraft): Promise<void> {
    this.#drafts.set(`${draft.tenantId}/${draft.callId}/${draft.agent}`, draft);
  }

  constructor(events: MemoryEvents) {
    this.#events = events;
  }

  async addTask(task: AgentTask): Promise<void> {
    this.#tasks.set(task.id, task);
    this.#events.append(taskFact(task, 'add', task.createdAt));
  }

  async task(scope: Scope, id: string): Promise<AgentTask | undefined> {
    const task = this.#tasks.get(id);
    return task && scope.includesAgent(task.tenantId, task.agent) ? task : undefined;
  }

  async tasks(
    scope: Scope,
    { isDone, agent }: { readonly isDone: boolean; readonly agent?: string | undefined },
    limit: number,
    after?: TaskPlace,
  ): Promise<readonly AgentTask[]> {
    const sign = isDone ? -1 : 1;
    return [...this.#tasks.values()]
      .filter((task) => scope.includesAgent(task.tenantId, task.agent))
      .filter((task) => (agent === undefined || task.agent === agent) && (task.done !== undefined) === isDone)
      .filter((task) => !after || sign * compare(task, after) > 0)
      .sort((one, other) => sign * compare(one, other))
      .slice(0, limit);
  }

  async changeTask(task: AgentTask, at: number): Promise<boolean> {
    if (this.#tasks.get(task.id)?.revision !== task.revision - 1) return false;
    this.#tasks.set(task.id, task);
    this.#events.append(taskFact(task, 'change', at));
    return true;
  }

  async drop(tenantId: string, before: { readonly drafts: number; readonly tasks: number }): Promise<void> {
    for (const [key, draft] of this.#drafts)
      if (draft.tenantId === tenantId && draft.at < before.drafts) this.#drafts.delete(key);
    for (const { id, done, tenantId: owner } of this.#tasks.values())
      if (owner === tenantId && done && done.at < before.tasks) this.#tasks.delete(id);
  }
}

const compare = (one: TaskPlace, other: TaskPlace): number =>
  one.dueAt - other.dueAt || (one.id < other.id ? -1 : Number(one.id > other.id));
