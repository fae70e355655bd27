/** What `pbx400 imports`, `exports` and `changes` ask of the running PBX, see `provisioning/control/protocol.ts`. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { OPERATOR_TOKEN } from './auth/principal.ts';
import type { ChangeLog } from './bulk/change-log.ts';
import { isFlat } from './bulk/column.ts';
import type { ExportFormat, Exports } from './bulk/exports.ts';
import type { PlannedRow } from './bulk/import-row.ts';
import type { ImportKind, Imports, Manager, PreviewResult } from './bulk/imports.ts';
import { USER } from './bulk/user-columns.ts';
import { failureOf, jobOver } from './job/job-over.ts';
import type { Job } from './job/job-store.ts';
import type { Jobs } from './job/jobs.ts';
import { namedCompany, requireReadable } from './provisioning/control/named.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import { KIND_NAMES, type KindName } from './provisioning/kinds.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { PbxError } from './shared/errors.ts';
import { Scope } from './shared/scope.ts';
import type { BulkChange } from './store/bulk-change.ts';

/** Rows that are wrong which are told; the file has all. */
const ROWS_TOLD = 20;
/** Changes that are listed. */
const CHANGES_TOLD = 100;
/** Flaws of a refusal that are told. */
const FLAWS_TOLD = 20;

interface OfCompany {
  /** Left out: the only company. */
  readonly tenant?: string | undefined;
  readonly by: string;
}

export type ImportRequest = ControlRequest &
  OfCompany & {
    readonly kind: string;
    /** On the machine of the PBX, which reads it. */
    readonly file: string;
    /** Take it where nothing is wrong with it. */
    readonly run: boolean;
  };
export interface ImportAnswer {
  readonly preview: PreviewResult;
  /** The first rows that are wrong. */
  readonly wrong: readonly Pick<PlannedRow, 'row' | 'name' | 'flaws'>[];
  /** All of them, as a table with a column of errors: on the machine of the PBX, of its owner only. */
  readonly errorFile: string | undefined;
  /** Undefined: nothing was taken. */
  readonly taken: { readonly change: string } | undefined;
  /** First passwords that were made for users. */
  readonly passwordFile: string | undefined;
}

export type ExportRequest = ControlRequest &
  OfCompany & {
    readonly kind: string;
    readonly format: ExportFormat;
    /** A part of the name or title. */
    readonly q?: string | undefined;
  };
export interface ExportAnswer {
  readonly rows: number;
  /** There were more than `http.exportRows`. */
  readonly isCut: boolean;
  /** On the machine of the PBX. */
  readonly file: string;
}

export type ChangesRequest = ControlRequest & { readonly tenant?: string | undefined };
export interface ChangesAnswer {
  readonly changes: readonly BulkChange[];
}
export type UndoRequest = ControlRequest & {
  readonly change: string;
  /** What was changed since is left as it is. */
  readonly partial: boolean;
  readonly by: string;
};
export interface UndoAnswer {
  /** The change that took it back. */
  readonly change: string;
  readonly restored: number;
  readonly kept: number;
}

export interface BulkAnswersParts {
  readonly provisioning: Pick<Provisioned, 'snapshot'>;
  readonly imports: Pick<Imports, 'preview' | 'rows' | 'run'>;
  readonly exports: Pick<Exports, 'entities' | 'users'>;
  readonly changes: Pick<ChangeLog, 'list' | 'find' | 'undo'>;
  readonly jobs: Pick<Jobs, 'get' | 'events' | 'pathOf'>;
}

export function bulkAnswers({
  provisioning,
  imports,
  exports,
  changes,
  jobs,
}: BulkAnswersParts): ControlAnswers {
  /** A job that did its work. Throws PbxError where it did not. */
  async function done<Result>(begun: Job): Promise<Job & { readonly result: Result }> {
    const job = await jobOver(jobs, begun);
    const failure = failureOf(job);
    if (failure !== undefined) throw new PbxError('input', failure);
    return job as Job & { readonly result: Result };
  }

  async function importTable(request: ImportRequest): Promise<ImportAnswer> {
    const { file, run } = request;
    const order = {
      tenant: namedCompany(provisioning, request.tenant),
      kind: kindNamed(request.kind),
      file: basename(file),
    };
    const manager = managerOf(request);
    await requireReadable(file);
    const looked = await done<PreviewResult>(await imports.preview(order, createReadStream(file), manager));
    const preview = looked.result;
    const rows = await imports.rows(looked.id, { limit: ROWS_TOLD, verdict: 'error' });
    const wrong = rows.map(({ row, name, flaws }) => ({ row, name, flaws }));
    const found = { preview, wrong, errorFile: jobs.pathOf(looked) };
    if (!run || !preview.isRunnable) return { ...found, taken: undefined, passwordFile: undefined };
    const scope = Scope.of(order.tenant);
    const taken = await done<{ readonly change: string }>(await imports.run(scope, looked.id, manager));
    return { ...found, taken: { change: taken.result.change }, passwordFile: jobs.pathOf(taken) };
  }

  async function exportTable(request: ExportRequest): Promise<ExportAnswer> {
    const { format, q, by } = request;
    const tenant = namedCompany(provisioning, request.tenant);
    const kind = kindNamed(request.kind);
    const begun =
      kind === USER
        ? exports.users({ tenant, format, q }, { by })
        : exports.entities({ tenant, kind, format, q, seesNumbers: true }, { by });
    const job = await done<Pick<ExportAnswer, 'rows' | 'isCut'>>(await begun);
    const { rows, isCut } = job.result;
    return { rows, isCut, file: jobs.pathOf(job)! };
  }

  async function undo(request: UndoRequest): Promise<UndoAnswer> {
    const change = await changes.find(Scope.all, request.change);
    const begun = await changes.undo(change, { isPartial: request.partial }, managerOf(request));
    return (await done<UndoAnswer>(begun)).result;
  }

  return {
    import: (request: ImportRequest) => inWords(importTable(request)),
    'export-table': (request: ExportRequest) => inWords(exportTable(request)),
    changes: async ({ tenant }: ChangesRequest): Promise<ChangesAnswer> => {
      const scope = tenant === undefined ? Scope.all : Scope.of(namedCompany(provisioning, tenant));
      return { changes: await changes.list(scope, { limit: CHANGES_TOLD }) };
    },
    undo: (request: UndoRequest) => inWords(undo(request)),
  };
}

/** Who has a shell on the machine may do all that the operator may. */
const managerOf = ({ by }: { readonly by: string }): Manager => ({
  by,
  principal: { ...OPERATOR_TOKEN, name: by },
});

/** `break-reason` as the API has it, or `breakReason` as files have. Throws PbxError for what is no table. */
function kindNamed(name: string): ImportKind {
  if (name === USER) return USER;
  const flat = KIND_NAMES.filter(isFlat);
  const kind = flat.find((each: KindName) => each === name || kebab(each) === name);
  if (kind) return kind;
  throw new PbxError(
    'input',
    `'${name}' is nothing of which tables are; there are ${[USER, ...flat.map(kebab)].join(', ')}`,
  );
}

const kebab = (kind: string) => kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What was refused with each of its reasons: a shell is told a text only. */
async function inWords<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PbxError) || !error.flaws?.length) throw error;
    const { code, message, flaws } = error;
    const more = flaws.filter(({ detail }) => !message.includes(detail));
    const told = more.slice(0, FLAWS_TOLD).map(({ detail }) => `  ${detail}`);
    throw new PbxError(code, [message, ...told].join('\n'), { cause: error });
  }
}
