import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { companyOf, exampleOf, type Given, orNull, route } from '../route.ts';

const word = Type.Object({ zh: Type.String(), en: Type.String() });
const nodeKind = Type.Object(
  {
    type: Type.String(),
    group: Type.String({ description: 'where it stands in a palette, one of `groups`' }),
    word,
    fields: Type.Array(
      Type.Object({
        name: Type.String(),
        kind: Type.String({
          description:
            'what it holds: `queue`, `prompts`, `ms` ...; `flow`, `flows`, `keys`, `singleKeys`, `areas`, `carriers`, `trunks`, `rules`, `shares` hold branches',
        }),
        isOptional: Type.Boolean(),
        choices: Type.Array(Type.String(), { description: 'what a form offers; none: it is free' }),
        word,
      }),
    ),
  },
  {
    examples: [
      {
        type: 'voicemail',
        group: 'end',
        word: { zh: '留言', en: 'voicemail' },
        fields: [
          {
            name: 'box',
            kind: 'mailbox',
            isOptional: false,
            choices: [],
            word: { zh: '语音信箱', en: 'Mailbox' },
          },
        ],
      },
    ],
  },
);
const nodeKinds = Type.Object(
  {
    groups: Type.Array(Type.Object({ name: Type.String(), word })),
    items: Type.Array(nodeKind),
  },
  {
    examples: [{ groups: [{ name: 'end', word: { zh: '收尾', en: 'End' } }], items: [exampleOf(nodeKind)] }],
  },
);
const number = Type.Integer();
const flowRow = Type.Object(
  {
    number: Type.String({ description: 'main number' }),
    name: Type.String(),
    file: orNull(Type.String({ description: 'that owns it: it is changed there' })),
    line: orNull(Type.Integer()),
    language: Type.Enum(['json', 'typescript'], { description: 'what it is written in' }),
    nodes: orNull(Type.Integer({ description: 'nodes of what takes calls' })),
    takesCalls: Type.Boolean({ description: 'false: it has a mistake' }),
    published: orNull(number),
    canary: orNull(number),
    draft: orNull(number),
  },
  {
    examples: [
      {
        number: '4001234567',
        name: '总机',
        file: null,
        line: null,
        language: 'json',
        nodes: 12,
        takesCalls: true,
        published: 4,
        canary: null,
        draft: 5,
      },
    ],
  },
);
const wholeFlow = Type.Object(
  {
    ...flowRow.properties,
    hotline: Type.Record(Type.String(), Type.Unknown(), {
      description: 'what holds; functions of TypeScript files as `{ "code": true }`',
    }),
    places: Type.Array(
      Type.Object({
        pointer: Type.String({ description: 'JSON pointer (RFC 6901) to a node' }),
        file: Type.String(),
        line: Type.Integer(),
      }),
      { description: 'where the nodes of a file in TypeScript were written' },
    ),
  },
  {
    examples: [
      {
        ...(exampleOf(flowRow) as object),
        hotline: { flow: { type: 'queue', queue: 'sales' } },
        places: [{ pointer: '/flow', file: 'dialplans/shop.ts', line: 12 }],
      },
    ],
  },
);
const problems = Type.Object(
  {
    problems: Type.Array(
      Type.Object({
        severity: Type.Enum(['error', 'warning']),
        code: Type.String(),
        pointer: Type.String({ description: 'JSON pointer (RFC 6901) into the hotline' }),
        detail: Type.String(),
        fix: orNull(Type.String()),
        guess: orNull(Type.String({ description: 'the name that was meant' })),
      }),
    ),
  },
  {
    examples: [
      {
        problems: [
          {
            severity: 'error',
            code: 'unknown-name',
            pointer: '/flow/queue',
            detail: "there is no queue 'sale'",
            fix: "did you mean 'sales'?",
            guess: 'sales',
          },
        ],
      },
    ],
  },
);
const asked = Type.Object(
  {
    hotline: Type.Record(Type.String(), Type.Unknown(), {
      description: 'the hotline as `GET /hotlines/{id}` has it',
    }),
  },
  { additionalProperties: false, examples: [{ hotline: { flow: { type: 'queue', queue: 'sale' } } }] },
);
const params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'main number' }),
});

export type NodeKinds = Given<Static<typeof nodeKinds>>;
export type FlowRow = Given<Static<typeof flowRow>>;
export type WholeFlow = Given<Static<typeof wholeFlow>>;
export type FlowProblem = Given<Static<typeof problems>>['problems'][number];

/** What the routes need of the flows of hotlines. */
export interface FlowBoard {
  readonly kinds: NodeKinds;
  list(tenant: string): Promise<readonly FlowRow[]>;
  /** Throws PbxError when there is no such hotline. */
  get(tenant: string, hotline: string): Promise<WholeFlow>;
  /** What is wrong and doubtful with a hotline as it would be, which is not saved. */
  review(tenant: string, hotline: string, value: Readonly<Record<string, unknown>>): readonly FlowProblem[];
}

const right = (action: 'read' | 'update') =>
  ({ access: { permission: `hotline:${action}`, reach: 'tenant' }, tag: 'hotlines' }) as const;

/** Flows of hotlines (热线流程), whoever owns them: what an editor shows. */
export const flowRoutes: FastifyPluginCallbackTypebox<{ board: FlowBoard }> = (app, { board }, done) => {
  app.get(
    '/node-kinds',
    route(
      { ...right('read'), summary: 'Kinds of nodes of a flow with their fields, for forms' },
      { response: { 200: nodeKinds } },
    ),
    async () => board.kinds,
  );
  app.get(
    '/flows',
    route(
      { ...right('read'), summary: 'Hotlines with the state of their flows, also those of TypeScript files' },
      {
        response: {
          200: Type.Object({ items: Type.Array(flowRow) }, { examples: [{ items: [exampleOf(flowRow)] }] }),
        },
      },
    ),
    async (request) => ({ items: await board.list(companyOf(request)) }),
  );
  app.get(
    '/flows/:id',
    route(
      { ...right('read'), summary: 'The flow that takes the calls of a hotline' },
      { params, response: { 200: wholeFlow } },
    ),
    async (request) => await board.get(companyOf(request), request.params.id),
  );
  app.post(
    '/flows/:id/check',
    route(
      {
        ...right('update'),
        summary: 'What is wrong and doubtful with a flow that is not saved yet',
        description: 'Errors keep it from being published. Nothing is changed.',
        bodyLimit: 1024 * 1024,
      },
      { params, body: asked, response: { 200: problems } },
    ),
    async (request) => ({
      problems: board.review(companyOf(request), request.params.id, request.body.hotline),
    }),
  );
  done();
};
