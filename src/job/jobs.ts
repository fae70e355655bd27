import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError, ClosedError, PbxError } from '../shared/errors.ts';
import { TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { Scope } from '../shared/scope.ts';
import { Turns } from '../shared/turns.ts';
import { type FileContent, JobFiles } from './job-files.ts';
import { isOpen, type Job, type JobPage, type JobStore } from './job-store.ts';

const DAY_MS = 86_400_000;
/** Jobs and their files are kept so long: what they hold may be personal. */
export const KEPT_MS = 7 * DAY_MS;
/** Under way at once, in all and of one company; others wait. */
export const MAX_RUNNING = 6;
export const MAX_RUNNING_OF_COMPANY = 2;
/** Of one company that wait or are under way. */
export const MAX_OPEN_OF_COMPANY = 50;
/** Between two words of how far a job has come. */
const PROGRESS_MS = 1000;
/** What could not be stored is tried again after so long. */
const AGAIN_MS = 5000;

/** Whose job it is, what it does, and who wants it. */
export type JobOrder = Pick<Job, 'tenantId' | 'kind' | 'by'>;

/** Does it; what it resolves with is the job's result. */
export type JobWork = (job: JobAtWork) => Promise<unknown>;

/** A job as its work has it. */
export interface JobAtWork {
  readonly id: string;
  /** Aborted when somebody cancels it, or the PBX ends: the work stops at the next place where it can. */
  readonly signal: AbortSignal;
  /** How much is done, of how much. May be called for every row: it is told once a second at most. */
  progress(done: number, total?: number): void;
  /** The file for who began it: a result, or what was wrong. `name` and media `type` are what he sees. */
  writeFile(name: string, type: string, content: FileContent): Promise<void>;
  /** A file for later work of ours, found by the job's id and `part`; nobody fetches it. */
  keep(part: string, content: FileContent): Promise<void>;
}

export interface JobEvents {
  /** One is there, came further (once a second at most), or is over. */
  changed: Job;
}

export interface JobsParts {
  readonly store: JobStore;
  /** Where files of jobs are. */
  readonly folder: string;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  readonly log: Logger;
}

type Ending = Pick<Job, 'state'> & Partial<Pick<Job, 'result' | 'error'>>;

interface OpenJob {
  job: Job;
  readonly work: JobWork;
  readonly abort: AbortController;
  /** Not told again before; by the monotonic clock. */
  tellAt: number;
}

/** Long work (后台任务): begun, followed, cancelled; what became of it is known for a week. */
export class Jobs {
  readonly events = new TypedEvents<JobEvents>();
  readonly #parts: JobsParts;
  readonly #files: JobFiles;
  readonly #open = new Map<string, OpenJob>();
  /** In the order in which they came. */
  readonly #waiting = new Set<OpenJob>();
  readonly #running = new Map<OpenJob, Promise<void>>();
  readonly #writing = new Turns();
  #dropping: Timer | undefined;
  #isClosed = false;

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#files = new JobFiles(parts.folder);
  }

  /** At a start: those that a crash cut off are over, and what is too old goes, now and every day. */
  async takeOver(): Promise<void> {
    const { store, clock, log } = this.#parts;
    const cut = await store.interrupt({ own: true }, clock.now());
    if (cut > 0) log.warn({ jobs: cut }, 'jobs were cut off by the last end of the process');
    const sweep = () => this.#sweep().catch((err: unknown) => log.error({ err }, 'old jobs stay'));
    this.#dropping = clock.every(DAY_MS, sweep);
    await sweep();
  }

  /**
   * Begins one; it waits while as many as may be are under way. Resolves when the job is kept. Throws PbxError `too-many-jobs`
   * where its company has too many, ClosedError while the PBX ends.
   */
  async start(order: JobOrder, work: JobWork): Promise<Job> {
    const { store, clock, ids } = this.#parts;
    if (this.#isClosed) throw new ClosedError('the PBX');
    const { tenantId } = order;
    const others = [...this.#open.values()].filter(({ job }) => job.tenantId === tenantId);
    if (others.length >= MAX_OPEN_OF_COMPANY)
      throw new PbxError('too-many-jobs', `${others.length} jobs of ${tenantId} are under way: wait for one`);
    const job: Job = {
      id: ids.token(),
      ...order,
      state: 'waiting',
      done: 0,
      total: undefined,
      startedAt: clock.now(),
      endedAt: undefined,
      result: undefined,
      error: undefined,
      file: undefined,
    };
    const open: OpenJob = { job, work, abort: new AbortController(), tellAt: Number.NEGATIVE_INFINITY };
    this.#open.set(job.id, open);
    try {
      await this.#writing.take(() => store.add(job));
    } catch (error) {
      this.#open.delete(job.id);
      throw error;
    }
    this.events.emit('changed', job);
    this.#waiting.add(open);
    if (this.#isClosed) await this.#endWaiting(open);
    else this.#advance();
    return open.job;
  }

  /** Throws PbxError `not-found`. */
  async get(scope: Scope, id: string): Promise<Job> {
    const job = await this.#parts.store.find(scope, id);
    if (!job) throw new PbxError('not-found', `there is no job ${id}`);
    return this.#latest(job);
  }

  /** The newest first. */
  async list(scope: Scope, page: JobPage): Promise<readonly Job[]> {
    return (await this.#parts.store.list(scope, page)).map((job) => this.#latest(job));
  }

  /** Has one end. Throws PbxError `not-found`; `not-running` where it is over, or another node works at it. */
  async cancel(scope: Scope, id: string): Promise<Job> {
    const job = await this.get(scope, id);
    const open = this.#open.get(id);
    if (!open) {
      const why = isOpen(job) ? 'another node works at it: cancel it there' : `it is over: ${job.state}`;
      throw new PbxError('not-running', `job ${id} cannot be cancelled: ${why}`);
    }
    open.abort.abort();
    if (this.#waiting.has(open)) await this.#endWaiting(open);
    return open.job;
  }

  /** The file of a job; undefined: it left none, or it is on another node. */
  async file({ id, file }: Job): Promise<Readable | undefined> {
    return file && (await this.#files.read(id));
  }

  /** Where the file of a job is on this machine; undefined: it left none. */
  pathOf({ id, file }: Job): string | undefined {
    return file && this.#files.pathOf(id);
  }

  /** What a job kept, see {@link JobAtWork.keep}; undefined: nothing, or on another node. */
  kept(id: string, part: string): Promise<Readable | undefined> {
    return this.#files.read(`${id}.${part}`);
  }

  /** Keeps a file beside that of a job, in place of what was there; see {@link kept}. */
  async keep(id: string, part: string, content: FileContent): Promise<void> {
    await this.#files.write(`${id}.${part}`, content);
  }

  /** Has all end, and waits for them: they are `interrupted`. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dropping?.cancel();
    for (const { abort } of this.#open.values()) abort.abort();
    await Promise.all([...this.#waiting].map((open) => this.#endWaiting(open)));
    await Promise.all(this.#running.values());
    this.events.clear();
  }

  /** What is under way is known better here than in the store. */
  #latest(job: Job): Job {
    return this.#open.get(job.id)?.job ?? job;
  }

  #advance(): void {
    const ofCompany = new Map<string, number>();
    const count = (tenantId: string) => (ofCompany.get(tenantId) ?? 0) + 1;
    for (const { job } of this.#running.keys()) ofCompany.set(job.tenantId, count(job.tenantId));
    for (const open of this.#waiting) {
      const { tenantId } = open.job;
      if (this.#running.size >= MAX_RUNNING) return;
      if (count(tenantId) > MAX_RUNNING_OF_COMPANY) continue;
      ofCompany.set(tenantId, count(tenantId));
      this.#waiting.delete(open);
      this.#running.set(open, this.#run(open));
    }
  }

  async #run(open: OpenJob): Promise<void> {
    this.#change(open, { state: 'running' });
    // The promise of this run has its place in the map before the work can be over.
    await this.#end(open, await this.#endingOf(open));
    this.#running.delete(open);
    if (!this.#isClosed) this.#advance();
  }

  async #endingOf(open: OpenJob): Promise<Ending> {
    const { abort, work } = open;
    try {
      const result = await work(this.#atWork(open));
      return abort.signal.aborted ? { state: this.#abortedState, result } : { state: 'done', result };
    } catch (error) {
      if (abort.signal.aborted) return { state: this.#abortedState };
      const { log } = this.#parts;
      const { id, kind, tenantId } = open.job;
      if (error instanceof PbxError) return { state: 'failed', error: error.message };
      // What nobody raised on purpose is a fault of ours: the log has its stack.
      log.error({ err: asError(error), job: id, kind, tenantId }, 'a job failed');
      return { state: 'failed', error: 'the server failed; its log says why' };
    }
  }

  get #abortedState(): 'interrupted' | 'cancelled' {
    return this.#isClosed ? 'interrupted' : 'cancelled';
  }

  #atWork(open: OpenJob): JobAtWork {
    const { id } = open.job;
    return {
      id,
      signal: open.abort.signal,
      progress: (done, total = open.job.total) => this.#change(open, { done, total }),
      writeFile: async (name, type, content) => {
        const bytes = await this.#files.write(id, content);
        open.job = { ...open.job, file: { name, type, bytes } };
      },
      keep: async (part, content) => void (await this.#files.write(`${id}.${part}`, content)),
    };
  }

  async #endWaiting(open: OpenJob): Promise<void> {
    this.#waiting.delete(open);
    await this.#end(open, { state: this.#abortedState });
  }

  /** Tells it now and then; the last word is {@link #end}. */
  #change(open: OpenJob, what: Partial<Job>): void {
    open.job = { ...open.job, ...what };
    const { store, clock, log } = this.#parts;
    const now = clock.monotonic();
    if (now < open.tellAt) return;
    open.tellAt = now + PROGRESS_MS;
    const { job } = open;
    this.events.emit('changed', job);
    this.#writing
      .take(() => store.put(job, clock.now()))
      .catch((err: unknown) => log.warn({ err, job: job.id }, 'how far a job is could not be stored'));
  }

  async #end(open: OpenJob, ending: Ending): Promise<void> {
    const { store, clock, log } = this.#parts;
    const job = { ...open.job, ...ending, endedAt: clock.now() };
    open.job = job;
    for (;;) {
      try {
        await this.#writing.take(() => store.put(job, job.endedAt));
        break;
      } catch (err) {
        log.error({ err, job: job.id }, 'the end of a job could not be stored');
        // The next start finds it open, and calls it interrupted.
        if (this.#isClosed) break;
        await new Promise<void>((done) => void clock.after(AGAIN_MS, done));
      }
    }
    this.#open.delete(job.id);
    this.events.emit('changed', job);
  }

  async #sweep(): Promise<void> {
    const { store, clock } = this.#parts;
    const before = clock.now() - KEPT_MS;
    await store.interrupt({ own: false }, clock.now());
    await store.drop(before);
    await this.#files.drop(before);
  }
}
