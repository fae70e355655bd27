import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isOpen, type Job } from '../../job/job-store.ts';
import type { JobAtWork, Jobs } from '../../job/jobs.ts';
import type { KeptNumbers } from '../../numbering/kept-numbers.ts';
import {
  type ListNumber,
  type ListNumberStore,
  type ListRef,
  MOST_NUMBERS,
  type OpenListImport,
  placeOfRevision,
} from '../../numbering/list-number-store.ts';
import type { NumberLists } from '../../numbering/number-list.ts';
import type { Provisioned } from '../../provisioning/provisioning.ts';
import type { Clock } from '../../shared/clock.ts';
import { PbxError } from '../../shared/errors.ts';
import { Scope } from '../../shared/scope.ts';
import type { UploadFolder } from '../../shared/upload-folder.ts';
import type { AuditEntry } from '../../store/store.ts';
import { ERRORS_COLUMN } from '../column.ts';
import type { Orderer } from '../imports.ts';
import { CSV_MARK, csvLine } from '../sheet/csv-text.ts';
import type { WrongRow } from './number-sheet.ts';
import { readNumberSheet } from './read-number-sheet.ts';

const PREVIEW = 'list-number-preview';
const IMPORT = 'list-number-import';
const PLAN = 'plan';
/** Wrong rows that the file of errors has; the rest is counted. */
const MOST_WRONG = 10_000;
/** Rows of the file of errors that are written in a turn. */
const PART = 250;

/** What becomes of a list: the numbers come to it, take its place, or go from it. */
export type NumberImportWay = 'add' | 'replace' | 'remove';

export interface NumberImportOrder extends ListRef {
  readonly way: NumberImportWay;
  /** What the file is called, for people. */
  readonly file: string | undefined;
}

/** What came of a preview: the result of its job. */
export interface NumberPreview {
  readonly list: string;
  readonly way: NumberImportWay;
  readonly file: string | null;
  readonly rows: number;
  readonly counts: {
    /** Not on the list yet. */
    readonly create: number;
    /** On it, with something else. */
    readonly update: number;
    /** On it, with the same. */
    readonly unchanged: number;
    /** That go from it. */
    readonly remove: number;
    /** Rows whose number an earlier one had: that one counts. */
    readonly twice: number;
    readonly error: number;
  };
}

export interface NumberImportsParts {
  readonly store: Pick<ListNumberStore, 'known' | 'openImports'>;
  readonly kept: Pick<KeptNumbers, 'change' | 'settle' | 'takeBack'>;
  readonly lists: Pick<NumberLists, 'kept'>;
  readonly provisioning: Provisioned;
  readonly jobs: Jobs;
  readonly uploads: UploadFolder;
  readonly timeZone: string;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Tables of numbers of a list, by the million: looked through first, then taken a thousand at a time while calls go on; one that does not end is taken back. */
export class NumberImports {
  readonly #parts: NumberImportsParts;
  /** Lists into which an import of this node runs. */
  readonly #lists = new Set<string>();
  #cutOff: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: NumberImportsParts) {
    this.#parts = parts;
  }

