import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { CDR_LIMIT, type CdrQuery, type CdrReader } from '../../cdr/cdr-query.ts';
import { parseTime, timeText } from '../time-text.ts';

const number = Type.String({ pattern: '^\\+?[0-9]{0,20}$', description: 'telephone number' });
const time = Type.String({ maxLength: 40, description: timeText });

const query = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: CDR_LIMIT, default: 50 }),
    before: Type.Optional(Type.String({ maxLength: 200, description: 'cursor: `next` of the page before' })),
    from: Type.Optional(time),
    to: Type.Optional(time),
    caller: Type.Optional(number),
    called: Type.Optional(number),
    tenant: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
);

/**
 * `GET /cdrs`: call records, newest first, as `{ cdrs: [...], next }`; `next` is null on the last page. Records
 * go from the database to the socket as text: 500 of them parsed and written again would stall the loop.
 */
export const cdrRoutes: FastifyPluginCallbackTypebox<{ cdrs: CdrReader }> = (app, { cdrs }, done) => {
  app.get('/cdrs', { schema: { querystring: query } }, async (request, reply) => {
    const { limit, before, caller, called, tenant } = request.query;
    const from = parseTime('from', request.query.from);
    const to = parseTime('to', request.query.to);
    const wanted: CdrQuery = {
      limit,
      ...(before !== undefined && { before }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(caller !== undefined && { caller }),
      ...(called !== undefined && { called }),
      ...(tenant !== undefined && { tenantId: tenant }),
    };
    const { records, next } = await cdrs.queryText(wanted);
    reply.type('application/json; charset=utf-8');
    return `{"cdrs":[${records.join(',')}],"next":${JSON.stringify(next ?? null)}}`;
  });
  done();
};
