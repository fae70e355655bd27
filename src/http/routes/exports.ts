import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { scopeOf } from '../../auth/principal.ts';
import { isFlat } from '../../bulk/column.ts';
import type { Exports } from '../../bulk/exports.ts';
import type { RecordingExports } from '../../bulk/recording-exports.ts';
import { USER } from '../../bulk/user-columns.ts';
import { KIND_NAMES, type KindName } from '../../provisioning/kinds.ts';
import { byWhom } from '../by-whom.ts';
import { resourceOf } from '../entity-schemas.ts';
import { RequestError } from '../errors.ts';
import { requireKindRights } from '../kind-rights.ts';
import { companyOf, route } from '../route.ts';
import { callFilter, filterOf } from './call-filter.ts';
import { jobBegun, sendBegun } from './jobs.ts';

const BY_RESOURCE = new Map<string, KindName>(
  KIND_NAMES.filter(isFlat).map((kind) => [resourceOf(kind), kind]),
);
const CALL = 'call';
const RECORDING = 'recording';

const wish = Type.Object(
  {
    kind: Type.Enum([CALL, RECORDING, USER, ...BY_RESOURCE.keys()], {
      description: '`call`: calls that have ended; `recording`: their recordings',
    }),
    format: Type.Enum(['csv', 'xlsx', 'json', 'zip'], {
      default: 'csv',
      description: '`zip`: of recordings, and of nothing else',
    }),
    filter: Type.Object(callFilter, {
      additionalProperties: false,
      default: {},
      description: 'of calls as `GET /calls` has it; of others `q` only, a part of the name or title',
    }),
    language: Type.Enum(['en', 'zh'], { default: 'en', description: 'of the titles of calls' }),
  },
  {
    additionalProperties: false,
    examples: [
      { kind: 'call', format: 'xlsx', filter: { queue: 'sales', from: '2026-10-01T00:00:00+08:00' } },
    ],
  },
);

/** Tables of what companies have set up, and of their calls (导出). */
export const exportRoutes: FastifyPluginCallbackTypebox<{
  exports: Pick<Exports, 'entities' | 'users' | 'calls'>;
  recordingExports: Pick<RecordingExports, 'start'>;
}> = (app, { exports, recordingExports }, done) => {
  app.post(
    '/exports',
    route(
      {
        access: { permission: 'export:create', reach: 'tenant' },
        tag: 'jobs',
        summary: 'Export entities or calls as a table',
        description:
          "A job whose file is the table: CSV (UTF-8), XLSX or JSON, without secrets; those of entities can be imported again. Needs the right to read the kind; calls are those that he may read. Numbers of callers, in lists and reports too, are masked for who has no right number:read. `isCut` in the result: there were more rows than `http.exportRows`. Cells of CSV that a program would take for a formula begin with `'`. Of recordings it is a ZIP file with a table of what they are, `index.csv`: those that he may hear, each in the audit trail as saved; 10,000 or 3 GiB at most; `missing` in the result were deleted or are not here.",
        errors: ['too-many-jobs'],
        isIdempotent: true,
      },
      { body: wish, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { principal, body } = request;
      const { kind, format, filter, language } = body;
      const tenant = companyOf(request);
      if (kind === RECORDING) {
        if (format !== 'zip') throw new RequestError('bad-request', 'recordings are exported as zip');
        const scope = scopeOf(
          principal,
          { permission: 'recording:read', reach: 'own' },
          request.scope.tenantId,
        );
        const order = { tenant, filter: filterOf(filter), scope, language };
        return sendBegun(reply, await recordingExports.start(order, byWhom(request)));
      }
      if (format === 'zip') throw new RequestError('bad-request', 'zip is of recordings');
      if (kind === CALL) {
        const scope = scopeOf(principal, { permission: 'call:read', reach: 'own' }, request.scope.tenantId);
        const order = { tenant, format, filter: filterOf(filter), scope, language };
        return sendBegun(reply, await exports.calls(order, byWhom(request)));
      }
      const other = Object.keys(filter).find((name) => name !== 'q');
      if (other !== undefined) throw new RequestError('bad-request', `filter.${other} is of calls`);
      requireKindRights(request, kind, ['read']);
      if (kind === USER)
        return sendBegun(reply, await exports.users({ tenant, format, q: filter.q }, byWhom(request)));
      const { seesNumbers } = request.scope;
      const order = { tenant, kind: BY_RESOURCE.get(kind)!, format, q: filter.q, seesNumbers };
      return sendBegun(reply, await exports.entities(order, byWhom(request)));
    },
  );
  done();
};
