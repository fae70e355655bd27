import { join } from 'node:path';
import { hashOf, newToken } from './auth/tokens.ts';
import type { Config } from './config/config.ts';
import { FileLinks, type FileLinksParts } from './job/file-links.ts';
import { Jobs } from './job/jobs.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import type { Store } from './store/store.ts';

/** Folder of their files within the data folder. */
const JOBS_FOLDER = 'jobs';

interface Services {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** Long work of the running PBX; what the last end of the process cut off is over. */
export async function openJobs(
  { dataDir }: Pick<Config, 'dataDir'>,
  { jobs: store }: Pick<Store, 'jobs'>,
  { clock, ids, logger: log }: Services,
): Promise<Jobs> {
  const jobs = new Jobs({ store, folder: join(dataDir, JOBS_FOLDER), clock, ids, log });
  await jobs.takeOver();
  return jobs;
}

/** Links to the files of exports. */
export function fileLinks(
  jobs: Jobs,
  { clock, ids, tell }: Pick<FileLinksParts, 'clock' | 'tell'> & { readonly ids: IdSource },
): FileLinks {
  return new FileLinks({ jobs, clock, ids, tell, tokens: { make: () => newToken(ids), hashOf } });
}
