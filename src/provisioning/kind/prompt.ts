import Type from 'typebox';
import { text } from '../../config/fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';
import { language } from '../language.ts';

const wav = Type.String({ pattern: '^[^/\\\\.][^/\\\\]{0,120}\\.wav$', hint: 'the name of a WAV file' });

/**
 * What callers of one company hear under a name (提示音): a WAV file in its own folder, `prompts/COMPANY` of the data folder. It
 * beats the prompt of the same name that all companies have.
 */
export const prompt = defineKind({
  name: 'prompt',
  plural: 'prompts',
  title: { en: 'prompt', zh: '提示音' },
  key: 'name',
  example: { name: 'welcome', file: 'welcome.wav', text: '欢迎致电' },
  schema: Type.Object({
    /** A name without a folder: what another company has cannot be written. */
    file: wav,
    /** The same in other languages, by the `language` of a skill: a WAV file each. */
    languages: Type.Record(language, wav, {
      default: {},
      keyHint: 'languages such as en or yue',
    }),
    /** What is said, for people. */
    text: Type.Optional(text()),
  }),
});

export type CompanyPrompt = EntityOf<typeof prompt>;
