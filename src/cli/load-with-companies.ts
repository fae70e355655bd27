import { type LoadOptions, loadConfig } from '../config/load-config.ts';
import { readCompanies } from '../open-companies.ts';
import { type CompanyConfig, withCompanies } from '../provisioning/from-config.ts';
import type { Named } from '../provisioning/snapshot.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';

/** The configuration with the entities that the PBX has, or would have when it starts; nothing is written. */
export async function loadWithCompanies(
  options: LoadOptions,
): Promise<{ readonly config: CompanyConfig; readonly companies: readonly Named[] }> {
  const machine = loadConfig(options);
  const companies = await readCompanies(machine, { clock: systemClock, ids: systemIds });
  return { config: withCompanies(machine, companies), companies };
}
