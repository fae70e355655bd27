import type { Config } from '../config/config.ts';
import type { LoadOptions } from '../config/load-config.ts';
import { readCompanies } from '../open-companies.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';

/** What is installed: the machine, and what companies have, or would have when the PBX starts. */
export interface Installed {
  readonly config: Config;
  readonly companies: Snapshot;
}

/** Reads what is installed; nothing is written. */
export async function loadWithCompanies(options: LoadOptions): Promise<Installed> {
  const config = loadMachine(options);
  return { config, companies: await readCompanies(config, { clock: systemClock, ids: systemIds }) };
}
