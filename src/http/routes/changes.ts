import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Action } from '../../auth/rights.ts';
import type { ChangeLog } from '../../bulk/change-log.ts';
import type { KindName } from '../../provisioning/kinds.ts';
import { maskedName } from '../../provisioning/masked-entity.ts';
import type { BulkChange, BulkChangeItem } from '../../store/bulk-change.ts';
import { managerOf } from '../by-whom.ts';
import { resourceOf } from '../entity-schemas.ts';
import { requireKindRights } from '../kind-rights.ts';
import { pageOf, pageQuery } from '../page.ts';
import { idParams, isoTime, listOf, orNull, type RouteFacts, route } from '../route.ts';
import { jobBegun, sendBegun } from './jobs.ts';

const change = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    source: Type.Enum(['import', 'edit', 'undo'], {
      description: '`edit`: of rows that were chosen; `undo`: it took another one back',
    }),
    kind: Type.String({ description: 'of its entities' }),
    file: orNull(Type.String({ description: 'what the table was called' })),
    at: isoTime(),
    by: Type.String(),
    created: Type.Integer(),
    updated: Type.Integer(),
    removed: Type.Integer(),
    undoes: orNull(Type.String({ description: 'the change that it took back' })),
  },
  {
    examples: [
      {
        id: 'Zr0',
        tenant: 'demo',
        source: 'import',
        kind: 'agent',
        file: 'agents.xlsx',
        at: '2026-10-01T08:00:00.000Z',
        by: 'li@demo',
        created: 40,
        updated: 2,
        removed: 0,
        undoes: null,
      },
    ],
  },
);
const item = Type.Object(
  {
    kind: Type.String(),
    name: Type.String(),
    did: Type.Enum(['create', 'update', 'remove']),
    revision: Type.Integer({ description: 'that it has since' }),
  },
  { examples: [{ kind: 'agent', name: '8001', did: 'create', revision: 1 }] },
);
export type ChangeRow = Static<typeof change>;
export type ChangeItemRow = Static<typeof item>;
const wish = Type.Object(
  {
    partial: Type.Boolean({
      default: false,
      description: 'what was changed since is left as it is; otherwise that is refused: `changed-since`',
    }),
  },
  { additionalProperties: false, examples: [{ partial: false }] },
);

const facts = (action: 'read' | 'update', summary: string, more: Partial<RouteFacts> = {}): RouteFacts => ({
  access: { permission: `change:${action}`, reach: 'tenant' },
  tag: 'entities',
  summary,
  ...more,
});

/** Changes of many entities at once (批量变更), and taking them back (撤销). */
export const changeRoutes: FastifyPluginCallbackTypebox<{
  changes: Pick<ChangeLog, 'list' | 'find' | 'items' | 'undo'>;
}> = (app, { changes }, done) => {
  app.get(
    '/changes',
    route(facts('read', 'Changes of many entities, the newest first'), {
      querystring: pageQuery,
      response: { 200: listOf(change) },
    }),
    async (request) =>
      await pageOf(request, async (limit, place) => {
        const after = place && { at: Number(place[0]), id: place[1] ?? '' };
        const page = await changes.list(request.scope, { limit, after });
        return page.map((each) => ({ item: rowOf(each), place: [String(each.at), each.id] }));
      }),
  );
  app.get(
    '/changes/:id',
    route(facts('read', 'A change of many entities'), { params: idParams, response: { 200: change } }),
    async ({ scope, params }) => rowOf(await changes.find(scope, params.id)),
  );
  app.get(
    '/changes/:id/items',
    route(facts('read', 'What a change did, entity by entity'), {
      params: idParams,
      querystring: pageQuery,
      response: { 200: listOf(item) },
    }),
    async (request) => {
      const found = await changes.find(request.scope, request.params.id);
      return await pageOf(request, async (limit, place) => {
        const page = await changes.items(found, limit, place && Number(place[0]));
        return page.map((each) => ({ item: itemOf(request, each), place: [String(each.seq)] }));
      });
    },
  );
  app.post(
    '/changes/:id/undo',
    route(
      facts('update', 'Take a change of many entities back', {
        description:
          'By a job, which is a change of its own. What it made goes, what it changed or removed is what it was before. New users go while nobody has changed them and they have their first password; no undo brings back users that one removed. Needs the rights to do that to the kind: to delete what the change made, to update what it changed, to create what it removed.',
        errors: ['changed-since', 'still-used', 'too-many-jobs'],
        isIdempotent: true,
      }),
      { params: idParams, body: wish, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const found = await changes.find(request.scope, request.params.id);
      requireKindRights(request, resourceOf(found.kind as KindName), backActions(found));
      const isPartial = request.body.partial;
      return sendBegun(reply, await changes.undo(found, { isPartial }, managerOf(request)));
    },
  );
  done();
};

/** What it takes to take a change back. */
const backActions = ({ created, updated, removed }: BulkChange): readonly Action[] => [
  ...(removed > 0 ? (['create'] as const) : []),
  ...(updated > 0 ? (['update'] as const) : []),
  ...(created > 0 ? (['delete'] as const) : []),
];

const rowOf = ({ tenantId, at, file, undoes, ...each }: BulkChange) => ({
  ...each,
  tenant: tenantId,
  at: new Date(at).toISOString(),
  file: file ?? null,
  undoes: undoes ?? null,
});

const itemOf = (
  { scope }: Pick<FastifyRequest, 'scope'>,
  { kind, name, revision, before, after }: BulkChangeItem,
) => ({
  kind,
  name: scope.seesNumbers ? name : maskedName(kind, name),
  revision,
  did:
    before === undefined
      ? ('create' as const)
      : after === undefined
        ? ('remove' as const)
        : ('update' as const),
});
