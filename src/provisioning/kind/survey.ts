import Type from 'typebox';
import { duration } from '../../config/fields.ts';
import { promptName } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** A question after the talk, answered with one key (满意度评价). */
export const survey = defineKind({
  name: 'survey',
  plural: 'surveys',
  title: { en: 'survey', zh: '满意度评价' },
  key: 'name',
  schema: Type.Object({
    prompt: promptName('survey-three-keys'),
    keys: Type.Array(Type.String({ pattern: '^[0-9*#]$', hint: 'one key' }), {
      minItems: 1,
      default: ['1', '2', '3'],
    }),
    thanks: Type.Optional(promptName()),
    timeoutMs: duration('8s'),
  }),
});

export type Survey = EntityOf<typeof survey>;
