import type { Cdr } from '../cdr/cdr.ts';
import type { Tenant } from '../provisioning/kind/tenant.ts';
import { type Month, monthOf } from '../store/month.ts';
import type { Store } from '../store/store.ts';
import type { OldCall, StoreUpkeep } from '../store/upkeep.ts';

const DAY_MS = 86_400_000;
/** What an agent has done is shown to him so long. */
const DONE_TASK_DAYS = 90;

export interface CompanyRetentionParts {
  readonly store: Pick<Store, 'audit' | 'callbacks' | 'callerMemory' | 'events' | 'recordings' | 'workspace'>;
  readonly upkeep: StoreUpkeep;
  /** This process: it deletes its own files. */
  readonly nodeId: string;
  /** Deletes a file wherever it is; false: it was not here. Rejects when its folder does not answer. */
  readonly deleteFile: (file: string) => Promise<boolean>;
  /** Between two bites; resolves with whether to go on. */
  readonly rest: () => Promise<boolean>;
}

/** What a run deleted of a company. */
export interface RetentionCounts {
  records: number;
  recordings: number;
  messages: number;
  events: number;
  /** What was remembered of callers. */
  callers: number;
  /** Promises to call back that were over. */
  callbacks: number;
  /** Calls that were old enough and stayed, as they are on hold. */
  held: number;
}

/** Up to which time a company's files are gone, so that no run looks at all calls anew. */
export interface FilesGone {
  /** Of calls that arrived before this time no file is left, but in some months. */
  to: number;
  readonly but: Map<string, Month>;
}

