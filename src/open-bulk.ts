/** Tables that companies import and export: for the PBX that runs. */
import { join } from 'node:path';
import type { ManyUsers } from './auth/many-users.ts';
import { ChangeLog } from './bulk/change-log.ts';
import { Exports } from './bulk/exports.ts';
import { Imports } from './bulk/imports.ts';
import { NumberExports } from './bulk/numbers/number-exports.ts';
import { NumberImports } from './bulk/numbers/number-imports.ts';
import { type HeardRecordings, RecordingExports } from './bulk/recording-exports.ts';
import type { CdrReader } from './cdr/cdr-query.ts';
import type { Config } from './config/config.ts';
import type { Jobs } from './job/jobs.ts';
import type { KeptNumbers } from './numbering/kept-numbers.ts';
import type { ListNumberStore } from './numbering/list-number-store.ts';
import type { NumberLists } from './numbering/number-list.ts';
import type { Companies } from './provisioning/companies.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import { UploadFolder } from './shared/upload-folder.ts';
import type { BulkChangeStore } from './store/bulk-change.ts';
import type { AuditEntry } from './store/store.ts';

/** Folder of tables within the data folder, until they are read. */
const TABLES_FOLDER = 'imports';

export interface BulkParts {
  /** Numbers of lists: in the store, in memory as calls have them, and who changes both. */
  readonly listNumbers: {
    readonly store: ListNumberStore;
    readonly lists: NumberLists;
    readonly kept: KeptNumbers;
  };
  readonly companies: Companies;
  readonly users: ManyUsers;
  readonly jobs: Jobs;
  readonly store: BulkChangeStore;
  readonly cdrs: Pick<CdrReader, 'queryText'>;
  readonly recordings: HeardRecordings;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Opens it; tables that another process left are gone. */
export async function openBulk(
  {
    dataDir,
    timeZone,
    http,
  }: Pick<Config, 'dataDir' | 'timeZone'> & { readonly http: Pick<Config['http'], 'exportRows'> },
  parts: BulkParts,
) {
  const { clock, ids } = parts;
  const uploads = new UploadFolder({ folder: join(dataDir, TABLES_FOLDER), clock, ids });
  await uploads.prepare();
  const exports = new Exports({
    ...parts,
    provisioning: parts.companies.provisioning,
    maxRows: http.exportRows,
    timeZone,
  });
  const { provisioning } = parts.companies;
  const numberImports = new NumberImports({
    ...parts,
    ...parts.listNumbers,
    provisioning,
    uploads,
    timeZone,
  });
  const numberExports = new NumberExports({ ...parts, ...parts.listNumbers, provisioning });
  return {
    uploads,
    imports: new Imports({ ...parts, uploads }),
    changes: new ChangeLog(parts),
    exports,
    recordingExports: new RecordingExports({ ...parts, timeZone }),
    numberImports,
    numberExports,
  };
}
