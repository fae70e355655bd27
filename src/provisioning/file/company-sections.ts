import { readYaml, type YamlNode } from '../../config/yaml-source.ts';
import type { ConfigError } from '../../shared/errors.ts';
import { kindOfSection } from '../kinds.ts';

/** The sections of a configuration file that are companies', as a document of their own. */
export interface CompanySections {
  /** Undefined: the file has none, it is the machine's alone. */
  readonly root: YamlNode | undefined;
  readonly mistakes: readonly ConfigError[];
}

/** Reads them. Throws ConfigError when the file cannot be read. */
export function companySections(file: string): CompanySections {
  const { root, errors } = readYaml(file);
  if (root?.kind !== 'map') return { root: undefined, mistakes: errors };
  const entries = root.entries.filter(({ key }) => kindOfSection(key) !== undefined);
  return { root: entries.length > 0 ? { ...root, entries } : undefined, mistakes: [] };
}
