/** What agents are to do (待办): call-backs that they have promised, and what colleagues have left for them. */
import type { Cdr } from '../cdr/cdr.ts';
import { isWanted } from '../cdr/cdr-filter.ts';
import { type CdrReader, within } from '../cdr/cdr-query.ts';
import { customerOf } from '../cdr/customer-of.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { Scope } from '../shared/scope.ts';
import type { AgentTask, TaskKind, TaskPlace, WorkspaceStore } from './workspace-store.ts';

/** Open ones of an agent; more he does not see to. */
const OPEN_LIMIT = 500;

export interface NewTask {
  readonly agent: string;
  readonly kind: TaskKind;
  readonly text: string;
  readonly dueAt: number | undefined;
  /** The call that it comes from: its customer is meant where no number is named. */
  readonly callId: string | undefined;
  readonly number: string | undefined;
}

export interface TaskChange {
  readonly isDone?: boolean | undefined;
  readonly text?: string | undefined;
  readonly dueAt?: number | undefined;
  /** He was called for it in that call. */
  readonly calledIn?: string | undefined;
}

export interface AgentTasksParts {
  readonly store: Pick<WorkspaceStore, 'addTask' | 'task' | 'tasks' | 'changeTask'>;
  readonly cdrs: Pick<CdrReader, 'query'>;
  readonly running: (callId: string) => Cdr | undefined;
  /** Calls that an agent has in hand. */
  readonly inHand: (tenant: string, agent: string) => Pick<ReadonlyMap<string, unknown>, 'has'>;
  readonly hasAgent: (tenant: string, agent: string) => boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
}

/** Holds nothing; what is not there, or another's, is PbxError `not-found`. */
export class AgentTasks {
  readonly #parts: AgentTasksParts;

  constructor(parts: AgentTasksParts) {
    this.#parts = parts;
  }

  list(
    scope: Scope,
    filter: { readonly isDone: boolean; readonly agent?: string | undefined },
    limit: number,
    after?: TaskPlace,
  ): Promise<readonly AgentTask[]> {
    return this.#parts.store.tasks(scope, filter, limit, after);
  }

  async get(scope: Scope, id: string): Promise<AgentTask> {
    const task = await this.#parts.store.task(scope, id);
    if (!task) throw new PbxError('not-found', `there is no task ${id}`);
    return task;
  }

  /**
   * Throws PbxError `no-such-agent`, `not-found` where there is no such call in `scope` (agents: none that they have in hand or had a part
   * in, as its customer could be called through it), `too-many-tasks` where the agent has too many.
   */
  async add(
    scope: Scope,
    tenantId: string,
    by: string,
    { agent, kind, text, dueAt, callId, number }: NewTask,
  ): Promise<AgentTask> {
    const { store, hasAgent, clock, ids } = this.#parts;
    if (!hasAgent(tenantId, agent)) throw new PbxError('no-such-agent', `there is no agent ${agent}`);
    const call = callId === undefined ? undefined : await this.#call(scope, tenantId, callId);
    const open = await store.tasks(Scope.of(tenantId), { isDone: false, agent }, OPEN_LIMIT);
    if (open.length >= OPEN_LIMIT)
      throw new PbxError('too-many-tasks', `agent ${agent} has ${OPEN_LIMIT} open tasks`);
    const at = clock.now();
    const task: AgentTask = {
      ...{
        id: ids.token(),
        tenantId,
        agent,
        kind,
        text,
        callId,
        dueAt: dueAt ?? at,
        createdAt: at,
        createdBy: by,
      },
      ...{
        number: number ?? (call ? customerOf(call) : ''),
        called: undefined,
        done: undefined,
        revision: 1,
      },
    };
    await store.addTask(task);
    return task;
  }

  /** `check` is given the revision that there is, and throws when another one was meant. */
  async change(
    scope: Scope,
    id: string,
    by: string,
    { isDone, text, dueAt, calledIn }: TaskChange,
    check: (task: AgentTask) => void = () => {},
  ): Promise<AgentTask> {
    const { store, clock } = this.#parts;
    const before = await this.get(scope, id);
    check(before);
    const called = calledIn === undefined ? before.called : { at: clock.now(), callId: calledIn };
    const done = isDone === undefined ? before.done : isDone ? { at: clock.now(), by } : undefined;
    const task = {
      ...before,
      ...{ done, text: text ?? before.text, dueAt: dueAt ?? before.dueAt, called },
      revision: before.revision + 1,
    };
    if (!(await store.changeTask(task, clock.now())))
      throw new PbxError('changed-meanwhile', `task ${id} was changed meanwhile; read it again`);
    return task;
  }

  async #call(scope: Scope, tenantId: string, callId: string): Promise<Cdr> {
    const { running, cdrs, inHand } = this.#parts;
    const now = running(callId);
    const { reached } = scope;
    const isInHand =
      reached !== undefined && [...reached.agents].some((agent) => inHand(tenantId, agent).has(callId));
    const wanted = { tenantId, ...(reached && !isInHand && { reached }) };
    if (now && isWanted(now, wanted)) return now;
    const { cdrs: found } = await cdrs.query(
      within({ ...wanted, search: callId, limit: 5 }, Scope.of(tenantId)),
    );
    const call = found.find((each) => each.callId === callId);
    if (!call) throw new PbxError('not-found', `there is no call ${callId}`);
    return call;
  }
}
