import { PbxError } from '../shared/errors.ts';

/** What is to be said. */
export interface SpeechRequest {
  readonly text: string;
  /** BCP 47: zh-CN, yue, en. */
  readonly language: string;
  /** One of the engine's own; undefined: its usual one for the language. */
  readonly voice?: string | undefined;
}

/** Longer texts are refused: about ten minutes. */
export const MAX_SPEECH_CHARACTERS = 3_000;
/** Speech that is not there after so long is given up. */
export const SPEECH_LIMIT_MS = 60_000;

/** Port SpeechSynthesizer: says texts (语音合成, TTS). */
export interface SpeechSynthesizer {
  /** What it speaks; undefined: ask it. */
  readonly languages: readonly string[] | undefined;
  /** Its voices, in any language; undefined: ask it. */
  readonly voices: readonly string[] | undefined;
  /**
   * Writes what is said to `file`, in any form of audio. Throws PbxError `speech-missing` where there is no engine, `speech` for what it
   * cannot say; the signal's reason.
   */
  say(request: SpeechRequest, file: string, signal?: AbortSignal): Promise<void>;
}

/** Where the operator wants none. */
export class NoSpeech implements SpeechSynthesizer {
  readonly languages = [];
  readonly voices = [];

  async say(): Promise<never> {
    throw new PbxError('speech-missing', 'the operator has switched speech synthesis off (speech.engine)');
  }
}
