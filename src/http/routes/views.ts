import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { OPERATORS } from '../../auth/auth-store.ts';
import { maskFor, ownAccountOf, personOf, scopeNamed } from '../../auth/principal.ts';
import { type ShowNumber, textShown } from '../../shared/masked-number.ts';
import type { SavedViews, ShownView, Viewer, ViewFields } from '../../workspace/saved-views.ts';
import { tenantNamed } from '../authenticate.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { exampleOf, idParams, isoTime, nothing, orNull, route } from '../route.ts';

const page = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,63}$',
  description: 'the list that it belongs to: `calls`',
});
const name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' });
const sharedWith = orNull(
  Type.String({
    pattern: '^(\\*|[a-z][a-z0-9-]{0,63})$',
    description: 'who else has it: `*` the whole company, or a role by its name; null: nobody',
  }),
);
const filters = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{0,31}$' }),
  Type.String({ maxLength: 200 }),
  { additionalProperties: false, maxProperties: 40, description: "as they stand in the page's address" },
);
const columns = orNull(
  Type.Array(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,31}$' }), {
    maxItems: 60,
    uniqueItems: true,
    description: 'their keys in their order; null: those that the page begins with',
  }),
);
const row = Type.Object(
  {
    id: Type.String(),
    page: Type.String(),
    name: Type.String(),
    sharedWith: orNull(Type.String()),
    filters: Type.Record(Type.String(), Type.String()),
    columns: orNull(Type.Array(Type.String())),
    owner: Type.String({ description: 'who made it' }),
    isOwn: Type.Boolean(),
    mayChange: Type.Boolean({ description: 'it is his, or he may share views' }),
    isFirst: Type.Boolean({ description: 'who asks begins with it' }),
    updatedAt: isoTime(),
    updatedBy: Type.String(),
    revision: Type.Integer({ description: 'its `ETag`' }),
  },
  {
    examples: [
      {
        ...{ id: '7pXm2cT5b1kq8wJzR0Yh3A', page: 'calls', name: '今天放弃的', sharedWith: '*' },
        ...{ filters: { range: 'today', outcome: 'abandoned' }, columns: ['started', 'caller', 'wait'] },
        ...{ owner: 'li@demo', isOwn: true, mayChange: true, isFirst: false },
        ...{ updatedAt: '2026-10-10T02:00:00.000Z', updatedBy: 'li@demo', revision: 1 },
      },
    ],
  },
);
export type ViewRow = Static<typeof row>;
const rows = Type.Object({ items: Type.Array(row) }, { examples: [{ items: [exampleOf(row)] }] });

const wanted = Type.Object({ page }, { additionalProperties: false });
const added = Type.Object(
  {
    page,
    name,
    sharedWith: Type.Optional(sharedWith),
    filters,
    columns: Type.Optional(columns),
  },
  {
    additionalProperties: false,
    examples: [{ page: 'calls', name: '今天放弃的', filters: { range: 'today', outcome: 'abandoned' } }],
  },
);
const changed = Type.Object(
  {
    name: Type.Optional(name),
    sharedWith: Type.Optional(sharedWith),
    filters: Type.Optional(filters),
    columns: Type.Optional(columns),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ name: '昨天放弃的' }] },
);

/**
 * Lists as people want to see them (已存视图): filters and columns under a name. Everybody has his own; with `view:share` they are given to
 * the company or to a role, and changed whoever made them. Who may not see numbers is shown those in others' views masked.
 */
