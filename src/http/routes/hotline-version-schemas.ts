/** Versions of hotlines in requests and answers. */
import Type from 'typebox';
import { exampleOf, isoTime, orNull } from '../route.ts';

export const canary = Type.Union(
  [
    Type.Object(
      {
        percent: Type.Number({
          minimum: 0,
          maximum: 100,
          description: 'share of the callers, each always or never',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      { callers: Type.Array(Type.String({ pattern: '^\\+?\\d{3,20}$' }), { minItems: 1, maxItems: 1000 }) },
      { additionalProperties: false },
    ),
  ],
  { examples: [{ percent: 10 }] },
);
export const versionRow = Type.Object(
  {
    version: Type.Integer(),
    state: Type.Enum(['draft', 'checked', 'canary', 'published', 'retired']),
    base: orNull(Type.Integer({ description: 'the version that was published when it was begun' })),
    comment: Type.String(),
    changedBy: Type.String(),
    changedAt: isoTime(),
    publishedBy: orNull(Type.String()),
    publishedAt: orNull(isoTime('when it began to take the calls last')),
    canary: orNull(canary),
    revision: Type.Integer({ description: 'for `If-Match`' }),
  },
  {
    examples: [
      {
        version: 4,
        state: 'published',
        base: 3,
        comment: 'menu for the holidays',
        changedBy: 'li@demo',
        changedAt: '2026-10-01T08:00:00.000Z',
        publishedBy: 'wang@demo',
        publishedAt: '2026-10-01T09:00:00.000Z',
        canary: null,
        revision: 2,
      },
    ],
  },
);
const hotline = Type.Record(Type.String(), Type.Unknown(), {
  description: 'the hotline as `GET /hotlines/{id}` has it; of a draft whatever was saved',
});
const EXAMPLE = { flow: { type: 'queue', queue: 'sales' } };
export const wholeVersion = Type.Object(
  { ...versionRow.properties, hotline },
  { examples: [{ ...(exampleOf(versionRow) as object), hotline: EXAMPLE }] },
);
export const draftBody = Type.Object(
  {
    hotline,
    comment: Type.Optional(Type.String({ maxLength: 500 })),
    base: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'the published version, once the draft was brought in line with it',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ hotline: EXAMPLE, comment: 'menu for the holidays' }] },
);
export const commentBody = Type.Object(
  { comment: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false, examples: [{ comment: 'menu for the holidays' }] },
);
export const rollbackBody = Type.Object(
  { version: Type.Integer({ minimum: 1 }), comment: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false, examples: [{ version: 3, comment: 'the new menu confuses callers' }] },
);
export const checkAnswer = Type.Object(
  {
    version: Type.Integer(),
    state: Type.Enum(['draft', 'checked']),
    problems: Type.Array(
      Type.Object({
        pointer: Type.String({ description: 'JSON pointer (RFC 6901) into the hotline' }),
        code: Type.String(),
        detail: Type.String(),
        fix: Type.Optional(Type.String()),
      }),
    ),
  },
  {
    examples: [
      {
        version: 5,
        state: 'draft',
        problems: [{ pointer: '/flow/queue', code: 'not-found', detail: "there is no queue 'sale'" }],
      },
    ],
  },
);
export const diffQuery = Type.Object(
  {
    from: Type.Optional(Type.Integer({ minimum: 1, description: 'left out: the published version' })),
    to: Type.Optional(Type.Integer({ minimum: 1, description: 'left out: the draft' })),
  },
  { additionalProperties: false },
);
export const diffAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        kind: Type.Enum(['added', 'removed', 'moved', 'changed', 'exit', 'setting']),
        path: Type.String({ description: "place in the flow, `flow.1[0]`; '' is the hotline itself" }),
        text: Type.String({ description: 'in the language of Accept-Language' }),
      }),
    ),
  },
  {
    examples: [{ items: [{ kind: 'added', path: 'flow.3', text: 'added: queue sales at flow.3' }] }],
  },
);

export const params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'main number' }),
});
export const versionParams = Type.Object({ ...params.properties, version: Type.Integer({ minimum: 1 }) });
