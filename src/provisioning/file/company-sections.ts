import type { Config } from '../../config/config.ts';
import { type LoadOptions, loadConfig } from '../../config/load-config.ts';
import { configSchema } from '../../config/schema.ts';
import { readYaml, type YamlNode } from '../../config/yaml-source.ts';
import type { ConfigError } from '../../shared/errors.ts';
import { kindOfSection, SECTIONS } from '../kinds.ts';

/**
 * The configuration of the machine. Its file may hold companies too, as it did before they had files of their own: those
 * sections are not looked at here. Throws as `loadConfig`.
 */
export function loadMachine(options: LoadOptions = {}): Config {
  return loadConfig(options, SECTIONS);
}

/** `prompts:` of a configuration is the machine's folder of them. */
const MACHINE = new Set(Object.keys(configSchema.properties));

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
  const isOwn = ({ key }: { readonly key: string }) => kindOfSection(key) !== undefined && !MACHINE.has(key);
  const entries = root.entries.filter(isOwn);
  return { root: entries.length > 0 ? { ...root, entries } : undefined, mistakes: [] };
}
