import { readdirSync } from 'node:fs';
import { basename, dirname, join as joinPath } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { DecodeOptions } from '../../config/decode.ts';
import { secretText } from '../../config/secret-text.ts';
import type { Clock } from '../../shared/clock.ts';
import { asError, ConfigError } from '../../shared/errors.ts';
import { FolderWatch } from '../../shared/folder-watch.ts';
import { companySections } from './company-sections.ts';
import { type EntityFiles, join, readEntities, readEntityFiles } from './read-entities.ts';

/** The files that own entities: the configuration's sections in the older form, and a folder of YAML files. */
export class EntitySources {
  readonly #config: Pick<Config, 'file' | 'dataDir' | 'companiesDir'>;
  readonly #options: DecodeOptions;

  constructor(config: Pick<Config, 'file' | 'dataDir' | 'companiesDir'>) {
    this.#config = config;
    this.#options = { secret: (where) => secretText(where, config.dataDir) };
  }

  /** What the files hold now. Throws ConfigError for one that cannot be read. */
  read(): EntityFiles {
    const { file } = this.#config;
    const { root, mistakes } = companySections(file);
    const inConfig =
      mistakes.length > 0
        ? { entities: [], sections: [], mistakes }
        : readEntities(root, file, this.#options);
    return join([inConfig, readEntityFiles(this.#files(), this.#options)]);
  }

  /** Tells when a file changed, once it is quiet. `onLost`: a folder cannot be watched any more. */
  watch(clock: Clock, onChange: () => void, onLost: (error: Error) => void): FolderWatch {
    const { file, companiesDir } = this.#config;
    const concerns = (name: string) => name === basename(file) || isYaml(name);
    const watch = new FolderWatch(clock, concerns, onChange, onLost);
    watch.add(dirname(file));
    if (companiesDir !== undefined) watch.add(companiesDir);
    return watch;
  }

  #files(): readonly string[] {
    const { companiesDir } = this.#config;
    if (companiesDir === undefined) return [];
    try {
      return readdirSync(companiesDir)
        .filter(isYaml)
        .sort()
        .map((name) => joinPath(companiesDir, name));
    } catch (error) {
      const reason = `the folder of companies cannot be read: ${asError(error).message}`;
      const fix = 'make it, or change `companies` in the configuration';
      throw new ConfigError(reason, { file: companiesDir }, fix, { cause: error });
    }
  }
}

const isYaml = (name: string) => name.endsWith('.yaml') || name.endsWith('.yml');
