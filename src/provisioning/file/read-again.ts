/** Entities of files that were read, as what is taken of them. */
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../../shared/errors.ts';
import { type Mistake, mistakeText } from '../check/mistake.ts';
import type { FileEntity } from './read-entities.ts';

/** Mistakes as those of a file, where one holds the entity. */
export function placed(inFiles: readonly FileEntity[], mistakes: readonly Mistake[]): readonly ConfigError[] {
  return mistakes.map((mistake) => {
    const { kind, tenant, name, path, reason, fix } = mistake;
    const entity = inFiles.find((each) => each.kind === kind && each.tenant === tenant && each.name === name);
    if (entity) return new ConfigError(reason, entity.placeOf(path), fix);
    return new ConfigError(mistakeText(mistake), mistake.place);
  });
}

/** The old object where nothing has changed, with its new place. */
export function unchanged(entity: FileEntity, before: FileEntity | undefined): FileEntity {
  const isSame = before !== undefined && isDeepStrictEqual(before.value, entity.value);
  return isSame ? ({ ...entity, value: before.value } as FileEntity) : entity;
}
