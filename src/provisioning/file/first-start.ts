import type { Config } from '../../config/config.ts';
import { ConfigErrors } from '../../config/config-errors.ts';
import { secretText } from '../../config/secret-text.ts';
import { Snapshot } from '../snapshot.ts';
import { EntitySources } from './entity-sources.ts';
import { type EntityFiles, join, readEntityFiles } from './read-entities.ts';

/** What a new database begins with. Throws ConfigError when the file cannot be read. */
export function seedOf({ seedFile, dataDir }: Pick<Config, 'seedFile' | 'dataDir'>): EntityFiles {
  if (seedFile === undefined) return { entities: [], sections: [], mistakes: [] };
  return readEntityFiles([seedFile], { secret: (where) => secretText(where, dataDir) });
}

/**
 * What companies would have at a first start: the entities of files and of the seed. For whom no database counts: tests of
 * hotlines, simulations. Throws ConfigErrors for mistakes in one of the files.
 */
export function firstSnapshot(config: Config): Snapshot {
  const { entities, mistakes } = join([new EntitySources(config).read(), seedOf(config)]);
  if (mistakes.length > 0) throw new ConfigErrors(config.file, mistakes);
  return new Snapshot(1, entities);
}
