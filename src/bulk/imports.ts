import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ManyUsers } from '../auth/many-users.ts';
import type { Principal } from '../auth/principal.ts';
import type { Job } from '../job/job-store.ts';
import type { JobAtWork, Jobs } from '../job/jobs.ts';
import type { Companies } from '../provisioning/companies.ts';
import type { KindName } from '../provisioning/kinds.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Scope } from '../shared/scope.ts';
import type { UploadFolder } from '../shared/upload-folder.ts';
import type { NewBulkChange } from '../store/bulk-change.ts';
import type { AuditEntry } from '../store/store.ts';
import type { CellFlaw, Column } from './column.ts';
import { type ChosenRows, EntityImport, type Plan, type RowChange } from './entity-import.ts';
import { errorFile } from './error-file.ts';
import { type PlannedRow, type ReadRow, RowReader, type Verdict } from './import-row.ts';
import { linesOf, rowsOf } from './kept-rows.ts';
import { type ColumnEdit, columnEdits, type FieldEdit } from './row-edit.ts';
import { readSheet } from './sheet/read-sheet.ts';
import { USER } from './user-columns.ts';
import { UserImport } from './user-import.ts';

/** Jobs of imports are of these kinds. */
const PREVIEWS = { import: 'import-preview', edit: 'edit-preview' } as const;
/** What a plan was made of: a table, or rows that were chosen. */
export type PlanSource = keyof typeof PREVIEWS;
/** What a preview leaves for the import. */
const PLAN = 'plan';
/** Problems that are told; the rest is counted. */
const TOLD = 20;

/** By whose word, for the audit trail. */
export interface Orderer {
  readonly by: string;
  readonly address?: string | undefined;
}

/** The same with his rights: users are managed by who has all that they have. */
export interface Manager extends Orderer {
  readonly principal: Principal;
}

/** Of what each row is one. */
export type ImportKind = KindName | typeof USER;

/** Rows that somebody has chosen, and what becomes of them. */
export interface EditOrder {
  readonly tenant: string;
  readonly kind: ImportKind;
  /** Keys, or logins. */
  readonly names: readonly string[];
  readonly what: readonly FieldEdit[] | 'remove';
}

/** What rows become. */
interface ImportTarget {
  readonly columns: readonly Column[];
  chosen(names: readonly string[], edits: readonly ColumnEdit[]): Promise<ChosenRows>;
  changes(
    rows: readonly PlannedRow[],
    shown: (kind: KindName, value: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
  ): Promise<readonly (readonly RowChange[])[]>;
  plan(rows: readonly ReadRow[], by: string, work: JobAtWork): Promise<Plan>;
  outdated(rows: readonly PlannedRow[]): Promise<readonly string[]>;
  run(rows: readonly PlannedRow[], by: string, bulk: NewBulkChange, work: JobAtWork): Promise<void>;
}

/** Whose import of what. */
export interface ImportOrder {
  readonly tenant: string;
  readonly kind: ImportKind;
  /** What the file is called, for people. */
  readonly file: string | undefined;
}

/** What came of a preview: the result of its job. */
export interface PreviewResult {
  readonly kind: ImportKind;
  readonly file: string | null;
  readonly rows: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Of the table as a whole, and of other things that it would break. */
  readonly problems: readonly string[];
  /** Whether it can be run. */
  readonly isRunnable: boolean;
}

export interface ImportsParts {
  readonly companies: Companies;
  readonly users: ManyUsers;
  readonly jobs: Jobs;
  readonly uploads: UploadFolder;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** Tables of agents, extensions and other entities (批量导入), and rows that are changed alike (批量修改): looked through first, then taken as a whole. */
export class Imports {
  readonly #parts: ImportsParts;

  constructor(parts: ImportsParts) {
    this.#parts = parts;
  }

