import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { companyOf, type Given, isoTime, nothing, orNull, route } from '../route.ts';

const seen = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        by: Type.String({ description: 'who, as versions name him' }),
        isSelf: Type.Boolean({ description: 'another page of who asks' }),
        since: isoTime('when he opened it'),
        isEditing: Type.Boolean({ description: 'he has changes that are not saved' }),
      }),
      { description: 'other pages that have it open, by person' },
    ),
    draft: orNull(
      Type.Object({
        version: Type.Integer(),
        revision: Type.Integer({ description: 'another one than was read: somebody has saved it since' }),
        changedBy: Type.String(),
        changedAt: isoTime(),
      }),
    ),
    published: orNull(
      Type.Object({
        version: Type.Integer(),
        publishedBy: orNull(Type.String()),
        publishedAt: orNull(isoTime()),
      }),
    ),
  },
  {
    examples: [
      {
        items: [{ by: 'li@demo', isSelf: false, since: '2026-10-12T02:00:07.000Z', isEditing: true }],
        draft: { version: 5, revision: 3, changedBy: 'li@demo', changedAt: '2026-10-12T02:03:00.000Z' },
        published: { version: 4, publishedBy: 'wang@demo', publishedAt: '2026-10-01T09:00:00.000Z' },
      },
    ],
  },
);
const params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'main number' }),
  page: Type.String({ pattern: '^[\\w-]{1,64}$', description: 'any name that the page gives itself' }),
});
const body = Type.Object(
  { isEditing: Type.Boolean({ description: 'there are changes that are not saved' }) },
  { additionalProperties: false, examples: [{ isEditing: true }] },
);

export type FlowSeen = Given<Static<typeof seen>>;

/** A page that has a flow open. */
export interface FlowPage {
  readonly tenant: string;
  readonly hotline: string;
  readonly page: string;
  readonly by: string;
}

/** What the routes need to know of who edits flows. */
export interface FlowEditorBoard {
  /** Throws PbxError when there is no such hotline. */
  seen(page: FlowPage & { readonly isEditing: boolean }): Promise<FlowSeen>;
  left(page: FlowPage): void;
}

const right = { access: { permission: 'hotline:read', reach: 'tenant' }, tag: 'hotlines' } as const;

/** Who else has a flow open (谁在编辑). */
export const flowEditorRoutes: FastifyPluginCallbackTypebox<{ board: FlowEditorBoard }> = (
  app,
  { board },
  done,
) => {
  app.put(
    '/flows/:id/editors/:page',
    route(
      {
        ...right,
        summary: 'A page has a flow open: who else has, and what was saved last',
        description: 'Asked every few seconds. A page that says nothing for 90 s is taken for closed.',
      },
      { params, body, response: { 200: seen } },
    ),
    async (request) => {
      const { id: hotline, page } = request.params;
      const by = request.principal.name;
      return await board.seen({ tenant: companyOf(request), hotline, page, by, ...request.body });
    },
  );
  app.delete(
    '/flows/:id/editors/:page',
    route(
      { ...right, summary: 'A page that had a flow open is closed' },
      { params, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id: hotline, page } = request.params;
      board.left({ tenant: companyOf(request), hotline, page, by: request.principal.name });
      return await reply.code(204).send(null);
    },
  );
  done();
};
