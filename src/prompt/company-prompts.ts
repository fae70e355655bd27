/** Prompts that companies have besides those of the catalogue: files in a folder of their own. */
import { join } from 'node:path';
import type { PlayItem } from '../media/media.ts';
import { wavDurationMs } from '../media/wav-duration.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { asError } from '../shared/errors.ts';
import type { Prompts, Speech } from './prompt.ts';
import type { PromptCatalogue } from './prompt-catalogue.ts';

/** Name of the folder within the data folder; in it each company has one. */
const FOLDER = 'prompts';

/** Where a company's prompts are. */
export const companyPromptFolder = (dataDir: string, tenant: string) => join(dataDir, FOLDER, tenant);

/** A company's prompt file. Companies and files are names without a folder: none leads out. */
const fileOf = (dataDir: string, tenant: string, file: string) =>
  join(companyPromptFolder(dataDir, tenant), file);

/** What a company's callers hear: its own prompts, then those of the catalogue. */
export class CompanyPrompts {
  readonly #dataDir: string;
  readonly #catalogue: PromptCatalogue;
  readonly #provisioning: Provisioned;

  constructor(dataDir: string, catalogue: PromptCatalogue, provisioning: Provisioned) {
    this.#dataDir = dataDir;
    this.#catalogue = catalogue;
    this.#provisioning = provisioning;
  }

  /** What the media engine plays, in the language that the caller chose where it is recorded in it. Throws UnknownPromptError. */
  toItems(tenant: string, prompts: Prompts, speech?: Speech): PlayItem[] {
    return this.#catalogue.toItems(prompts, (name) => this.#fileOf(tenant, name, speech));
  }

  /** Undefined: that of the catalogue. */
  #fileOf(tenant: string, name: string, speech: Speech | undefined): string | undefined {
    const own = this.#provisioning.snapshot.get('prompt', tenant, name);
    const { language } = speech ?? {};
    if (language !== undefined && language !== this.#catalogue.language) {
      const spoken = own?.languages[language];
      if (spoken !== undefined) return fileOf(this.#dataDir, tenant, spoken);
      const common = this.#catalogue.fileIn(language, name);
      if (common !== undefined) return common;
      if (own || this.#catalogue.isSpoken(name)) speech!.lacks(name);
    }
    return own && fileOf(this.#dataDir, tenant, own.file);
  }
}

/** Why a company's file cannot be a prompt, and what to do; undefined: it can. */
export function promptFileMistake(
  dataDir: string,
  tenant: string,
  file: string,
): { readonly reason: string; readonly fix: string } | undefined {
  const path = fileOf(dataDir, tenant, file);
  try {
    if (wavDurationMs(path) > 0) return undefined;
    return { reason: `${path} has no audio`, fix: 'record it anew' };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing
      ? { reason: `there is no file ${path}`, fix: 'put it there' }
      : {
          reason: `${path} cannot be played: ${asError(error).message}`,
          fix: 'convert it to 8 kHz mono, e.g. sox in.wav -r 8000 -c 1 -b 16 out.wav',
        };
  }
}
