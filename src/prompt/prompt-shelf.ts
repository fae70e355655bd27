import { chmod, copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { wavDurationMs } from '../media/wav-duration.ts';
import type { ChangeSet } from '../provisioning/change.ts';
import type { CompanyPrompt } from '../provisioning/kind/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { PbxError } from '../shared/errors.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import { Turns } from '../shared/turns.ts';
import { companyPromptFolder } from './company-prompts.ts';

/** Versions of a prompt that are kept in each language, the one that callers hear among them. */
export const KEPT_VERSIONS = 10;
const SUM_DIGITS = 16;

/** A prompt of a company, in one language; undefined: what everybody hears who has chosen none. */
export interface PromptPlace {
  readonly tenant: string;
  readonly name: string;
  readonly language: string | undefined;
}

export interface PromptVersion {
  /** The first digits of its SHA-256. */
  readonly version: string;
  /** Name of the WAV in the company's folder. */
  readonly file: string;
  readonly madeAt: number;
  readonly durationMs: number;
  readonly bytes: number;
  /** Callers hear it. */
  readonly isCurrent: boolean;
}

export interface PromptShelfParts {
  readonly dataDir: string;
  readonly provisioning: Provisioned;
  /** Proves a change of entities and takes it. */
  readonly change: (change: ChangeSet) => Promise<unknown>;
}

/**
 * Versions of companies' prompts (提示音): WAV files whose names hold their checksums. The entity names the one that callers hear, so that
 * a change of it is proved, kept in its history and heard at once; calls that play an older one play it to its end.
 */
export class PromptShelf {
  readonly #parts: PromptShelfParts;
  readonly #turns = new Turns();

  constructor(parts: PromptShelfParts) {
    this.#parts = parts;
  }

  /**
   * Takes a WAV over as what callers hear; `text`: what is said, where it is known. Throws what a change of entities throws: a prompt of a file is
   * changed in it only.
   */
  add(place: PromptPlace, wav: string, by: string, text?: string): Promise<PromptVersion> {
    return this.#turns.take(async () => {
      const folder = this.#folderOf(place);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(place, (await sha256Of(wav)).slice(0, SUM_DIGITS));
      await this.#keepByHand(place);
      const known = (await this.versions(place)).some((each) => each.file === file);
      await chmod(wav, 0o600);
      await rename(wav, join(folder, file));
      try {
        await this.#hear(place, file, by, text);
      } catch (error) {
        if (!known) await rm(join(folder, file), { force: true });
        throw error;
      }
      const versions = await this.versions(place);
      await this.#drop(place, versions);
      return versions.find((each) => each.file === file)!;
    });
  }

  /** Has callers hear an earlier one again. Throws PbxError `not-found`, and as {@link add}. */
  restore(place: PromptPlace, version: string, by: string): Promise<PromptVersion> {
    return this.#turns.take(async () => {
      const found = (await this.versions(place)).find((each) => each.version === version);
      if (!found) throw new PbxError('not-found', `${place.name} has no version ${version}`);
      await this.#hear(place, found.file, by, undefined);
      return { ...found, isCurrent: true };
    });
  }

  /** The newest first; of files that were put there by hand the one that callers hear. */
  async versions(place: PromptPlace): Promise<readonly PromptVersion[]> {
    const folder = this.#folderOf(place);
    const current = this.#currentOf(place);
    const stem = stemOf(place);
    const isVersion = (file: string) =>
      file.startsWith(`${stem}-`) && /^[0-9a-f]{16}\.wav$/.test(file.slice(stem.length + 1));
    const files = (await readdir(folder).catch(() => [])).filter(
      (file) => file === current || isVersion(file),
    );
    const versions: PromptVersion[] = [];
    for (const file of files) {
      const path = join(folder, file);
      const { mtimeMs, size } = await stat(path);
      const version = isVersion(file)
        ? file.slice(-SUM_DIGITS - '.wav'.length, -'.wav'.length)
        : (await sha256Of(path)).slice(0, SUM_DIGITS);
      const made = { madeAt: Math.round(mtimeMs), durationMs: wavDurationMs(path), bytes: size };
      versions.push({ version, file, ...made, isCurrent: file === current });
    }
    return versions.toSorted((one, other) => other.madeAt - one.madeAt || one.file.localeCompare(other.file));
  }

  /** The WAV of a version; undefined: that which callers hear. Throws PbxError `not-found`. */
  async path(place: PromptPlace, version?: string): Promise<string> {
    const found = (await this.versions(place)).find((each) =>
      version === undefined ? each.isCurrent : each.version === version,
    );
    if (found) return join(this.#folderOf(place), found.file);
    const what = version === undefined ? 'audio of its own' : `version ${version}`;
    throw new PbxError('not-found', `the company has no prompt ${place.name} with ${what}`);
  }

  /** What callers hear stays as a version where it has no name of one: it was put there by hand. */
  async #keepByHand(place: PromptPlace): Promise<void> {
    const hand = (await this.versions(place)).find(
      ({ isCurrent, file, version }) => isCurrent && file !== fileOf(place, version),
    );
    if (!hand) return;
    const folder = this.#folderOf(place);
    const kept = join(folder, fileOf(place, hand.version));
    await copyFile(join(folder, hand.file), kept);
    await utimes(kept, hand.madeAt / 1000, hand.madeAt / 1000);
  }

  async #hear(place: PromptPlace, file: string, by: string, text: string | undefined): Promise<void> {
    const { tenant, name, language } = place;
    const before = this.#parts.provisioning.snapshot.get('prompt', tenant, name);
    if (!before && language !== undefined) {
      const fix = 'record what everybody hears first, without a language';
      throw new PbxError('not-found', `the company has no prompt ${name}: ${fix}`);
    }
    const value: CompanyPrompt =
      language === undefined
        ? { languages: {}, ...before, tenant, name, file, ...(text !== undefined && { text }) }
        : { ...before!, languages: { ...before!.languages, [language]: file } };
    await this.#parts.change({ put: [{ kind: 'prompt', tenant, name, value }], removed: [], by });
  }

  #currentOf({ tenant, name, language }: PromptPlace): string | undefined {
    const prompt = this.#parts.provisioning.snapshot.get('prompt', tenant, name);
    return language === undefined ? prompt?.file : prompt?.languages[language];
  }

  /** Old ones that no prompt of the company names. */
  async #drop(place: PromptPlace, versions: readonly PromptVersion[]): Promise<void> {
    const prompts = this.#parts.provisioning.snapshot.of('prompt', place.tenant);
    const used = new Set(prompts.flatMap(({ file, languages }) => [file, ...Object.values(languages)]));
    const old = versions.filter(({ isCurrent }) => !isCurrent).slice(KEPT_VERSIONS - 1);
    for (const { file } of old)
      if (!used.has(file)) await rm(join(this.#folderOf(place), file), { force: true });
  }

  /** Throws PbxError for a company that there is not: its name may be a path out of the folder. */
  #folderOf({ tenant }: PromptPlace): string {
    const { dataDir, provisioning } = this.#parts;
    if (!provisioning.snapshot.get('tenant', tenant, tenant))
      throw new PbxError('not-found', `there is no company ${tenant}`);
    return companyPromptFolder(dataDir, tenant);
  }
}

/** Names of entities have no `@`: no prompt's files are those of another. */
const stemOf = ({ name, language }: PromptPlace) => (language === undefined ? name : `${name}@${language}`);
const fileOf = (place: PromptPlace, version: string) => `${stemOf(place)}-${version}.wav`;
