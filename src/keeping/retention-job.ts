import type { Tenant } from '../provisioning/kind/tenant.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { JobFact } from '../store/events.ts';
import type { Month } from '../store/month.ts';
import { CompanyRetention, type CompanyRetentionParts, type FilesGone } from './company-retention.ts';
import { Job } from './job.ts';

const DAY_MS = 86_400_000;
/** After a start: what is more urgent comes first. */
const FIRST_MS = 3_600_000;
/** Between two bites, so that a night's work never stands in the way of calls. */
const PAUSE_MS = 20;

export interface RetentionJobParts extends Omit<CompanyRetentionParts, 'rest'> {
  readonly provisioning: Provisioned;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  readonly log: Logger;
}

/** Deletes once a day what companies keep no longer (保留期限): records, recordings, messages, events; see kind `tenant`. */
export class RetentionJob {
  readonly #parts: RetentionJobParts;
  #timer: Timer | undefined;
  #run: Promise<void> | undefined;
  #pause: { readonly timer: Timer; readonly end: () => void } | undefined;
  #closed = false;
  /** By company, what this process has found. */
  readonly #gone = new Map<string, FilesGone>();
  /** By company, those of this run that are not over. */
  readonly #jobs = new Map<string, Job>();

  constructor(parts: RetentionJobParts) {
    this.#parts = parts;
  }

  /** Runs in an hour, then every day. */
  start(): void {
    const { clock } = this.#parts;
    this.#timer = clock.after(FIRST_MS, () => {
      this.#timer = clock.every(DAY_MS, () => void this.run());
      void this.run();
    });
  }

  /** One run; the one under way when there is one. Never rejects: what fails is logged, and is found by the next run. */
  run(): Promise<void> {
    this.#run ??= this.#all().finally(() => {
      this.#run = undefined;
    });
    return this.#run;
  }

  /** Stops after the bite at hand. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#pause?.timer.cancel();
    this.#pause?.end();
    await this.#run;
  }

  async #all(): Promise<void> {
    const { provisioning, clock } = this.#parts;
    const now = clock.now();
    const companies = provisioning.snapshot
      .all('tenant')
      .filter(({ retention }) => Object.keys(retention).length > 0)
      .map((tenant) => this.#retentionOf(tenant, now));
    const sound = await this.#each(companies, async (company) => {
      await this.#begin(company);
      await company.deleteFiles();
    });
    await this.#removeMonths(sound, now);
    await this.#each(sound, (company) => this.#finish(company, now));
    for (const [tenant] of this.#jobs) await this.#end(tenant, (job) => job.fail(new Error('the PBX ends')));
  }

  async #begin({ tenantId }: CompanyRetention): Promise<void> {
    const { store, clock, ids } = this.#parts;
    const parts = { clock, ids, tell: (fact: JobFact) => store.events.tell(fact) };
    this.#jobs.set(tenantId, await Job.begin(parts, { tenantId, kind: 'retention', by: 'pbx400' }));
  }

  async #end(tenant: string, end: (job: Job) => Promise<void>): Promise<void> {
    const job = this.#jobs.get(tenant);
    this.#jobs.delete(tenant);
    if (job) await end(job);
  }

  #retentionOf(tenant: Tenant, now: number): CompanyRetention {
    const gone = this.#gone.get(tenant.id) ?? { to: Number.NEGATIVE_INFINITY, but: new Map() };
    this.#gone.set(tenant.id, gone);
    return new CompanyRetention(tenant, now, gone, { ...this.#parts, rest: () => this.#rest() });
  }

  /** Returns those with whom all went well. */
  async #each(
    companies: readonly CompanyRetention[],
    work: (company: CompanyRetention) => Promise<void>,
  ): Promise<readonly CompanyRetention[]> {
    const sound: CompanyRetention[] = [];
    for (const company of companies) {
      if (this.#closed) break;
      try {
        await work(company);
        sound.push(company);
      } catch (err) {
        const { tenantId: tenant } = company;
        this.#gone.delete(tenant);
        await this.#end(tenant, (job) => job.fail(err));
        this.#failed(err, { tenant });
      }
    }
    return sound;
  }

  /** Months that are past for all at once, where the database can. */
  async #removeMonths(companies: readonly CompanyRetention[], now: number): Promise<void> {
    const { months } = this.#parts.upkeep;
    if (!months || this.#closed) return;
    const byTenant = new Map(companies.map((company) => [company.tenantId, company]));
    try {
      await months.makeAhead();
      const calls = await months.removeCalls((id, month) => byTenant.get(id)?.isOver(month) ?? false, now);
      const isOver = (id: string, month: Month) => byTenant.get(id)?.areEventsOver(month) ?? false;
      const events = await months.removeEvents(isOver, now);
      for (const { counts } of calls) for (const [id, records] of counts) byTenant.get(id)!.add({ records });
      for (const { counts } of events) for (const [id, n] of counts) byTenant.get(id)!.add({ events: n });
    } catch (err) {
      this.#failed(err, {});
    }
  }

  async #finish(company: CompanyRetention, now: number): Promise<void> {
    const { store, log } = this.#parts;
    const { tenantId } = company;
    const counts = await company.deleteRows();
    const details = { ...counts };
    await store.audit.append({ tenantId, at: now, action: 'retention', by: 'pbx400', details });
    await this.#end(tenantId, (job) => job.end(details));
    log.info({ tenant: tenantId, ...counts }, 'what is too old was deleted');
  }

  #failed(err: unknown, whose: object): void {
    const { log } = this.#parts;
    log.error({ err, ...whose }, 'what is too old could not be deleted; the next run tries again');
  }

  /** False: the job ends. */
  async #rest(): Promise<boolean> {
    if (this.#closed) return false;
    await new Promise<void>((end) => {
      this.#pause = { timer: this.#parts.clock.after(PAUSE_MS, end), end };
    });
    this.#pause = undefined;
    return !this.#closed;
  }
}
