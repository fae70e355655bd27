import Type from 'typebox';
import { duration } from '../../config/fields.ts';
import { promptName } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Classes of answers: 非常满意, 满意, 一般, 不满意. */
export const SURVEY_RATINGS = ['very-satisfied', 'satisfied', 'fair', 'dissatisfied'] as const;

export type SurveyRating = (typeof SURVEY_RATINGS)[number];

const rating = Type.Unsafe<SurveyRating>({
  type: 'string',
  enum: SURVEY_RATINGS,
  hint: SURVEY_RATINGS.join(', '),
});

/** A question after the talk, answered with one key (满意度评价). */
export const survey = defineKind({
  name: 'survey',
  plural: 'surveys',
  title: { en: 'survey', zh: '满意度评价' },
  key: 'name',
  example: { name: 'three-keys', prompt: 'survey-three-keys', keys: ['1', '2', '3'] },
  schema: Type.Object({
    prompt: promptName('survey-three-keys'),
    keys: Type.Array(Type.String({ pattern: '^[0-9*#]$', hint: 'one key' }), {
      minItems: 1,
      default: ['1', '2', '3'],
    }),
    thanks: Type.Optional(promptName()),
    timeoutMs: duration('8s'),
    /** What keys mean, for the rate of satisfied callers (满意率). */
    ratings: Type.Optional(
      Type.Record(Type.String({ pattern: '^[0-9*#]$' }), rating, { keyHint: 'one key' }),
    ),
  }),
  check: ({ keys, ratings = {} }, complain) => {
    for (const key of Object.keys(ratings)) {
      if (keys.includes(key)) continue;
      complain(['ratings', key], `key ${key} is no answer of the survey`, 'add it to keys, or leave it out');
    }
  },
});

export type Survey = EntityOf<typeof survey>;
