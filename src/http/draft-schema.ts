/** What a test or a replay tries in place of what holds. */
import Type, { type Static } from 'typebox';
import { KIND_NAMES } from '../provisioning/kinds.ts';

export const draftFields = {
  version: Type.Optional(
    Type.Integer({ minimum: 1, description: 'of a stored hotline: this version of it, also its draft' }),
  ),
  draft: Type.Optional(
    Type.Object(
      {
        flow: Type.Optional(
          Type.Unknown({ description: 'in place of the flow of the hotline, or of that version' }),
        ),
        entities: Type.Optional(
          Type.Array(
            Type.Object(
              {
                kind: Type.Enum([...KIND_NAMES]),
                name: Type.String({ minLength: 1, maxLength: 64, description: 'its name or number' }),
                value: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
                  description: 'as a whole, but secrets that stay; null: as if it were removed',
                }),
              },
              { additionalProperties: false },
            ),
            { maxItems: 200, description: 'edited and not saved yet' },
          ),
        ),
      },
      { additionalProperties: false },
    ),
  ),
} as const;

/** Field of a body: what `http` nodes are answered. */
export const stubbedAnswers = Type.Optional(
  Type.Array(
    Type.Object(
      {
        url: Type.String({ minLength: 1, maxLength: 2000, description: 'how the URL begins' }),
        status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
        body: Type.Optional(Type.Unknown({ description: 'answered as JSON' })),
      },
      { additionalProperties: false },
    ),
    { maxItems: 100, description: 'answers to `http` nodes: a test asks nobody outside' },
  ),
);

/** {@link draftFields} in a body. */
export type DraftAsked = {
  readonly version?: number | undefined;
  readonly draft?: Static<NonNullable<(typeof draftFields)['draft']>> | undefined;
};
