import type { Config } from '../config/config.ts';
import { ConfigErrors } from '../config/config-errors.ts';
import { secretText } from '../config/secret-text.ts';
import { EntitySources } from './file/entity-sources.ts';
import { type EntityFiles, join, readEntityFiles } from './file/read-entities.ts';
import type { Calendar } from './kind/calendar.ts';
import { type Named, Snapshot } from './snapshot.ts';

/** What a new database begins with. Throws ConfigError when the file cannot be read. */
export function seedOf({ seedFile, dataDir }: Pick<Config, 'seedFile' | 'dataDir'>): EntityFiles {
  if (seedFile === undefined) return { entities: [], mistakes: [] };
  return readEntityFiles([seedFile], { secret: (where) => secretText(where, dataDir) });
}

/**
 * The entities that a first start would have: those of files and of the seed. For whom no database counts: tests of
 * hotlines, simulations. Throws ConfigErrors for mistakes in one of the files.
 */
export function entitiesOf(config: Config): readonly Named[] {
  const { entities, mistakes } = join([new EntitySources(config).read(), seedOf(config)]);
  if (mistakes.length > 0) throw new ConfigErrors(config.file, mistakes);
  return entities;
}

/** The configuration with what companies have set up, also what it never had sections for. */
export interface CompanyConfig extends Config {
  readonly calendars: readonly Calendar[];
}

/** The configuration with the companies' entities as they are now, for rooms that read them once. */
export function withCompanies(config: Config, entities: Iterable<Named>): CompanyConfig {
  return inSnapshot(config, new Snapshot(1, entities));
}

/** The configuration with the entities of a snapshot. */
export function inSnapshot(config: Config, snapshot: Snapshot): CompanyConfig {
  return {
    ...config,
    tenants: snapshot.all('tenant'),
    trunks: snapshot.all('trunk'),
    extensions: snapshot.all('extension'),
    agents: snapshot.all('agent'),
    queues: snapshot.all('queue'),
    mailboxes: snapshot.all('mailbox'),
    surveys: snapshot.all('survey'),
    lists: snapshot.all('list'),
    calendars: snapshot.all('calendar'),
  };
}