  /** Takes a file in and begins a job that says what it would do. Throws PbxError. */
  async preview(order: NumberImportOrder, sent: Readable, { by }: Orderer): Promise<Job> {
    const { jobs, uploads } = this.#parts;
    this.#requireList(order);
    const path = await uploads.receive(order.tenant, sent);
    try {
      return await jobs.start({ kind: PREVIEW, tenantId: order.tenant, by }, async (work) => {
        try {
          return await this.#look(order, path, work);
        } finally {
          await rm(path, { force: true });
        }
      });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /**
   * Begins a job that does what a preview said. `skipsErrors`: rows that are wrong are left out. Throws PbxError `not-found`, `still-running`,
   * `import-errors`.
   */
  async run(
    scope: Scope,
    { name, id }: { readonly name: string; readonly id: string },
    skipsErrors: boolean,
    orderer: Orderer,
  ): Promise<Job> {
    const { jobs } = this.#parts;
    const { by } = orderer;
    const { tenantId: tenant, kind, state, by: begunBy, result } = await jobs.get(scope, id);
    const preview = result as NumberPreview;
    if (kind !== PREVIEW || begunBy !== by)
      throw new PbxError('not-found', `there is no preview ${id} of yours`);
    if (state === 'waiting' || state === 'running')
      throw new PbxError('still-running', `preview ${id} is not done yet`);
    if (state !== 'done' || preview.list !== name)
      throw new PbxError('not-found', `there is no preview ${id} of list ${name} that was done`);
    this.#requireList({ tenant, name });
    await this.#requireNoOther({ tenant, name });
    const { error } = preview.counts;
    if (error > 0 && !skipsErrors)
      throw new PbxError(
        'import-errors',
        `${error} rows are wrong: put them right, or leave them out with errors=skip`,
      );
    const plan = await jobs.kept(id, PLAN);
    if (!plan) throw new PbxError('not-found', `the plan of ${id} is gone, or on another node`);
    return await jobs.start({ kind: IMPORT, tenantId: tenant, by }, async (work) => {
      const list = `${tenant}\n${name}`;
      // The table knows of another when that has changed something, which is later than that it began.
      const isFirst = !this.#lists.has(list);
      this.#lists.add(list);
      try {
        if (!isFirst) throw underWay(name);
        // It may have waited.
        await this.#requireNoOther({ tenant, name });
        return await this.#take({ tenant, name }, preview, plan, work, orderer);
      } finally {
        if (isFirst) this.#lists.delete(list);
        plan.destroy();
      }
    });
  }

  /** At a start: imports that a crash or a restart cut off are taken back; those of other nodes go on. */
  takeBackCutOff(): Promise<void> {
    this.#cutOff = this.#takeBackCutOff();
    return this.#cutOff;
  }

  /** What is being taken back goes on at the next start. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#cutOff?.catch(() => {});
  }

  async #takeBackCutOff(): Promise<void> {
    const { store, jobs } = this.#parts;
    for (const each of await store.openImports()) {
      const job = await jobs.get(Scope.all, each.id).catch((error: unknown) => {
        // A database that does not answer says nothing of an import that may run on another node.
        if (error instanceof PbxError && error.code === 'not-found') return undefined;
        throw error;
      });
      if (job && isOpen(job)) continue;
      await this.#takeBack(each, job?.by ?? 'pbx400 start');
    }
  }

  async #look(order: NumberImportOrder, path: string, work: JobAtWork): Promise<NumberPreview> {
    const { store, lists, provisioning, timeZone } = this.#parts;
    const { tenant, name, way, file } = order;
    const agents = Array.from(provisioning.snapshot.entitiesOf('agent', tenant), (agent) => agent.name);
    const wrong: WrongRow[] = [];
    let titles: readonly string[] = [];
    const counts = { create: 0, update: 0, unchanged: 0, remove: 0, twice: 0, error: 0 };
    let rows = 0;
    const lines = async function* (): AsyncGenerator<string, void> {
      for await (const part of readNumberSheet({ path, timeZone, agents, part: MOST_NUMBERS }, work.signal)) {
        // A list that has none has none of these.
        const isAsked = part.count > 0 && lists.kept(tenant, name) !== undefined;
        const known = isAsked
          ? await store.known({ tenant, name }, JSON.parse(part.json) as ListNumber[])
          : { present: 0, same: 0 };
        counts.unchanged += known.same;
        counts.update += known.present - known.same;
        counts.create += part.count - known.present;
        counts.twice = part.twice;
        counts.error += part.wrong.length;
        if (wrong.length < MOST_WRONG) wrong.push(...part.wrong);
        titles = part.titles;
        rows = part.rows;
        work.progress(rows);
        if (part.count > 0) yield `${part.json}\n`;
      }
    };
    await work.keep(PLAN, lines());
    if (rows === 0) throw new PbxError('bad-sheet', 'the file has no numbers');
    const present = counts.update + counts.unchanged;
    if (way === 'replace') counts.remove = (lists.kept(tenant, name)?.size ?? 0) - present;
    // Of those that are not there nothing becomes.
    if (way === 'remove')
      Object.assign(counts, { create: 0, update: 0, unchanged: counts.create, remove: present });
    if (wrong.length > 0)
      await work.writeFile('errors-numbers.csv', 'text/csv; charset=utf-8', errorsOf(titles, wrong));
    work.progress(rows, rows);
    return { list: name, way, file: file ?? null, rows, counts };
  }

  async #take(
    list: ListRef,
    { way, file, counts: seen }: NumberPreview,
    plan: Readable,
    work: JobAtWork,
    { by, address }: Orderer,
  ) {
    const { kept, clock, tell } = this.#parts;
    // As many as the plan has, whatever becomes of each.
    const total = seen.create + seen.update + seen.unchanged + (way === 'remove' ? seen.remove : 0);
    const counts = { created: 0, updated: 0, unchanged: 0, removed: 0 };
    let done = 0;
    let first: number | undefined;
    // Nothing else is waited for before its lines: they come at once.
    const lines = createInterface({ input: plan, crlfDelay: Number.POSITIVE_INFINITY });
    try {
      work.progress(0, total);
      for await (const line of lines) {
        work.signal.throwIfAborted();
        this.#requireList(list);
        const numbers = JSON.parse(line) as readonly ListNumber[];
        // Of its own, so that what is parsed and what is written do not share a turn.
        await nextTurn();
        const removed = way === 'remove' ? numbers.map(({ number }) => number) : [];
        const put = way === 'remove' ? [] : numbers.map(wholeOf);
        const changed = await kept.change({
          ...{ ...list, put, removed, movesAll: way === 'replace', at: clock.now(), by, of: work.id },
        });
        first ??= changed.revision;
        for (const each of ['created', 'updated', 'unchanged', 'removed'] as const)
          counts[each] += changed[each];
        done += numbers.length;
        work.progress(done, total);
      }
      work.signal.throwIfAborted();
      const begins = way === 'replace' && first !== undefined ? placeOfRevision(first) : undefined;
      await kept.settle(work.id, list, begins);
      if (begins !== undefined) counts.removed = seen.remove;
      const details = { did: 'import', list: list.name, way, file, ...counts, address };
      await tell({ tenantId: list.tenant, at: clock.now(), action: 'list-number', by, details });
      return { list: list.name, way, ...counts };
    } catch (error) {
      await this.#takeBack({ id: work.id, ...list }, by, () => {
        done -= Math.min(done, MOST_NUMBERS);
        work.progress(done, total);
      });
      // There is no time for it while the PBX ends.
      if (this.#isClosed) throw error;
      const details = { did: 'import-taken-back', list: list.name, way, file, address };
      await tell({ tenantId: list.tenant, at: clock.now(), action: 'list-number', by, details });
      throw error;
    } finally {
      lines.close();
    }
  }

  async #takeBack({ id }: OpenListImport, by: string, isTaken?: () => void): Promise<void> {
    while (!this.#isClosed && (await this.#parts.kept.takeBack(id, by))) {
      isTaken?.();
      await nextTurn();
    }
  }

  /** Two that take each other back would leave what neither found. */
  async #requireNoOther({ tenant, name }: ListRef): Promise<void> {
    const open = await this.#parts.store.openImports();
    if (open.some((each) => each.tenant === tenant && each.name === name)) throw underWay(name);
  }

  #requireList({ tenant, name }: ListRef): void {
    if (!this.#parts.provisioning.snapshot.get('list', tenant, name))
      throw new PbxError('not-found', `there is no list ${name}`);
  }
}

const underWay = (name: string) =>
  new PbxError('still-running', `another import into list ${name} is under way: wait for it, or cancel it`);

/** JSON has no undefined. */
const wholeOf = ({ number, until, reason, owner, note }: ListNumber): ListNumber => ({
  ...{ number, until, reason, owner, note },
});

async function* errorsOf(
  titles: readonly string[],
  wrong: readonly WrongRow[],
): AsyncGenerator<string, void> {
  yield CSV_MARK + csvLine([...titles, ERRORS_COLUMN]);
  for (let from = 0; from < wrong.length; from += PART) {
    const part = wrong.slice(from, from + PART);
    yield part.map(({ cells, why }) => csvLine([...titles.map((_, at) => cells[at] ?? ''), why])).join('');
    await nextTurn();
  }
}