export const viewRoutes: FastifyPluginCallbackTypebox<{ views: SavedViews }> = (app, { views }, done) => {
  const self = { access: 'self', tag: 'session' } as const;
  const changes = { ...self, errors: ['acting', 'forbidden', 'not-found'] } as const;
  app.get(
    '/views',
    route(
      {
        ...self,
        summary: 'Views of a list that somebody may use (已存视图)',
        description: 'His own, and those that are shared with him; with `view:share` all that are shared.',
        errors: ['forbidden', 'not-found'],
      },
      { querystring: wanted, response: { 200: rows } },
    ),
    async (request) => {
      const viewer = viewerOf(request);
      const found = await views.list(viewer, request.query.page);
      const show = maskFor(request.principal);
      return { items: found.map((each) => rowOf(each, show)) };
    },
  );
  app.post(
    '/views',
    route(
      {
        ...changes,
        summary: 'Save a view of a list',
        description: 'To share it is the right `view:share`.',
        errors: [...changes.errors, 'exists', 'too-many-views'],
      },
      { body: added, response: { 201: row } },
    ),
    async (request, reply) => {
      const { page: of, ...fields } = request.body;
      const { sharedWith: others = null, columns: order = null, ...rest } = fields;
      const made = await views.add(ownViewerOf(request), of, {
        ...rest,
        ...{ sharedWith: others ?? undefined, columns: order ?? undefined },
      });
      return reply
        .code(201)
        .header('etag', etagOf(made.view))
        .send(rowOf(made, maskFor(request.principal)));
    },
  );
  app.patch(
    '/views/:id',
    route(
      {
        ...changes,
        summary: 'Change a view',
        description: "Another's with `view:share` only.",
        errors: [...changes.errors, 'no-if-match', 'changed-meanwhile', 'exists'],
      },
      { params: idParams, body: changed, response: { 200: row } },
    ),
    async (request, reply) => {
      const viewer = ownViewerOf(request);
      const view = await views.get(viewer, request.params.id);
      requireMatch(request, view);
      const { sharedWith: others, columns: order, ...rest } = request.body;
      const fields: Partial<ViewFields> = {
        ...rest,
        ...(others !== undefined && { sharedWith: others ?? undefined }),
        ...(order !== undefined && { columns: order ?? undefined }),
      };
      const now = await views.change(viewer, view, fields);
      return reply.header('etag', etagOf(now.view)).send(rowOf(now, maskFor(request.principal)));
    },
  );
  app.delete(
    '/views/:id',
    route(
      {
        ...changes,
        summary: 'Delete a view',
        description: "Another's with `view:share` only. Who began with it begins with the page as it is.",
        errors: [...changes.errors, 'no-if-match', 'changed-meanwhile'],
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const viewer = ownViewerOf(request);
      const view = await views.get(viewer, request.params.id);
      requireMatch(request, view);
      await views.remove(viewer, view);
      return reply.code(204).send(null);
    },
  );
  for (const method of ['put', 'delete'] as const)
    app[method](
      '/views/:id/first',
      route(
        {
          ...changes,
          summary: method === 'put' ? 'Begin with this view on its page' : 'Begin with it no more',
        },
        { params: idParams, response: { 204: nothing } },
      ),
      async (request, reply) => {
        const viewer = ownViewerOf(request);
        const view = await views.get(viewer, request.params.id);
        await views.beginWith(viewer, view, method === 'put');
        return reply.code(204).send(null);
      },
    );
  done();
};

/** Who looks; an operator who names no company has views of his own house. */
function viewerOf(request: FastifyRequest): Viewer {
  const { principal } = request;
  const { user } = personOf(principal);
  const { tenantId = OPERATORS } = scopeNamed(principal, tenantNamed(request));
  const mayShare = principal.rights.has('view:share', 'tenant');
  return { tenantId, userId: user.id, name: principal.name, roles: user.roles, mayShare };
}

/** The same of who changes his own: nobody does that in another's name. */
function ownViewerOf(request: FastifyRequest): Viewer {
  ownAccountOf(request.principal);
  return viewerOf(request);
}

function rowOf({ view, isOwn, mayChange, isFirst }: ShownView, show: ShowNumber): ViewRow {
  const { id, page: of, filters: by, columns: order, owner, updatedAt, updatedBy, revision } = view;
  const seen = (text: string) => (isOwn ? text : textShown(text, show));
  return {
    ...{ id, page: of, name: seen(view.name), sharedWith: view.sharedWith ?? null },
    filters: Object.fromEntries(Object.entries(by).map(([key, value]) => [key, seen(value)])),
    columns: order ? [...order] : null,
    ...{ owner, isOwn, mayChange, isFirst },
    ...{ updatedAt: new Date(updatedAt).toISOString(), updatedBy, revision },
  };
}