  /** Takes a file in and begins a job that says what it would do. Throws PbxError. */
  async preview(order: ImportOrder, sent: Readable, manager: Manager): Promise<Job> {
    const { jobs, uploads, users } = this.#parts;
    const { by } = manager;
    if (order.kind === USER) users.requireCompany(order.tenant);
    const path = await uploads.receive(order.tenant, sent);
    try {
      return await jobs.start({ kind: PREVIEWS.import, tenantId: order.tenant, by }, async (work) => {
        try {
          return await this.#look(order, path, work, manager);
        } finally {
          await rm(path, { force: true });
        }
      });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Begins a job that says what it would be to change, or to remove, rows that were chosen. Throws PbxError `bad-request`. */
  async edit({ kind, tenant, names, what }: EditOrder, manager: Manager): Promise<Job> {
    const { jobs, users } = this.#parts;
    if (kind === USER) users.requireCompany(tenant);
    if (kind === USER && what === 'remove')
      throw new PbxError(
        'bad-request',
        'users that are removed do not come back: turn them off (active: false)',
      );
    const edits = what === 'remove' ? [] : columnEdits(kind, what);
    const of = { kind: PREVIEWS.edit, tenantId: tenant, by: manager.by };
    return await jobs.start(of, async (work) => {
      const into = this.#into(kind, tenant, manager);
      const { rows: read, left } = await into.chosen([...new Set(names)], edits);
      work.progress(0, names.length);
      const isRemoval = what === 'remove' && into instanceof EntityImport;
      const plan = isRemoval
        ? await into.planRemoval(read, manager.by)
        : await into.plan(read, manager.by, work);
      const rows = [...plan.rows, ...left].sort((one, other) => one.row - other.row);
      return await this.#kept({ kind, file: undefined }, { ...plan, rows }, work);
    });
  }

  /** What a preview is about. Throws PbxError `not-found`, also for who has not begun it; `still-running`. */
  async previewOf(
    scope: Scope,
    id: string,
    by: string,
    source: PlanSource = 'import',
  ): Promise<{ readonly tenant: string; readonly source: PlanSource } & PreviewResult> {
    const job = await this.#parts.jobs.get(scope, id);
    if (job.kind !== PREVIEWS[source] || job.by !== by)
      throw new PbxError('not-found', `there is no preview ${id} of yours`);
    if (job.state === 'waiting' || job.state === 'running')
      throw new PbxError('still-running', `preview ${id} is not done yet`);
    if (job.state !== 'done') throw new PbxError('not-found', `preview ${id} is ${job.state}`);
    return { tenant: job.tenantId, source, ...(job.result as PreviewResult) };
  }

  /** Rows of a preview. `after`: the row before the page. */
  async rows(
    id: string,
    {
      limit,
      after = 0,
      verdict,
    }: { readonly limit: number; readonly after?: number; readonly verdict?: Verdict | undefined },
  ): Promise<readonly PlannedRow[]> {
    const page: PlannedRow[] = [];
    for await (const row of this.#planned(id)) {
      if (row.row <= after || (verdict && row.verdict !== verdict)) continue;
      if (page.push(row) >= limit) break;
    }
    return page;
  }

  /** Of rows of an edit what each field is, and would be. `shown`: what of an entity who asks may see. */
  changes(
    { kind, tenant }: Pick<EditOrder, 'kind' | 'tenant'>,
    rows: readonly PlannedRow[],
    manager: Manager,
    shown: Parameters<ImportTarget['changes']>[1],
  ): Promise<readonly (readonly RowChange[])[]> {
    return this.#into(kind, tenant, manager).changes(rows, shown);
  }

  /**
   * Begins a job that does what a preview said. Throws PbxError `import-errors` where that found something wrong, `changed-meanwhile` where it is not
   * as it was any more.
   */
  async run(scope: Scope, id: string, orderer: Manager, source: PlanSource = 'import'): Promise<Job> {
    const preview = await this.previewOf(scope, id, orderer.by, source);
    if (!preview.isRunnable)
      throw new PbxError('import-errors', 'rows of the preview are wrong: put them right and make a new one');
    const { kind, tenant } = preview;
    const into = this.#into(kind, tenant, orderer);
    const rows: PlannedRow[] = [];
    for await (const row of this.#planned(id)) rows.push(row);
    const outdated = await into.outdated(rows);
    if (outdated.length > 0) {
      const names = outdated.slice(0, TOLD).join(', ');
      const text = `${outdated.length} are not as they were when the preview was made: ${names}`;
      throw new PbxError('changed-meanwhile', `${text}; make a new one`);
    }
    const { jobs, ids } = this.#parts;
    return await jobs.start({ kind: source, tenantId: tenant, by: orderer.by }, async (work) => {
      const { length } = rows;
      work.progress(0, length);
      // From here on it is all or nothing.
      work.signal.throwIfAborted();
      const change = ids.token();
      const of = { kind, file: preview.file ?? undefined, undoes: undefined };
      await into.run(rows, orderer.by, { id: change, tenantId: tenant, source, ...of }, work);
      work.progress(length, length);
      const { create, update, remove, unchanged, left } = preview.counts;
      const details =
        source === 'edit'
          ? { change, kind, update, remove }
          : { change, kind, file: preview.file, create, update };
      await this.#note(source, orderer, tenant, details);
      const told = source === 'edit' ? { removed: remove, left } : { created: create };
      return { change, kind, ...told, updated: update, unchanged };
    });
  }

  #into(kind: ImportKind, tenant: string, { principal }: Manager): ImportTarget {
    if (kind === USER) return new UserImport(this.#parts.users, tenant, principal);
    return new EntityImport(this.#parts.companies, kind, tenant);
  }

  async #look(order: ImportOrder, path: string, work: JobAtWork, manager: Manager): Promise<PreviewResult> {
    const { kind, tenant, file } = order;
    const into = this.#into(kind, tenant, manager);
    const { reader, read } = await readRows(path, into, work);
    const plan = await into.plan(read, manager.by, work);
    const { rows } = plan;
    const isOfUsers = kind === USER;
    // Passwords of people are not kept, not even those of rows that are wrong, or of a table without titles.
    const isShown = !isOfUsers || reader.hasKey;
    if (rows.some(({ verdict }) => verdict === 'error') && isShown)
      await work.writeFile(
        `errors-${kind}.csv`,
        'text/csv; charset=utf-8',
        errorFile(reader.titles, read, rows, isOfUsers ? reader.hiddenTitles : undefined),
      );
    const told = isShown ? reader.flaws : reader.flaws.filter(({ code }) => code === 'missing');
    return await this.#kept(
      { kind, file },
      { rows, problems: [...told.map(wholeText), ...plan.problems] },
      work,
    );
  }

  /** Keeps a plan for its run; what is told of it. */
  async #kept(
    { kind, file }: Pick<ImportOrder, 'kind' | 'file'>,
    { rows, problems }: Plan,
    work: JobAtWork,
  ): Promise<PreviewResult> {
    const counts = countsOf(rows);
    await work.keep(PLAN, linesOf(rows));
    work.progress(rows.length, rows.length);
    return {
      kind,
      file: file ?? null,
      rows: rows.length,
      counts,
      problems: problems.slice(0, TOLD),
      isRunnable: problems.length === 0 && counts.error === 0,
    };
  }

  async *#planned(id: string): AsyncGenerator<PlannedRow, void> {
    const file = await this.#parts.jobs.kept(id, PLAN);
    if (!file) throw new PbxError('not-found', `the plan of ${id} is gone, or on another node`);
    yield* rowsOf<PlannedRow>(file);
  }

  async #note(action: PlanSource, { by, address }: Orderer, tenant: string, what: object): Promise<void> {
    const { tell, clock } = this.#parts;
    await tell({ tenantId: tenant, at: clock.now(), action, by, details: { ...what, address } });
  }
}

/** The rows of a file as its cells say them. Throws PbxError `bad-sheet` where there are none. */
async function readRows(path: string, { columns }: ImportTarget, { signal, progress }: JobAtWork) {
  let reader: RowReader | undefined;
  const read: ReadRow[] = [];
  for await (const part of readSheet(path, { signal })) {
    for (const row of part) {
      if (reader) read.push(reader.read(row));
      else reader = new RowReader(row.cells, columns);
    }
    progress(read.length);
  }
  if (!reader)
    throw new PbxError('bad-sheet', 'the file is empty: write the names of columns into its first row');
  return { reader, read };
}

function countsOf(rows: readonly PlannedRow[]): Record<Verdict, number> {
  const counts = { create: 0, update: 0, remove: 0, unchanged: 0, left: 0, error: 0 };
  for (const { verdict } of rows) counts[verdict]++;
  return counts;
}

const wholeText = ({ detail, fix }: CellFlaw) => `${detail}${fix === undefined ? '' : `; ${fix}`}`;
