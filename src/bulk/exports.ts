import type { User } from '../auth/auth-store.ts';
import type { ManyUsers } from '../auth/many-users.ts';
import type { CdrFilter, CdrReader } from '../cdr/cdr-query.ts';
import type { Job } from '../job/job-store.ts';
import type { JobAtWork, Jobs } from '../job/jobs.ts';
import { isNamed } from '../provisioning/is-named.ts';
import type { KindName } from '../provisioning/kinds.ts';
import { isNamedByCaller, maskedEntity, maskedName } from '../provisioning/masked-entity.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { Scope } from '../shared/scope.ts';
import { Slices } from '../shared/slices.ts';
import type { AuditEntry } from '../store/store.ts';
import { CALL_COLUMNS, timeIn } from './call-columns.ts';
import { cellOf, fieldAt } from './cells.ts';
import { columnsOf } from './column.ts';
import type { Orderer } from './imports.ts';
import { SHEET_TYPES } from './sheet/sheet.ts';
import type { SheetCell } from './sheet/sheet-writer.ts';
import { csvFile, jsonFile, type SheetParts, xlsxFile } from './sheet/write-sheet.ts';
import { fieldOf, USER, USER_COLUMNS } from './user-columns.ts';

const EXPORT = 'export';
/** Rows that are made and handed on in one turn. */
const PART = 100;
/** Calls that are read at once. */
const CALLS = 500;
/** The same of users. */
const USERS = 500;

const TYPES = { ...SHEET_TYPES, json: 'application/json' } as const;
export type ExportFormat = keyof typeof TYPES;

interface ExportOrder {
  readonly tenant: string;
  readonly format: ExportFormat;
}

export interface EntityExport extends ExportOrder {
  readonly kind: KindName;
  /** A part of the name or title. */
  readonly q?: string | undefined;
  /** Whether numbers of callers are whole in it. */
  readonly seesNumbers: boolean;
}

export interface UserExport extends ExportOrder {
  /** A part of the login or name. */
  readonly q?: string | undefined;
}

export interface CallExport extends ExportOrder {
  readonly filter: CdrFilter;
  /** Whose calls, and whether with whole numbers. */
  readonly scope: Scope;
  /** Of the titles; JSON has the names of fields in any case. */
  readonly language: 'en' | 'zh';
}

export interface ExportsParts {
  readonly provisioning: Provisioned;
  readonly users: Pick<ManyUsers, 'list'>;
  readonly cdrs: Pick<CdrReader, 'queryText'>;
  readonly jobs: Jobs;
  /** Rows of a table at most. */
  readonly maxRows: number;
  readonly timeZone: string;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Entities and calls as tables (导出), made by jobs; who wants one is in the audit trail before there is a file. */
export class Exports {
  readonly #parts: ExportsParts;

  constructor(parts: ExportsParts) {
    this.#parts = parts;
  }

