/** Port JobStore: long work and what became of it. Implemented by the store. */
import type { Scope } from '../shared/scope.ts';

/**
 * How it stands with a job. `waiting`: for others of its company; `failed`: `error` says why; `interrupted`: the PBX ended
 * meanwhile.
 *
 *     waiting ──> running ──> done | failed | cancelled
 *        └───────────┴──────> cancelled | interrupted
 */
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** A file that a job leaves: its name and media type are for who fetches it. */
export interface JobFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/** Long work (后台任务). Times in ms since 1970. */
export interface Job {
  readonly id: string;
  /** `system`: of the whole installation. */
  readonly tenantId: string;
  /** What it does: `import`, `replay`. */
  readonly kind: string;
  /** Who wants it, as the audit trail names him. */
  readonly by: string;
  readonly state: JobState;
  /** How much is done, of how much; undefined: not known. */
  readonly done: number;
  readonly total: number | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** What came of it: counts and names, as plain JSON; never a number of a person, which goes into its file. */
  readonly result: unknown;
  /** Why it failed, for people. */
  readonly error: string | undefined;
  readonly file: JobFile | undefined;
}

/** How jobs are asked for: the newest first. */
export interface JobPage {
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<Job, 'startedAt' | 'id'> | undefined;
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
}

export interface JobStore {
  /** Keeps a new one; durable when it resolves. */
  add(job: Job): Promise<void>;
  /** Keeps one in place of what was kept of it. `at`: when it changed. */
  put(job: Job, at: number): Promise<void>;
  find(scope: Scope, id: string): Promise<Job | undefined>;
  list(scope: Scope, page: JobPage): Promise<readonly Job[]>;
  /**
   * Ends what nobody works at as `interrupted`: jobs of nodes that are gone, and of this one where it has just started.
   * Resolves with how many those were.
   */
  interrupt(of: { readonly own: boolean }, at: number): Promise<number>;
  /** Forgets those that ended before; resolves with how many those were. */
  drop(before: number): Promise<number>;
}

/** Whether something of it is still to be done. */
export const isOpen = ({ state }: Pick<Job, 'state'>): boolean => state === 'waiting' || state === 'running';
