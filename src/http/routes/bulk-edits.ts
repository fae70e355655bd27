import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { RowChange } from '../../bulk/entity-import.ts';
import { VERDICTS } from '../../bulk/import-row.ts';
import type { ImportKind, Imports } from '../../bulk/imports.ts';
import { isEditable } from '../../bulk/row-edit.ts';
import { USER } from '../../bulk/user-columns.ts';
import { KIND_NAMES, type KindName } from '../../provisioning/kinds.ts';
import { isNamedByCaller, maskedEntity } from '../../provisioning/masked-entity.ts';
import { managerOf } from '../by-whom.ts';
import { resourceOf } from '../entity-schemas.ts';
import { RequestError } from '../errors.ts';
import { requireKindRights } from '../kind-rights.ts';
import { pageFields, pageOf } from '../page.ts';
import { companyOf, idParams, listOf, type RouteFacts, route } from '../route.ts';
import { plannedFields, rowOf } from './imports.ts';
import { jobBegun, sendBegun } from './jobs.ts';

/** Rows that are chosen at most, as of a table. */
const MOST_ROWS = 20_000;
const BODY_BYTES = 4 * 1024 ** 2;
const MOST_FIELDS = 50;

const BY_RESOURCE = new Map<string, ImportKind>([
  ...KIND_NAMES.filter(isEditable).map((kind): [string, KindName] => [resourceOf(kind), kind]),
  [USER, USER],
]);
const resourceNamed = (kind: ImportKind): string => (kind === USER ? USER : resourceOf(kind));

const edit = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      maxLength: 100,
      description: '`forward.busy` for one within another',
    }),
    how: Type.Enum(['set', 'add', 'take'], {
      description: '`set`: the value; `add`, `take`: of a list, what comes to it or goes from it',
    }),
    value: Type.Unknown({ description: 'as the kind has it; null takes the field away' }),
  },
  { additionalProperties: false },
);
const wish = Type.Object(
  {
    kind: Type.Enum([...BY_RESOURCE.keys()], { description: 'of what the rows are' }),
    names: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      minItems: 1,
      maxItems: MOST_ROWS,
      description: 'keys of the rows that were chosen; of users their logins',
    }),
    remove: Type.Optional(Type.Boolean({ description: 'they are removed; there is no `change` then' })),
    change: Type.Optional(Type.Array(edit, { minItems: 1, maxItems: MOST_FIELDS })),
  },
  {
    additionalProperties: false,
    examples: [
      {
        kind: 'extension',
        names: ['8001', '8002'],
        change: [{ field: 'outside', how: 'set', value: 'domestic' }],
      },
    ],
  },
);
const rowsQuery = Type.Object(
  { ...pageFields, verdict: Type.Optional(Type.Enum([...VERDICTS])) },
  { additionalProperties: false },
);
const editedRow = Type.Object(
  {
    ...plannedFields,
    changes: Type.Array(
      Type.Object({
        field: Type.String(),
        before: Type.Unknown({ description: 'null: nothing' }),
        after: Type.Unknown({ description: 'null: nothing' }),
      }),
      { description: 'what each field is, and would be' },
    ),
  },
  {
    examples: [
      {
        row: 1,
        name: '8001',
        verdict: 'update',
        fields: ['outside'],
        errors: [],
        changes: [{ field: 'outside', before: 'local', after: 'domestic' }],
      },
    ],
  },
);

const facts = (action: 'read' | 'create', summary: string, more: Partial<RouteFacts> = {}): RouteFacts => ({
  access: { permission: `change:${action}`, reach: 'tenant' },
  tag: 'entities',
  summary,
  ...more,
});

/** Many rows changed alike (批量修改): looked through, then taken as a whole, and taken back by `/changes/{id}/undo`. */
export const bulkEditRoutes: FastifyPluginCallbackTypebox<{
  imports: Pick<Imports, 'edit' | 'previewOf' | 'rows' | 'changes' | 'run'>;
}> = (app, { imports }, done) => {
  app.post(
    '/bulk-edits',
    route(
      facts('create', 'Look through a change of rows that were chosen', {
        description:
          'Nothing is changed. The result of the job counts what would become of the rows: `update`, `remove`, `unchanged`, `left` (a file owns it, or it is gone: nothing is done with it), `error`. Needs the right to update the kind, or to delete where rows are removed. Names and secrets are not changed alike.',
        bodyLimit: BODY_BYTES,
        errors: ['too-many-jobs'],
      }),
      { body: wish, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { kind: resource, names, remove = false, change } = request.body;
      if (remove === (change !== undefined))
        throw new RequestError('bad-request', 'write either change or "remove": true');
      requireKindRights(request, resource, [remove ? 'delete' : 'update']);
      const kind = BY_RESOURCE.get(resource)!;
      requireNames(request, kind);
      const what = change ?? 'remove';
      return sendBegun(
        reply,
        await imports.edit({ tenant: companyOf(request), kind, names, what }, managerOf(request)),
      );
    },
  );
  app.get(
    '/bulk-edits/:id/rows',
    route(
      facts('read', 'Rows of a change that was looked through', {
        description: 'For who has begun it. The id is that of the job.',
        errors: ['still-running'],
      }),
      { params: idParams, querystring: rowsQuery, response: { 200: listOf(editedRow) } },
    ),
    async (request) => {
      const { scope, params, principal } = request;
      const preview = await imports.previewOf(scope, params.id, principal.name, 'edit');
      requireNames(request, preview.kind);
      const { verdict } = request.query;
      return await pageOf(request, async (limit, place) => {
        const after = place && Number(place[0]);
        const rows = await imports.rows(params.id, { limit, verdict, ...(after !== undefined && { after }) });
        const changes = await imports.changes(preview, rows, managerOf(request), (kind, value) =>
          scope.seesNumbers ? value : maskedEntity(kind, value),
        );
        return rows.map((row, at) => ({
          item: { ...rowOf(row), changes: changes[at]!.map(toldChange) },
          place: [String(row.row)],
        }));
      });
    },
  );
  app.post(
    '/bulk-edits/:id/run',
    route(
      facts('create', 'Do a change that was looked through', {
        description:
          'All of it or nothing, by a job; its result names the change, which can be taken back. Only while all is as it was when it was looked through.',
        errors: ['still-running', 'import-errors', 'changed-meanwhile', 'too-many-jobs'],
        isIdempotent: true,
      }),
      { params: idParams, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { scope, params, principal } = request;
      const { kind, counts } = await imports.previewOf(scope, params.id, principal.name, 'edit');
      requireKindRights(request, resourceNamed(kind), [counts.remove > 0 ? 'delete' : 'update']);
      return sendBegun(reply, await imports.run(scope, params.id, managerOf(request), 'edit'));
    },
  );
  done();
};

/** Who may not see callers' numbers has no names to choose rows by. */
function requireNames({ scope }: Pick<FastifyRequest, 'scope'>, kind: ImportKind): void {
  if (!scope.seesNumbers && isNamedByCaller(kind))
    throw new RequestError(
      'bad-request',
      'they are named by numbers that you may not see: change them one by one',
    );
}

const toldChange = ({ field, before, after }: RowChange) => ({
  field,
  before: before ?? null,
  after: after ?? null,
});
