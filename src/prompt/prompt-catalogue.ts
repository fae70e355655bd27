import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { PlayItem } from '../media/media.ts';
import { wavDurationMs } from '../media/wav-duration.ts';
import { WavError } from '../rtp/wav.ts';
import { ConfigError } from '../shared/errors.ts';
import { UnknownPromptError } from './errors.ts';
import { nearNames } from './near-names.ts';
import type { Prompt, Prompts } from './prompt.ts';
import { spokenNumber } from './spoken-number.ts';

interface Recorded {
  readonly file: string;
  readonly durationMs: number;
}

/** A folder of prompts in a language (BCP 47): zh-CN, en, yue. */
export const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

/** Skipped when digits are read: people write numbers with them. */
const SEPARATORS = ' -';

function scan(folder: string, found: Map<string, Recorded>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.name.endsWith('.wav') || entry.isDirectory()) continue;
    const file = join(folder, entry.name);
    found.set(basename(entry.name, '.wav'), { file, durationMs: durationMsOf(file) });
  }
}

function durationMsOf(file: string): number {
  try {
    return wavDurationMs(file);
  } catch (error) {
    if (!(error instanceof WavError)) throw error;
    const fix = 'convert it to 8 kHz mono, e.g. sox in.wav -r 8000 -c 1 -b 16 out.wav';
    throw new ConfigError(`the prompt cannot be played: ${error.message}`, { file }, fix);
  }
}

/**
 * All prompts of one language by name, and those of the others that the folders have. Scanned once: `<folder>/<language>/NAME.wav`, and `<folder>/NAME.wav` for what has no
 * language (music); where several folders have a name, the last of them speaks. Immutable afterwards, so that a name
 * checked at start is there in every call.
 */
export class PromptCatalogue {
  readonly language: string;
  readonly folder: string;
  readonly #prompts = new Map<string, Recorded>();
  /** Of the other languages, by language and name. */
  readonly #others = new Map<string, Map<string, Recorded>>();

  /** Throws ConfigError when the last folder, or the language in all of them, is missing, or a file is no 8 kHz mono WAV. */
  constructor(folders: readonly string[], language: string) {
    this.language = language;
    const own = resolve(folders.at(-1) ?? '.');
    this.folder = join(own, language);
    const spoken = folders.map((folder) => resolve(folder, language)).filter((folder) => existsSync(folder));
    if (!existsSync(own) || spoken.length === 0) {
      throw new ConfigError(
        `there are no prompts for language "${language}"`,
        { file: this.folder },
        'make the folder with its WAV files or change `language` and `prompts`',
      );
    }
    for (const folder of folders) {
      scan(resolve(folder), this.#prompts);
      const ofLanguage = resolve(folder, language);
      if (spoken.includes(ofLanguage)) scan(ofLanguage, this.#prompts);
      this.#scanOthers(resolve(folder));
    }
  }

  #scanOthers(folder: string): void {
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    )) {
      if (name === this.language || !LANGUAGE.test(name)) continue;
      const found = this.#others.get(name) ?? new Map<string, Recorded>();
      scan(join(folder, name), found);
      this.#others.set(name, found);
    }
  }

  /** Absolute path of a prompt's WAV in that language; undefined: it is not recorded in it. */
  fileIn(language: string, name: string): string | undefined {
    return (language === this.language ? this.#prompts : this.#others.get(language))?.get(name)?.file;
  }

  /** Whether a prompt says something, as music does not: its file stands in the folder of its language. */
  isSpoken(name: string): boolean {
    const file = this.#prompts.get(name)?.file;
    return file !== undefined && basename(dirname(file)) === this.language;
  }

  /** Sorted. */
  get names(): readonly string[] {
    return [...this.#prompts.keys()].sort();
  }

  has(name: string): boolean {
    return this.#prompts.has(name);
  }

  /** Absolute path of a prompt's WAV. Throws UnknownPromptError. */
  file(name: string): string {
    return this.#recorded(name).file;
  }

  /** Throws UnknownPromptError when one of the prompts does not exist. */
  durationMs(prompts: Prompts): number {
    let sum = 0;
    for (const part of this.#parts(prompts)) {
      sum += typeof part === 'number' ? part : this.#recorded(part).durationMs;
    }
    return sum;
  }

  /** What the media engine plays for `prompts`; `own`: a file that beats the one here. Throws UnknownPromptError. */
  toItems(prompts: Prompts, own: (name: string) => string | undefined = () => undefined): PlayItem[] {
    return this.#parts(prompts).map((part) =>
      typeof part === 'number' ? { silenceMs: part } : { file: own(part) ?? this.file(part) },
    );
  }

  /** Names of prompts and pauses in ms, digits spelt out. */
  #parts(prompts: Prompts): (string | number)[] {
    const list: readonly Prompt[] = Array.isArray(prompts) ? prompts : [prompts as Prompt];
    return list.flatMap((prompt): (string | number)[] => {
      if (typeof prompt === 'string') return [prompt];
      if ('pauseMs' in prompt) return [prompt.pauseMs];
      if ('count' in prompt) return spokenNumber(prompt.count);
      return [...prompt.digits]
        .filter((digit) => !SEPARATORS.includes(digit))
        .map((digit) => (digit === '1' && prompt.yao ? 'digit-yao' : `digit-${digit}`));
    });
  }

  #recorded(name: string): Recorded {
    const recorded = this.#prompts.get(name);
    if (!recorded) throw new UnknownPromptError(name, this.folder, nearNames(name, this.names));
    return recorded;
  }
}
