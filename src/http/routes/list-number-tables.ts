import { Readable } from 'node:stream';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { AuthError } from '../../auth/auth-error.ts';
import type { NumberExports } from '../../bulk/numbers/number-exports.ts';
import type { NumberImports } from '../../bulk/numbers/number-imports.ts';
import { SHEET_TYPES } from '../../bulk/sheet/sheet.ts';
import { MAX_UPLOAD_BYTES } from '../../shared/upload-folder.ts';
import { byWhom } from '../by-whom.ts';
import { RequestError } from '../errors.ts';
import { requireKindRights } from '../kind-rights.ts';
import { companyOf, idParams, type RouteFacts, route } from '../route.ts';
import { jobBegun, sendBegun } from './jobs.ts';

const way = Type.Object(
  {
    way: Type.Enum(['add', 'replace', 'remove'], {
      default: 'add',
      description: 'the numbers come to the list; take the place of those in its table; or go from its table',
    }),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'what the file is called' }),
    ),
  },
  { additionalProperties: false },
);
const errors = Type.Object(
  {
    errors: Type.Enum(['refuse', 'skip'], {
      default: 'refuse',
      description: '`skip`: rows that are wrong are left out; else nothing is taken while there are any',
    }),
  },
  { additionalProperties: false },
);
const wanted = Type.Object(
  { format: Type.Enum(['csv', 'xlsx'], { default: 'csv' }) },
  { additionalProperties: false, examples: [{ format: 'csv' }] },
);
const previewParams = Type.Object({
  ...idParams.properties,
  preview: Type.String({ minLength: 1, maxLength: 64, description: 'id of its job' }),
});

const facts = (action: 'import' | 'export', summary: string, more: Partial<RouteFacts>): RouteFacts => ({
  access: { permission: `${action}:create`, reach: 'tenant' },
  tag: 'entities',
  summary,
  ...more,
});

/** What would become of rows tells which numbers are there. */
function requireImport(request: FastifyRequest): void {
  requireKindRights(request, 'list', ['update']);
  if (!request.scope.seesNumbers)
    throw new AuthError('forbidden', 'who may not see numbers imports none: they are looked up');
}

/** Tables of numbers of a list (名单号码), by the million. */
export const listNumberTableRoutes: FastifyPluginCallbackTypebox<{
  imports: Pick<NumberImports, 'preview' | 'run'>;
  exports: Pick<NumberExports, 'start'>;
}> = (app, { imports, exports }, done) => {
  app.post(
    '/lists/:id/numbers/imports',
    route(
      facts('import', 'Look through a table of numbers for a list', {
        description:
          'The body is a CSV file (UTF-8 or GB18030) or an XLSX file, at most 50 MB and 1,000,000 rows, with the columns number, until, reason, owner and note, or numbers alone. Of a date in `until` the end of that day counts. The result of the job counts what would become of the rows; its file has those that are wrong, with what is wrong. Nothing is changed. Needs the rights to update lists and to see numbers.',
        streamed: [...Object.values(SHEET_TYPES), 'application/octet-stream'],
        bodyLimit: MAX_UPLOAD_BYTES,
        errors: ['too-slow', 'too-many-jobs'],
      }),
      { params: idParams, querystring: way, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      requireImport(request);
      const sent: unknown = request.body;
      if (!(sent instanceof Readable))
        throw new RequestError('bad-request', 'send the table as the body, with its media type');
      const { way, name: file } = request.query;
      const order = { tenant: companyOf(request), name: request.params.id, way, file };
      return sendBegun(reply, await imports.preview(order, sent, byWhom(request)));
    },
  );
  app.post(
    '/lists/:id/numbers/imports/:preview/run',
    route(
      facts('import', 'Import a table of numbers that was looked through', {
        description:
          'By a job, a thousand numbers at a time: each counts from then on. One that is cancelled, fails or is cut off is taken back, and the list is as it was, but what somebody has changed meanwhile; it may be run again. A cancelled job with a result was done before.',
        errors: ['still-running', 'import-errors', 'too-many-jobs'],
        isIdempotent: true,
      }),
      { params: previewParams, querystring: errors, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      requireImport(request);
      const { id: name, preview: id } = request.params;
      const skips = request.query.errors === 'skip';
      return sendBegun(reply, await imports.run(request.scope, { name, id }, skips, byWhom(request)));
    },
  );
  app.post(
    '/lists/:id/numbers/exports',
    route(
      facts('export', 'Export the numbers of the table of a list', {
        description:
          'A job whose file is the table, all of it, the last changed first; it can be imported again. Numbers are masked for who has no right number:read. Needs the right to read lists.',
        errors: ['too-many-jobs'],
        isIdempotent: true,
      }),
      { params: idParams, body: wanted, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      requireKindRights(request, 'list', ['read']);
      const { seesNumbers } = request.scope;
      const { format } = request.body;
      const order = { tenant: companyOf(request), name: request.params.id, format, seesNumbers };
      return sendBegun(reply, await exports.start(order, byWhom(request)));
    },
  );
  done();
};
