import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Job } from '../../job/job-store.ts';
import type { JobAtWork, Jobs } from '../../job/jobs.ts';
import type { KeptNumbers } from '../../numbering/kept-numbers.ts';
import {
  type ListNumber,
  type ListRef,
  MOST_NUMBERS,
  placeOfRevision,
} from '../../numbering/list-number-store.ts';
import type { NumberLists } from '../../numbering/number-list.ts';
import type { Provisioned } from '../../provisioning/provisioning.ts';
import type { Clock } from '../../shared/clock.ts';
import { PbxError } from '../../shared/errors.ts';
import type { Scope } from '../../shared/scope.ts';
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
    /** On it, with the same or something else. */
    readonly present: number;
    /** That go from it. */
    readonly remove: number;
    /** Rows whose number an earlier one had: that one counts. */
    readonly twice: number;
    readonly error: number;
  };
}

export interface NumberImportsParts {
  readonly kept: Pick<KeptNumbers, 'change' | 'empty'>;
  readonly lists: Pick<NumberLists, 'kept'>;
  readonly provisioning: Provisioned;
  readonly jobs: Jobs;
  readonly uploads: UploadFolder;
  readonly timeZone: string;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Tables of numbers of a list, by the million: looked through first, then taken a thousand at a time while calls go on. */
export class NumberImports {
  readonly #parts: NumberImportsParts;

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
    const { error } = preview.counts;
    if (error > 0 && !skipsErrors)
      throw new PbxError(
        'import-errors',
        `${error} rows are wrong: put them right, or leave them out with errors=skip`,
      );
    const plan = await jobs.kept(id, PLAN);
    if (!plan) throw new PbxError('not-found', `the plan of ${id} is gone, or on another node`);
    return await jobs.start({ kind: IMPORT, tenantId: tenant, by }, (work) =>
      this.#take({ tenant, name }, preview, plan, work, orderer),
    );
  }

  async #look(order: NumberImportOrder, path: string, work: JobAtWork): Promise<NumberPreview> {
    const { lists, provisioning, timeZone } = this.#parts;
    const { tenant, name, way, file } = order;
    const agents = Array.from(provisioning.snapshot.entitiesOf('agent', tenant), (agent) => agent.name);
    const wrong: WrongRow[] = [];
    let titles: readonly string[] = [];
    const counts = { create: 0, present: 0, remove: 0, twice: 0, error: 0 };
    let rows = 0;
    const lines = async function* (): AsyncGenerator<string, void> {
      for await (const part of readNumberSheet({ path, timeZone, agents, part: MOST_NUMBERS }, work.signal)) {
        const kept = lists.kept(tenant, name);
        const present = kept
          ? (JSON.parse(part.json) as ListNumber[]).filter(({ number }) => kept.has(number))
          : [];
        counts.present += present.length;
        counts.create += part.count - present.length;
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
    if (way === 'remove') [counts.remove, counts.create] = [counts.present, 0];
    if (way === 'replace') counts.remove = (lists.kept(tenant, name)?.size ?? 0) - counts.present;
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
    const total = seen.create + seen.present;
    const counts = { created: 0, updated: 0, unchanged: 0, removed: 0 };
    let done = 0;
    let first: number | undefined;
    const lines = createInterface({ input: plan, crlfDelay: Number.POSITIVE_INFINITY });
    try {
      work.progress(0, total);
      for await (const line of lines) {
        // What is taken stays: the result says how much.
        if (work.signal.aborted) break;
        this.#requireList(list);
        const numbers = JSON.parse(line) as readonly ListNumber[];
        // Of its own, so that what is parsed and what is written do not share a turn.
        await nextTurn();
        const removed = way === 'remove' ? numbers.map(({ number }) => number) : [];
        const put = way === 'remove' ? [] : numbers.map(wholeOf);
        const changed = await kept.change({
          ...{ ...list, put, removed, movesAll: way === 'replace', at: clock.now(), by },
        });
        first ??= changed.revision;
        for (const each of ['created', 'updated', 'unchanged', 'removed'] as const)
          counts[each] += changed[each];
        done += numbers.length;
        work.progress(done, total);
      }
      const isWhole = !work.signal.aborted;
      if (isWhole && way === 'replace' && first !== undefined) {
        await kept.empty(list, placeOfRevision(first));
        counts.removed = seen.remove;
      }
      const details = { did: 'import', list: list.name, way, file, ...counts, isWhole, address };
      await tell({ tenantId: list.tenant, at: clock.now(), action: 'list-number', by, details });
      return { list: list.name, way, ...counts, isWhole };
    } finally {
      lines.close();
      plan.destroy();
    }
  }

  #requireList({ tenant, name }: ListRef): void {
    if (!this.#parts.provisioning.snapshot.get('list', tenant, name))
      throw new PbxError('not-found', `there is no list ${name}`);
  }
}

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
