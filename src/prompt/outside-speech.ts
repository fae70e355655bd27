import { writeFile } from 'node:fs/promises';
import type { Outbound } from '../outbound/outbound.ts';
import { PbxError } from '../shared/errors.ts';
import { SPEECH_LIMIT_MS, type SpeechRequest, type SpeechSynthesizer } from './speech-synthesizer.ts';

/** Of speech that an engine sends. */
const MAX_BYTES = 50 * 1024 ** 2;

export interface OutsideSpeechParts {
  readonly outbound: Outbound;
  readonly url: string;
  /** Sent as `Authorization: Bearer`; undefined: none is. */
  readonly token?: string | undefined;
}

/**
 * An engine outside: `POST` of `{ text, language, voice }` in JSON to its URL, answered with 200 and the audio, in any form. In front of
 * engines that want something else stands a proxy of the operator's.
 */
export class OutsideSpeech implements SpeechSynthesizer {
  readonly languages = undefined;
  readonly voices = undefined;
  readonly #parts: OutsideSpeechParts;

  constructor(parts: OutsideSpeechParts) {
    this.#parts = parts;
  }

  async say({ text, language, voice }: SpeechRequest, file: string, signal?: AbortSignal): Promise<void> {
    const { outbound, url, token } = this.#parts;
    const answer = await outbound.ask({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'audio/*',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ text, language, voice }),
      limitMs: SPEECH_LIMIT_MS,
      maxBytes: MAX_BYTES,
      ...(signal && { signal }),
    });
    const { status, headers, body, isWhole } = answer;
    if (status !== 200) throw new PbxError('speech', `the speech engine answered with status ${status}`);
    if (!isWhole) throw new PbxError('speech', 'the speech engine sent more than 50 MB');
    // JSON or a page is what engines say of a mistake with 200.
    if (!/^(?:audio\/|application\/(?:octet-stream|ogg))/i.test(headers['content-type'] ?? ''))
      throw new PbxError(
        'speech',
        `the speech engine sent ${headers['content-type'] ?? 'something'}, no audio`,
      );
    await writeFile(file, body, { mode: 0o600 });
  }
}
