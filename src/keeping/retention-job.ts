import type { Cdr } from '../cdr/cdr.ts';
import type { Tenant } from '../provisioning/kind/tenant.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Store } from '../store/store.ts';
import type { OldCall, StoreUpkeep } from '../store/upkeep.ts';

const DAY_MS = 86_400_000;
/** After a start: what is more urgent comes first. */
const FIRST_MS = 3_600_000;
/** Between two bites, so that a night's work never stands in the way of calls. */
const PAUSE_MS = 20;

export interface RetentionJobParts {
  readonly store: Pick<Store, 'audit' | 'events' | 'recordings'>;
  readonly upkeep: StoreUpkeep;
  readonly provisioning: Provisioned;
  /** This process: it deletes its own files. */
  readonly nodeId: string;
  /** Deletes a file wherever it is; false: it was not here. Rejects when its folder does not answer. */
  readonly deleteFile: (file: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a run deleted of a company. */
export interface RetentionCounts {
  records: number;
  recordings: number;
  messages: number;
  events: number;
  /** Calls that were old enough and stayed, as they are on hold. */
  held: number;
}

/** Deletes once a day what companies keep no longer (保留期限): records, recordings, messages, events; see kind `tenant`. */
export class RetentionJob {
  readonly #parts: RetentionJobParts;
  #timer: Timer | undefined;
  #run: Promise<void> | undefined;
  #pause: { readonly timer: Timer; readonly end: () => void } | undefined;
  #closed = false;

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
    const { provisioning, log } = this.#parts;
    for (const tenant of provisioning.snapshot.all('tenant')) {
      if (this.#closed || Object.keys(tenant.retention).length === 0) continue;
      try {
        await this.#company(tenant);
      } catch (err) {
        log.error(
          { err, tenant: tenant.id },
          'what is too old could not be deleted; the next run tries again',
        );
      }
    }
  }

  async #company({ id, retention }: Tenant): Promise<void> {
    const { store, upkeep, clock, log } = this.#parts;
    const now = clock.now();
    const { recordYears, recordingDays, messageDays, eventDays } = retention;
    const counts: RetentionCounts = { records: 0, recordings: 0, messages: 0, events: 0, held: 0 };
    const [recordings, messages] = [daysBefore(now, recordingDays), daysBefore(now, messageDays)];
    const held = await this.#eachOld(id, Math.max(recordings, messages), async (calls) => {
      for (const { startedAt, record, nodeId } of calls) {
        const isDue = { recordings: startedAt < recordings, messages: startedAt < messages };
        await this.#deleteFiles(record, nodeId, isDue, counts);
      }
    });
    const records = recordYears === undefined ? Number.NEGATIVE_INFINITY : yearsBefore(now, recordYears);
    const heldRecords = await this.#eachOld(id, records, async (calls) => {
      const gone: OldCall[] = [];
      for (const call of calls) {
        const isDue = { recordings: true, messages: true };
        if (await this.#deleteFiles(call.record, call.nodeId, isDue, counts)) gone.push(call);
      }
      await upkeep.removeCalls(id, gone, now);
      counts.records += gone.length;
    });
    counts.held = Math.max(held, heldRecords);
    // Of a call on hold the events stay, too, and one batch has those of many calls.
    const holds = await upkeep.holds.all(id);
    if (eventDays !== undefined && holds.length === 0 && !this.#closed)
      counts.events = await store.events.drop(id, daysBefore(now, eventDays));
    await store.audit.append({
      tenantId: id,
      at: now,
      action: 'retention',
      by: 'pbx400',
      details: { ...counts },
    });
    log.info({ tenant: id, ...counts }, 'what is too old was deleted');
  }

  /** Gives the calls that are old enough and not on hold, in small lists; resolves with the number of those on hold. */
  async #eachOld(
    tenant: string,
    before: number,
    take: (calls: readonly OldCall[]) => Promise<void>,
  ): Promise<number> {
    let held = 0;
    if (!Number.isFinite(before)) return held;
    for await (const calls of this.#parts.upkeep.callsBefore(tenant, before)) {
      if (this.#closed) break;
      const free = calls.filter(({ isHeld }) => !isHeld);
      held += calls.length - free.length;
      await take(free);
      await this.#rest();
    }
    return held;
  }

  /**
   * Deletes a call's files that are due, then tells its record: what a crash, or a folder that does not answer, left between is
   * done by the next run. False while one is left: it is on another node's disk.
   */
  async #deleteFiles(
    record: Cdr,
    nodeId: string,
    isDue: { readonly recordings: boolean; readonly messages: boolean },
    counts: RetentionCounts,
  ): Promise<boolean> {
    const { store, clock, deleteFile } = this.#parts;
    const { startedAt, voicemail } = record;
    const recordings = isDue.recordings ? record.recordings.filter(isThere).map(({ file }) => file) : [];
    const messages = isDue.messages && voicemail && isThere(voicemail) ? [voicemail.file] : [];
    const files = [...recordings, ...messages];
    if (files.length === 0) return true;
    const isOurs = nodeId === '' || nodeId === this.#parts.nodeId;
    for (const file of files) if (!(await deleteFile(file)) && !isOurs) return false;
    const range = { from: startedAt, to: startedAt + 1 };
    await store.recordings.markDeleted({ files: new Set(files), ...range, deletedAt: clock.now() });
    counts.recordings += recordings.length;
    counts.messages += messages.length;
    return true;
  }

  async #rest(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((end) => {
      this.#pause = { timer: this.#parts.clock.after(PAUSE_MS, end), end };
    });
    this.#pause = undefined;
  }
}

const isThere = ({ file, deletedAt }: { readonly file: string; readonly deletedAt: number | null }) =>
  file !== '' && (deletedAt ?? null) === null;

function daysBefore(now: number, days: number | undefined): number {
  return days === undefined ? Number.NEGATIVE_INFINITY : now - days * DAY_MS;
}

/** The same date so many years ago. */
function yearsBefore(now: number, years: number): number {
  const date = new Date(now);
  return date.setUTCFullYear(date.getUTCFullYear() - years);
}
