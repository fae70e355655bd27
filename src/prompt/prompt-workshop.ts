import { rm } from 'node:fs/promises';
import { PbxError } from '../shared/errors.ts';
import type { UploadFolder } from '../shared/upload-folder.ts';
import type { PromptPlace, PromptShelf, PromptVersion } from './prompt-shelf.ts';
import { MAX_SPEECH_CHARACTERS, type SpeechRequest, type SpeechSynthesizer } from './speech-synthesizer.ts';
import type { Level, Span, TelephoneAudio } from './telephone-audio.ts';

export interface PromptWorkshopParts {
  readonly audio: Pick<TelephoneAudio, 'make' | 'levelOf'>;
  readonly speech: SpeechSynthesizer;
  readonly shelf: Pick<PromptShelf, 'add'>;
  readonly uploads: Pick<UploadFolder, 'newPath'>;
}

/** How far it is, and whether it is still wanted: a job's. */
export interface Work {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Who wants it, and for which prompt. */
export interface PromptOrder {
  readonly place: PromptPlace;
  readonly by: string;
}

export interface MadePrompt extends PromptVersion {
  /** Of what was sent, in LUFS; the prompt has the loudness of all. */
  readonly loudness: number;
}

/** Makes prompts of what people send, and of texts: what callers hear changes when all of it has gone well. */
export class PromptWorkshop {
  readonly #parts: PromptWorkshopParts;

  constructor(parts: PromptWorkshopParts) {
    this.#parts = parts;
  }

  /** What the speech engine has; null: ask it. */
  get speech(): { readonly languages: readonly string[] | null; readonly voices: readonly string[] | null } {
    const { languages = null, voices = null } = this.#parts.speech;
    return { languages, voices };
  }

  /** Before there is a job. Throws PbxError `too-long`, `speech-missing`, `bad-request` for a language that the engine does not speak. */
  proveSpeech({ text, language }: SpeechRequest): void {
    const { languages } = this.#parts.speech;
    if (languages?.length === 0)
      throw new PbxError('speech-missing', 'the operator has switched speech synthesis off (speech.engine)');
    if (text.length > MAX_SPEECH_CHARACTERS)
      throw new PbxError('too-long', `a text may have ${MAX_SPEECH_CHARACTERS} characters`);
    if (languages && !languages.includes(language))
      throw new PbxError('bad-request', `${language} is not spoken here, only ${languages.join(', ')}`);
  }

  /** Of a file, which is gone afterwards. Throws what {@link TelephoneAudio.make} and {@link PromptShelf.add} throw. */
  async ofFile(order: PromptOrder, file: string, work: Work): Promise<MadePrompt> {
    try {
      return await this.#make(order, file, work);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Of a text. Throws what a {@link SpeechSynthesizer} throws, and as {@link ofFile}. */
  async ofText(order: PromptOrder, request: SpeechRequest, work: Work): Promise<MadePrompt> {
    const spoken = this.#parts.uploads.newPath();
    try {
      await this.#parts.speech.say(request, spoken, work.signal);
      return await this.#make(order, spoken, work, { text: request.text });
    } finally {
      await rm(spoken, { force: true });
    }
  }

  /** Of a part of a file, which stays as it is. Throws as {@link ofFile}. */
  async ofPart(order: PromptOrder, file: string, span: Span, work: Work): Promise<MadePrompt> {
    return await this.#make(order, file, work, { span });
  }

  /** How loud a file is. Throws what {@link TelephoneAudio.levelOf} throws. */
  levelOf(file: string, signal: AbortSignal): Promise<Level> {
    return this.#parts.audio.levelOf(file, this.#parts.uploads.newPath(), signal);
  }

  async #make(
    { place, by }: PromptOrder,
    file: string,
    work: Work,
    { text, span }: { readonly text?: string; readonly span?: Span } = {},
  ): Promise<MadePrompt> {
    const { audio, shelf, uploads } = this.#parts;
    const wav = `${uploads.newPath()}.wav`;
    const step = (done: number, steps: number) => work.progress(done, steps);
    const { loudness } = await audio.make(file, wav, work.signal, step, span);
    try {
      return { ...(await shelf.add(place, wav, by, text)), loudness };
    } finally {
      await rm(wav, { force: true });
    }
  }
}
