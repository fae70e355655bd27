import { isOpen, type Job, type JobPage, type JobStore } from '../../job/job-store.ts';
import type { Scope } from '../../shared/scope.ts';
import { DID, jobFact } from '../job-repository.ts';
import type { MemoryEvents } from './memory-events.ts';

export class MemoryJobs implements JobStore {
  readonly #events: MemoryEvents;
  readonly #jobs = new Map<string, Job>();

  constructor(events: MemoryEvents) {
    this.#events = events;
  }

  async add(job: Job): Promise<void> {
    this.#events.append(jobFact(job, 'begin', job.startedAt));
    this.#jobs.set(job.id, job);
  }

  async put(job: Job, at: number): Promise<void> {
    this.#events.append(jobFact(job, DID[job.state], at));
    this.#jobs.set(job.id, job);
  }

  async find(scope: Scope, id: string): Promise<Job | undefined> {
    const job = this.#jobs.get(id);
    return job && scope.includes(job.tenantId) ? job : undefined;
  }

  async list(scope: Scope, { limit, after, state, kind }: JobPage): Promise<readonly Job[]> {
    const found = [...this.#jobs.values()].filter(
      (job) =>
        scope.includes(job.tenantId) &&
        (state === undefined || job.state === state) &&
        (kind === undefined || job.kind === kind) &&
        (!after || comesAfter(job, after)),
    );
    return found.sort((one, other) => (comesAfter(one, other) ? 1 : -1)).slice(0, limit);
  }

  async interrupt({ own }: { readonly own: boolean }, at: number): Promise<number> {
    const open = own ? [...this.#jobs.values()].filter(isOpen) : [];
    for (const job of open) await this.put({ ...job, state: 'interrupted', endedAt: at }, at);
    return open.length;
  }

  async drop(before: number): Promise<number> {
    const old = [...this.#jobs.values()].filter(({ endedAt }) => endedAt !== undefined && endedAt < before);
    for (const { id } of old) this.#jobs.delete(id);
    return old.length;
  }
}

/** In a list with the newest first. */
function comesAfter(one: Pick<Job, 'startedAt' | 'id'>, other: Pick<Job, 'startedAt' | 'id'>): boolean {
  if (one.startedAt !== other.startedAt) return one.startedAt < other.startedAt;
  return one.id < other.id;
}