/** One run's work for one company: files first, then records, then events. */
export class CompanyRetention {
  readonly tenantId: string;
  readonly #parts: CompanyRetentionParts;
  readonly #now: number;
  readonly #gone: FilesGone;
  readonly #counts: RetentionCounts = {
    records: 0,
    recordings: 0,
    messages: 0,
    events: 0,
    callers: 0,
    callbacks: 0,
    held: 0,
  };
  /** What arrived before goes; -Infinity: nothing. */
  readonly #recordings: number;
  readonly #messages: number;
  readonly #records: number;
  readonly #events: number;
  #hasHolds = true;
  #isStopped = false;

  constructor({ id, retention }: Tenant, now: number, gone: FilesGone, parts: CompanyRetentionParts) {
    const { recordYears, recordingDays, messageDays, eventDays } = retention;
    this.tenantId = id;
    this.#parts = parts;
    this.#now = now;
    this.#gone = gone;
    this.#records = recordYears === undefined ? Number.NEGATIVE_INFINITY : monthBefore(now, recordYears);
    this.#recordings = Math.max(daysBefore(now, recordingDays), this.#records);
    this.#messages = Math.max(daysBefore(now, messageDays), this.#records);
    this.#events = daysBefore(now, eventDays);
  }

  /** Deletes files that are due. Should it reject, what is known of files that are gone does not hold any more. */
  async deleteFiles(): Promise<void> {
    const holds = await this.#parts.upkeep.holds.all(this.tenantId);
    this.#hasHolds = holds.length > 0;
    const before = Math.max(this.#recordings, this.#messages);
    const { but } = this.#gone;
    for (const month of [...but.values()]) {
      but.delete(month.name);
      await this.#deleteFilesBetween(month.from, Math.min(month.to ?? before, before));
    }
    if (before > this.#gone.to) await this.#deleteFilesBetween(this.#gone.to, before);
    if (!this.#isStopped) this.#gone.to = Math.max(this.#gone.to, before);
  }

  /** No call of the month is kept any more, and none has a file. */
  isOver = (month: Month): boolean => {
    const { to, but } = this.#gone;
    return month.to !== undefined && month.to <= Math.min(this.#records, to) && !but.has(month.name);
  };

  /** Of a call on hold the events stay, too, and one batch has those of many calls. */
  areEventsOver = (month: Month): boolean => {
    return !this.#hasHolds && month.to !== undefined && month.to <= this.#events;
  };

  /** What went with whole months. */
  add(counts: { readonly records?: number | undefined; readonly events?: number | undefined }): void {
    this.#counts.records += counts.records ?? 0;
    this.#counts.events += counts.events ?? 0;
  }

  /** What is left of records and events, row by row. */
  async deleteRows(): Promise<RetentionCounts> {
    const { store, upkeep } = this.#parts;
    const held = await this.#eachOld(undefined, this.#records, async (calls) => {
      const gone = calls.filter(({ isHeld, record }) => !isHeld && filesOf(record).flat().length === 0);
      await upkeep.removeCalls(this.tenantId, gone, this.#now);
      this.#counts.records += gone.length;
    });
    this.#counts.held = Math.max(this.#counts.held, held);
    if (Number.isFinite(this.#records) && !this.#isStopped)
      this.#counts.callers += await store.callerMemory.drop(this.tenantId, this.#records);
    // Of a call on hold its promise stays, too.
    if (Number.isFinite(this.#records) && !this.#hasHolds && !this.#isStopped)
      this.#counts.callbacks += await store.callbacks.drop(this.tenantId, this.#records);
    if (Number.isFinite(this.#events) && !this.#hasHolds && !this.#isStopped) {
      this.#counts.events += await store.events.drop(this.tenantId, this.#events);
    }
    if (!this.#isStopped) {
      const day = daysBefore(this.#now, 1);
      const tasks = Math.max(this.#records, daysBefore(this.#now, DONE_TASK_DAYS));
      await store.workspace.drop(this.tenantId, { drafts: day, tasks });
    }
    return this.#counts;
  }

  async #deleteFilesBetween(from: number | undefined, to: number): Promise<void> {
    const { but } = this.#gone;
    this.#counts.held += await this.#eachOld(from, to, async (calls) => {
      for (const call of calls) {
        if (!call.isHeld && (await this.#deleteDue(call))) continue;
        const month = monthOf(call.startedAt);
        but.set(month.name, month);
      }
    });
  }

  /** Gives calls that arrived between two times, in small lists; resolves with the number of those on hold. */
  async #eachOld(
    from: number | undefined,
    before: number,
    take: (calls: readonly OldCall[]) => Promise<void>,
  ): Promise<number> {
    let held = 0;
    if (!Number.isFinite(before) || this.#isStopped) return held;
    const since = Number.isFinite(from) ? from : undefined;
    for await (const calls of this.#parts.upkeep.callsBefore(this.tenantId, before, since)) {
      held += calls.filter(({ isHeld }) => isHeld).length;
      await take(calls);
      this.#isStopped = !(await this.#parts.rest());
      if (this.#isStopped) break;
    }
    return held;
  }

  /**
   * Deletes a call's files that are due, then tells its record: what a crash, or a folder that does not answer, left between is
   * done by the next run. False while a file is left: it is not due, or on another node's disk.
   */
  async #deleteDue({ record, nodeId }: OldCall): Promise<boolean> {
    const { store, deleteFile } = this.#parts;
    const { startedAt } = record;
    const [recordings, messages] = filesOf(record);
    const dueRecordings = startedAt < this.#recordings ? recordings : [];
    const dueMessages = startedAt < this.#messages ? messages : [];
    const due = [...dueRecordings, ...dueMessages];
    const isAll = due.length === recordings.length + messages.length;
    if (due.length === 0) return isAll;
    const isOurs = nodeId === '' || nodeId === this.#parts.nodeId;
    for (const file of due) if (!(await deleteFile(file)) && !isOurs) return false;
    const range = { from: startedAt, to: startedAt + 1 };
    await store.recordings.markDeleted({ files: new Set(due), ...range, deletedAt: this.#now });
    this.#counts.recordings += dueRecordings.length;
    this.#counts.messages += dueMessages.length;
    return isAll;
  }
}

/** Files of a record that are there. */
function filesOf({
  recordings,
  voicemail,
}: Cdr): readonly [recordings: readonly string[], messages: readonly string[]] {
  const messages = voicemail ? [voicemail] : [];
  return [
    recordings.filter(isThere).map(({ file }) => file),
    messages.filter(isThere).map(({ file }) => file),
  ];
}

const isThere = ({ file, deletedAt }: { readonly file: string; readonly deletedAt: number | null }) =>
  file !== '' && (deletedAt ?? null) === null;

function daysBefore(now: number, days: number | undefined): number {
  return days === undefined ? Number.NEGATIVE_INFINITY : now - days * DAY_MS;
}

/** The beginning of the month (UTC) that was so many years ago. */
function monthBefore(now: number, years: number): number {
  const date = new Date(now);
  return monthOf(date.setUTCFullYear(date.getUTCFullYear() - years)).from ?? Number.NEGATIVE_INFINITY;
}
