/** Tables that companies import: for the PBX that runs. */
import { join } from 'node:path';
import { ChangeLog } from './bulk/change-log.ts';
import { Imports } from './bulk/imports.ts';
import type { Config } from './config/config.ts';
import type { Jobs } from './job/jobs.ts';
import type { Companies } from './provisioning/companies.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import { UploadFolder } from './shared/upload-folder.ts';
import type { BulkChangeStore } from './store/bulk-change.ts';
import type { AuditEntry } from './store/store.ts';

/** Folder of tables within the data folder, until they are read. */
const TABLES_FOLDER = 'imports';

export interface BulkParts {
  readonly companies: Companies;
  readonly jobs: Jobs;
  readonly store: BulkChangeStore;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Opens it; tables that another process left are gone. */
export async function openBulk({ dataDir }: Pick<Config, 'dataDir'>, parts: BulkParts) {
  const { clock, ids } = parts;
  const uploads = new UploadFolder({ folder: join(dataDir, TABLES_FOLDER), clock, ids });
  await uploads.prepare();
  return { imports: new Imports({ ...parts, uploads }), changes: new ChangeLog(parts) };
}