  /** Without secrets; can be imported as it is, where numbers are whole. */
  entities({ tenant, kind, q, format, seesNumbers }: EntityExport, orderer: Orderer): Promise<Job> {
    const columns = columnsOf(kind).filter(({ isSecret }) => !isSecret);
    const rows = async function* (this: Exports): AsyncGenerator<readonly SheetCell[], void> {
      const slices = new Slices(PART);
      const words = q?.toLowerCase();
      const hides = !seesNumbers && isNamedByCaller(kind);
      const all = Array.from(this.#parts.provisioning.snapshot.entitiesOf(kind, tenant), (entity) => ({
        entity,
        name: hides ? maskedName(kind, entity.name) : entity.name,
      })).sort(byName);
      for (const { entity } of all) {
        await slices.step();
        const isWanted = words === undefined || (hides ? entity.name === q : isNamed(entity, words));
        if (!isWanted) continue;
        const value = seesNumbers ? entity.value : maskedEntity(kind, entity.value as never);
        yield columns.map((column) => cellOf(fieldAt(value, column.path), column));
      }
    };
    const titles = columns.map(({ name }) => name);
    const order = { tenant, format, what: kind, filter: { q } };
    return this.#start(order, titles, () => rows.call(this), orderer);
  }

  /** Without passwords or what else opens something; can be imported as it is. */
  users({ tenant, q, format }: UserExport, orderer: Orderer): Promise<Job> {
    const { users } = this.#parts;
    const columns = USER_COLUMNS.filter(({ isSecret }) => !isSecret);
    const words = q?.toLowerCase();
    const rows = async function* (): AsyncGenerator<readonly SheetCell[], void> {
      for (let after: User | undefined; ; ) {
        const page = await users.list(tenant, { limit: USERS, after });
        for (const user of page) {
          if (words !== undefined && !`${user.login}\n${user.name.toLowerCase()}`.includes(words)) continue;
          yield columns.map((column) =>
            cellOf(column.name === 'login' ? user.login : user[fieldOf(column.name)], column),
          );
        }
        if (page.length < USERS) return;
        after = page.at(-1);
      }
    };
    const titles = columns.map(({ name }) => name);
    return this.#start({ tenant, format, what: USER, filter: { q } }, titles, rows, orderer);
  }

  /** The newest first; numbers as the scope shows them. */
  calls({ tenant, filter, scope, format, language }: CallExport, orderer: Orderer): Promise<Job> {
    const { cdrs, timeZone } = this.#parts;
    const timeOf = timeIn(timeZone);
    const rows = async function* (): AsyncGenerator<readonly SheetCell[], void> {
      for (let before: string | undefined; ; ) {
        const query = { ...filter, limit: CALLS, ...(before !== undefined && { before }) };
        const { records, next } = await cdrs.queryText(query, scope, (cdr) =>
          CALL_COLUMNS.map(({ of }) => of(cdr, timeOf)),
        );
        for (const record of records) yield JSON.parse(record);
        if (next === undefined) return;
        before = next;
      }
    };
    const isChinese = language === 'zh' && format !== 'json';
    const titles = CALL_COLUMNS.map(({ name, zh }) => (isChinese ? zh : name));
    const order = { tenant, format, what: 'call', filter, numbers: scope.seesNumbers ? 'whole' : 'masked' };
    return this.#start(order, titles, rows, orderer);
  }

  #start(
    { tenant, format, what, ...more }: ExportOrder & { readonly what: string; readonly filter: object },
    titles: readonly string[],
    rows: () => AsyncGenerator<readonly SheetCell[], void>,
    { by, address }: Orderer,
  ): Promise<Job> {
    const { jobs, tell, clock, maxRows } = this.#parts;
    return jobs.start({ kind: EXPORT, tenantId: tenant, by }, async (work) => {
      const details = { what, format, ...filterNames(more), address };
      await tell({ tenantId: tenant, at: clock.now(), action: 'export', by, details });
      const taken = { rows: 0, isCut: false };
      const parts = partsOf(titles, rows(), work, maxRows, taken);
      const file = format === 'csv' ? csvFile(parts) : format === 'json' ? jsonFile(parts) : undefined;
      const content = file ?? (await xlsxFile(parts, work.signal));
      await work.writeFile(`${what}.${format}`, typeOf(format), content);
      return { what, ...taken };
    });
  }
}

/** Of a filter the names of its fields: the audit trail has no numbers of people. */
function filterNames({ filter, ...more }: { readonly filter: object }) {
  const named = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { ...more, filter: named.map(([name]) => name) };
}

const typeOf = (format: ExportFormat) => (format === 'csv' ? `${TYPES.csv}; charset=utf-8` : TYPES[format]);

/** The titles, then rows by the hundred until there are too many, or nobody wants them any more. */
async function* partsOf(
  titles: readonly string[],
  rows: AsyncGenerator<readonly SheetCell[], void>,
  { signal, progress }: JobAtWork,
  maxRows: number,
  taken: { rows: number; isCut: boolean },
): SheetParts {
  const slices = new Slices(1);
  let part: (readonly SheetCell[])[] = [titles];
  for await (const row of rows) {
    signal.throwIfAborted();
    if (taken.rows === maxRows) {
      taken.isCut = true;
      break;
    }
    taken.rows++;
    if (part.push(row) < PART) continue;
    progress(taken.rows);
    await slices.step();
    yield part;
    part = [];
  }
  progress(taken.rows, taken.rows);
  yield part;
}

const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
  one.name < other.name ? -1 : 1;
