import type { Clock } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { JobFact, StoreFacts } from '../store/events.ts';

/** Between two events that say how far a job has come. */
const PROGRESS_MS = 5000;

export interface JobParts {
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  /** Puts an event into the company's stream. */
  readonly tell: (fact: JobFact) => Promise<unknown>;
}

/** Whose job it is (`system`: of the whole installation), what it does, and who wants it. */
export interface JobOrder extends Pick<StoreFacts['job'], 'kind' | 'by'> {
  readonly tenantId: string;
}

/** Long work, of which the company's stream is told. */
export class Job {
  readonly #parts: JobParts;
  readonly #order: JobOrder;
  readonly #id: string;
  #told: Promise<unknown> = Promise.resolve();
  #next: number;

  /** Tells that it begins. */
  static async begin(parts: JobParts, order: JobOrder): Promise<Job> {
    const job = new Job(parts, order);
    await job.#tell('begin');
    return job;
  }

  private constructor(parts: JobParts, order: JobOrder) {
    this.#parts = parts;
    this.#order = order;
    this.#id = parts.ids.token();
    this.#next = parts.clock.monotonic() + PROGRESS_MS;
  }

  /** Tells how far it is, every 5 s at most. That holds nothing up, and is worth no failure. */
  progress(done: number, total?: number): void {
    const now = this.#parts.clock.monotonic();
    if (now < this.#next) return;
    this.#next = now + PROGRESS_MS;
    this.#told = this.#told.then(() => this.#tell('progress', { done, total })).catch(() => {});
  }

  /** Tells that it is done, and what came of it. */
  async end(outcome: object): Promise<void> {
    await this.#told;
    await this.#tell('end', { outcome });
  }

  /** Tells why it was not done. Never rejects: the reason may be that nothing can be told. */
  async fail(error: unknown): Promise<void> {
    await this.#told;
    await this.#tell('fail', { outcome: { error: asError(error).message } }).catch(() => {});
  }

  async #tell(did: JobFact['did'], what: Partial<JobFact> = {}): Promise<void> {
    const { clock, tell } = this.#parts;
    const nothing = { done: undefined, total: undefined, outcome: undefined };
    const job = { job: this.#id, did, at: clock.now(), ...nothing, ...what };
    await tell({ type: 'job', ...this.#order, ...job });
  }
}

/** Runs a job: it ends with what `work` resolves with, or fails with why it did not, which is thrown. */
export async function runJob<Outcome extends object>(
  parts: JobParts,
  order: JobOrder,
  work: (onProgress: (done: number, total?: number) => void) => Promise<Outcome>,
): Promise<Outcome> {
  const job = await Job.begin(parts, order);
  try {
    const outcome = await work((done, total) => job.progress(done, total));
    await job.end(outcome);
    return outcome;
  } catch (error) {
    await job.fail(error);
    throw error;
  }
}
