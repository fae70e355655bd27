/** The hotlines of an installation, which prove what companies change: for the PBX, and for commands while none runs. */
import type { Holidays } from './calendar/holidays.ts';
import type { Config } from './config/config.ts';
import { Dialplans } from './dialplan/dialplans.ts';
import type { Switches } from './dialplan/plan/switches.ts';
import type { AreaTable } from './numbering/area-table.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { PromptCatalogue } from './prompt/prompt-catalogue.ts';
import type { Companies } from './provisioning/companies.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';

interface Parts {
  readonly prompts: PromptCatalogue;
  readonly areas: AreaTable;
  readonly holidays: Holidays;
  readonly switches?: Switches;
  /** For the nodes that ask outside; commands that only prove have none. */
  readonly outbound?: Outbound;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/**
 * Reads the hotlines of TypeScript files and lets them prove each change of companies from now on, the seed of a new database
 * first. They take calls once `take` was called: what they name may only come with the seed. Throws ConfigError.
 */
export async function openHotlines(
  { dialplanDir, timeZone }: Config,
  companies: Companies,
  { prompts, ...parts }: Parts,
): Promise<Dialplans> {
  const hotlines = new Dialplans({
    dir: dialplanDir,
    provisioning: companies.provisioning,
    versionOf: (value) => companies.versionOf(value),
    timeZone,
    prompts: prompts.names,
    promptMs: (name) => prompts.durationMs(name),
    ...parts,
  });
  try {
    await hotlines.read();
    await companies.begin((snapshot, tenants) => hotlines.prove(snapshot, tenants));
    return hotlines;
  } catch (error) {
    hotlines.close();
    throw error;
  }
}
