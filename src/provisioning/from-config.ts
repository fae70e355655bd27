import type { Config } from '../config/config.ts';
import { ConfigErrors } from '../config/config-errors.ts';
import { secretText } from '../config/secret-text.ts';
import { type FileEntity, readEntities } from './file/read-entities.ts';

/** The entities that a configuration file of the older form holds itself. Throws ConfigErrors for its mistakes. */
export function entitiesOf({ sections, file, dataDir }: Config): readonly FileEntity[] {
  const root = { kind: 'map' as const, entries: sections, place: { file, line: 1, column: 1 } };
  const { entities, mistakes } = readEntities(root, file, { secret: (where) => secretText(where, dataDir) });
  if (mistakes.length > 0) throw new ConfigErrors(file, mistakes);
  return entities;
}
