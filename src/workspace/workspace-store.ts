/** Port WorkspaceStore: what agents have under their hands (坐席工作台). Implemented by the store. Times in ms since 1970. */
import type { Scope } from '../shared/scope.ts';

/** What an agent writes of a call while he is at it (小结草稿). */
export interface CallDraft {
  readonly tenantId: string;
  readonly callId: string;
  /** Work number (工号). */
  readonly agent: string;
  readonly at: number;
  readonly note: string;
  readonly disposition: string | undefined;
  readonly resolved: boolean | undefined;
  /** For who takes the caller over (转接留言). */
  readonly handOver: string;
}

/** `call-back`: somebody is to be called at a time. `message`: a colleague's words for who was away. */
export const TASK_KINDS = ['call-back', 'message'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** What an agent is to do (待办). */
export interface AgentTask {
  readonly id: string;
  readonly tenantId: string;
  readonly agent: string;
  readonly kind: TaskKind;
  /** Whom it is about; empty: nobody. */
  readonly number: string;
  /** The call that it comes from. */
  readonly callId: string | undefined;
  readonly text: string;
  readonly dueAt: number;
  readonly createdAt: number;
  readonly createdBy: string;
  /** He was called for it last. */
  readonly called: { readonly at: number; readonly callId: string } | undefined;
  readonly done: { readonly at: number; readonly by: string } | undefined;
  /** Counts up with each change. */
  readonly revision: number;
}

export type TaskPlace = Pick<AgentTask, 'dueAt' | 'id'>;

export interface WorkspaceStore {
  /** All of a call, the newest first. */
  drafts(tenantId: string, callId: string): Promise<readonly CallDraft[]>;
  /** In place of what that agent has written of that call before. Durable when it resolves. */
  keepDraft(draft: CallDraft): Promise<void>;
  /** Tells the company's stream in the same transaction; so does {@link changeTask}. */
  addTask(task: AgentTask): Promise<void>;
  /** Undefined: the scope has none of this id. */
  task(scope: Scope, id: string): Promise<AgentTask | undefined>;
  /** Open ones, those that are due first in front; or done ones, the latest due in front. Of one agent, or of all in the scope. */
  tasks(
    scope: Scope,
    filter: { readonly isDone: boolean; readonly agent?: string | undefined },
    limit: number,
    after?: TaskPlace,
  ): Promise<readonly AgentTask[]>;
  /** Takes the place of the one with the revision before; false: somebody else was first. `at`: when, ms since 1970. */
  changeTask(task: AgentTask, at: number): Promise<boolean>;
  /** Forgets drafts that were written, and tasks that were done, before. */
  drop(tenantId: string, before: { readonly drafts: number; readonly tasks: number }): Promise<void>;
}
