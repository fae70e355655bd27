import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { NOT_FOUND, runProgram } from '../shared/run-program.ts';
import { SPEECH_LIMIT_MS, type SpeechRequest, type SpeechSynthesizer } from './speech-synthesizer.ts';

/**
 * Voice, speed and pitch of each language, those of `scripts/make-prompts`: what a company has said goes with the prompts that all have.
 * cmn-latn-pinyin reads Han characters as Mandarin; the plain cmn voice of Debian 12 reads their pinyin as English.
 */
const VOICES: Readonly<Record<string, readonly [voice: string, wordsPerMinute: number]>> = {
  'zh-CN': ['cmn-latn-pinyin', 165],
  yue: ['yue', 165],
  en: ['en-us', 160],
};
const PITCH = 45;
const USUAL_VARIANT = 'f2';
/** Variants of espeak-ng, women's and men's, the usual one first. A voice that it does not know it speaks as another, without a word. */
const VARIANTS = [
  ...[USUAL_VARIANT, 'f1', 'f3', 'f4', 'f5'],
  ...['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'],
];

const LIMITS = {
  limitMs: SPEECH_LIMIT_MS,
  cpuSeconds: 60,
  memoryBytes: 512 * 1024 ** 2,
  fileBytes: 128 * 1024 ** 2,
};

/** espeak-ng, which comes with Debian. */
export class Espeak implements SpeechSynthesizer {
  readonly languages = Object.keys(VOICES);
  readonly voices = VARIANTS;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #command: string;

  constructor({
    clock,
    command = 'espeak-ng',
  }: { readonly clock: Pick<Clock, 'after'>; readonly command?: string }) {
    this.#clock = clock;
    this.#command = command;
  }

  async say(
    { text, language, voice = USUAL_VARIANT }: SpeechRequest,
    file: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const [spoken, wordsPerMinute] = VOICES[language] ?? [];
    if (spoken === undefined)
      throw new PbxError(
        'speech',
        `espeak-ng is not set up for ${language}, only for ${this.languages.join(', ')}`,
      );
    if (!VARIANTS.includes(voice))
      throw new PbxError(
        'speech',
        `'${voice}' is no voice of espeak-ng's: f1 to f5 are women's, m1 to m8 men's`,
      );
    const how = ['-v', `${spoken}+${voice}`, '-s', String(wordsPerMinute), '-p', String(PITCH), '-b', '1'];
    const args = [...how, '--stdin', '-w', file];
    const { status, said } = await runProgram(
      { command: this.#command, args, input: text, ...LIMITS, signal },
      this.#clock,
    );
    if (status === 0) return;
    if (status === NOT_FOUND)
      throw new PbxError('speech-missing', `${this.#command} is not installed: apt-get install espeak-ng`);
    throw new PbxError(
      'speech',
      `espeak-ng could not say it: ${said.trim().slice(0, 200) || 'it took too long'}`,
    );
  }
}
