/** Companies' entities of a data folder: for the PBX, and for commands while none runs. */
import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { promptFileMistake } from './prompt/company-prompts.ts';
import { Companies, type FileMistake } from './provisioning/companies.ts';
import { companySections } from './provisioning/file/company-sections.ts';
import { EntitySources } from './provisioning/file/entity-sources.ts';
import { firstSnapshot, seedOf } from './provisioning/file/first-start.ts';
import type { PublicHolidays } from './provisioning/kind/holidays.ts';
import type { CompanyPrompt } from './provisioning/kind/prompt.ts';
import type { SegmentTable } from './provisioning/kind/segments.ts';
import type { Named, Snapshot } from './provisioning/snapshot.ts';
import { addressedFileMistake } from './shared/addressed-file.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import { type Logger, silentLogger } from './shared/logger.ts';
import { findRecords, hasRecords } from './store/open-store.ts';
import type { EntityStore, Store } from './store/store.ts';

interface Services {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** Opens them; takes the seed into a new database. Throws ConfigErrors with every mistake. */
export function openCompanies(
  config: Config,
  { entities }: Pick<Store, 'entities'>,
  prompts: readonly string[],
  { clock, ids, logger }: Services,
): Promise<Companies> {
  if (companySections(config.file).root) {
    const fix =
      'pbx400 export prints them, a folder of files (companies) or the database (pbx400 apply) may hold them';
    logger.info({ file: config.file, fix }, 'the configuration holds companies: they are changed in it only');
  }
  return Companies.open({
    sources: new EntitySources(config),
    store: entities,
    ...(config.seedFile !== undefined && { seed: () => seedOf(config) }),
    prompts: new Set(prompts),
    fileMistake: (entity) => fileMistake(config.dataDir, entity),
    clock,
    ids,
    log: logger,
  });
}

/** What is wrong with the file that an entity names. */
async function fileMistake(
  dataDir: string,
  { kind, tenant, value }: Named,
): Promise<FileMistake | undefined> {
  if (kind === 'prompt') {
    const { file, languages } = value as CompanyPrompt;
    for (const each of [file, ...Object.values(languages)]) {
      const mistake = promptFileMistake(dataDir, tenant, each);
      if (mistake) return mistake;
    }
    return undefined;
  }
  if (kind !== 'segments' && kind !== 'holidays') return undefined;
  const mistake = await addressedFileMistake(join(dataDir, (value as SegmentTable | PublicHolidays).file));
  return mistake && { reason: mistake.message, fix: mistake.fix };
}

/** Proves files before there is a database: a mistake in them leaves none behind. Throws ConfigErrors with every mistake. */
export async function proveNewCompanies(config: Config, services: Omit<Services, 'logger'>): Promise<void> {
  if (await hasRecords(config.store)) return;
  const store = readOnly({ all: async () => [], isUntouched: async () => true });
  await Companies.open({ sources: new EntitySources(config), store, ...services, log: silentLogger });
}

/**
 * What companies have set up in a PBX, or would have when it starts; reads only, whether one runs or not. Throws ConfigErrors
 * with every mistake.
 */
export async function readCompanies(config: Config, services: Omit<Services, 'logger'>): Promise<Snapshot> {
  const records = await findRecords(config.store);
  if (!records) return firstSnapshot(config);
  try {
    if (await records.entities.isUntouched()) return firstSnapshot(config);
    const companies = await Companies.open({
      sources: new EntitySources(config),
      store: readOnly(records.entities),
      ...services,
      log: silentLogger,
    });
    return companies.provisioning.snapshot;
  } finally {
    await records.close();
  }
}

function readOnly(entities: Pick<EntityStore, 'all' | 'isUntouched'>): EntityStore {
  return {
    all: () => entities.all(),
    revision: async () => 0,
    change: () => Promise.reject(new Error('opened for reading')),
    history: async () => [],
    lastChanges: async () => new Map(),
    isUntouched: () => entities.isUntouched(),
  };
}
