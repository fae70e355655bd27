import { Readable } from 'node:stream';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { isFlat } from '../../bulk/column.ts';
import { type PlannedRow, VERDICTS } from '../../bulk/import-row.ts';
import type { ImportKind, Imports } from '../../bulk/imports.ts';
import { SHEET_TYPES } from '../../bulk/sheet/sheet.ts';
import { USER } from '../../bulk/user-columns.ts';
import { KIND_NAMES, type KindName } from '../../provisioning/kinds.ts';
import { managerOf } from '../by-whom.ts';
import { resourceOf } from '../entity-schemas.ts';
import { RequestError } from '../errors.ts';
import { requireKindRights } from '../kind-rights.ts';
import { pageFields, pageOf } from '../page.ts';
import { companyOf, idParams, listOf, orNull, type RouteFacts, route } from '../route.ts';
import { jobBegun, sendBegun } from './jobs.ts';

/** A table of 20,000 rows is smaller. */
const FILE_BYTES = 20 * 1024 ** 2;

/** Kinds that tables hold, as paths and rights call them. */
const BY_RESOURCE = new Map<string, ImportKind>([
  ...KIND_NAMES.filter(isFlat).map((kind): [string, KindName] => [resourceOf(kind), kind]),
  [USER, USER],
]);
const resourceNamed = (kind: ImportKind): string => (kind === USER ? USER : resourceOf(kind));

const query = Type.Object(
  {
    kind: Type.Enum([...BY_RESOURCE.keys()], { description: 'of what each row is one' }),
    mode: Type.Enum(['preview'], { description: 'what it would do; `POST /imports/{id}/run` does it' }),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'what the file is called' }),
    ),
  },
  { additionalProperties: false },
);
const rowsQuery = Type.Object(
  { ...pageFields, verdict: Type.Optional(Type.Enum([...VERDICTS])) },
  { additionalProperties: false },
);
/** What is told of a row of a plan. */
export const plannedFields = {
  row: Type.Integer({
    description: 'in the file, whose titles are row 1; of chosen ones its place among them',
  }),
  name: Type.String({ description: 'its number, work number, name or login; empty: the row has none' }),
  verdict: Type.Enum([...VERDICTS], { description: 'what becomes of it; `left`: nothing' }),
  fields: Type.Array(Type.String(), { description: 'columns that would change' }),
  errors: Type.Array(
    Type.Object({
      column: Type.String(),
      code: Type.String(),
      detail: Type.String(),
      fix: orNull(Type.String({ description: 'what to do' })),
    }),
  ),
};
const plannedRow = Type.Object(plannedFields, {
  examples: [
    {
      row: 2,
      name: '8001',
      verdict: 'error',
      fields: [],
      errors: [
        {
          column: 'department',
          code: 'missing',
          detail: "tenant 'demo' has no department 'slaes'",
          fix: "did you mean 'sales'?",
        },
      ],
    },
  ],
});

const facts = (action: 'read' | 'create', summary: string, more: Partial<RouteFacts> = {}): RouteFacts => ({
  access: { permission: `import:${action}`, reach: 'tenant' },
  tag: 'entities',
  summary,
  ...more,
});

/** Many at once by a table (批量导入): looked through, then taken as a whole. */
export const importRoutes: FastifyPluginCallbackTypebox<{
  imports: Pick<Imports, 'preview' | 'previewOf' | 'rows' | 'run'>;
}> = (app, { imports }, done) => {
  app.post(
    '/imports',
    route(
      facts('create', 'Look through a table to import', {
        description:
          'The body is a CSV file (UTF-8, or GB18030 as Excel in China writes it) or an XLSX file, at most 20 MB and 20,000 rows. Its first row names columns as the fields of the kind, `forward.busy` for those within others. An empty cell leaves a field as it is, `null` takes it away. The result of the job counts what would become of the rows; its file has those that are wrong, with what is wrong. Nothing is changed. Needs the rights to create and update the kind. Users (`user`) have the columns login, name, roles, agent, department, active and password; who comes without a password has one made when it is run, which the file of that job tells.',
        streamed: [...Object.values(SHEET_TYPES), 'application/octet-stream'],
        bodyLimit: FILE_BYTES,
        errors: ['too-slow', 'too-many-jobs'],
      }),
      { querystring: query, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { kind, name } = request.query;
      requireKindRights(request, kind, ['create', 'update']);
      const sent: unknown = request.body;
      if (!(sent instanceof Readable))
        throw new RequestError('bad-request', 'send the table as the body, with its media type');
      const order = { tenant: companyOf(request), kind: BY_RESOURCE.get(kind)!, file: name };
      return sendBegun(reply, await imports.preview(order, sent, managerOf(request)));
    },
  );
  app.get(
    '/imports/:id/rows',
    route(
      facts('read', 'Rows of a table that was looked through', {
        description: 'For who has sent it. The id is that of the job.',
        errors: ['still-running'],
      }),
      { params: idParams, querystring: rowsQuery, response: { 200: listOf(plannedRow) } },
    ),
    async (request) => {
      const { scope, params, principal } = request;
      await imports.previewOf(scope, params.id, principal.name);
      const { verdict } = request.query;
      return await pageOf(request, async (limit, place) => {
        const after = place && Number(place[0]);
        const rows = await imports.rows(params.id, { limit, verdict, ...(after !== undefined && { after }) });
        return rows.map((row) => ({ item: rowOf(row), place: [String(row.row)] }));
      });
    },
  );
  app.post(
    '/imports/:id/run',
    route(
      facts('create', 'Import a table that was looked through', {
        description:
          'All of it or nothing, by a job. Only while all is as it was when the table was looked through.',
        errors: ['still-running', 'import-errors', 'changed-meanwhile', 'too-many-jobs'],
        isIdempotent: true,
      }),
      { params: idParams, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { scope, params, principal } = request;
      const { kind } = await imports.previewOf(scope, params.id, principal.name);
      requireKindRights(request, resourceNamed(kind), ['create', 'update']);
      return sendBegun(reply, await imports.run(scope, params.id, managerOf(request)));
    },
  );
  done();
};

/** A row of a plan in answers. */
export const rowOf = ({ row, name, verdict, fields, flaws }: PlannedRow) => ({
  row,
  name,
  verdict,
  fields,
  errors: flaws.map(({ column, code, detail, fix }) => ({ column, code, detail, fix: fix ?? null })),
});
