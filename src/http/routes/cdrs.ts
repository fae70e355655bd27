import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { CALL_OUTCOMES } from '../../cdr/cdr.ts';
import { CDR_LIMIT, CDR_SORTS, type CdrFilter, type CdrReader } from '../../cdr/cdr-query.ts';
import { CAUSES, type CauseSlug } from '../../shared/cause.ts';
import { parseTime, timeText } from '../time-text.ts';

const number = Type.String({ pattern: '^\\+?[0-9]{0,20}$', description: 'telephone number' });
const time = Type.String({ maxLength: 40, description: timeText });
const name = (description: string) => Type.String({ maxLength: 64, description });

const filter = {
  from: Type.Optional(time),
  to: Type.Optional(time),
  caller: Type.Optional(number),
  called: Type.Optional(number),
  tenant: Type.Optional(name('company')),
  direction: Type.Optional(Type.Enum(['inbound', 'outbound', 'internal'])),
  hotline: Type.Optional(name('main number of the hotline')),
  queue: Type.Optional(name('queue that the caller asked last')),
  agent: Type.Optional(name('agent who spoke with the caller last')),
  area: Type.Optional(name('where the caller is, as in the records')),
  trunk: Type.Optional(name('line that it came in on, or else went out on')),
  outcome: Type.Optional(Type.Enum([...CALL_OUTCOMES])),
  cause: Type.Optional(Type.Enum(Object.keys(CAUSES) as CauseSlug[])),
  minTalkMs: Type.Optional(Type.Integer({ minimum: 0, description: 'spoken at least so long' })),
  maxScore: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 9, description: 'key of the survey, or a lower one' }),
  ),
  recorded: Type.Optional(Type.Boolean()),
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'parts of numbers, work numbers or names, 4 characters at least (Chinese: 2), or the beginning of the id of a call, or its SIP Call-ID',
    }),
  ),
};

const list = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: CDR_LIMIT, default: 50 }),
    before: Type.Optional(Type.String({ maxLength: 2000, description: 'cursor: `next` of the page before' })),
    sort: Type.Optional(Type.Enum([...CDR_SORTS])),
    order: Type.Optional(Type.Enum(['asc', 'desc'])),
    ...filter,
  },
  { additionalProperties: false },
);
const totals = Type.Object(filter, { additionalProperties: false });

/**
 * `GET /cdrs`: call records, the newest first unless sorted otherwise, as `{ cdrs: [...], next }`; `next` is null on the last
 * page. Records go from the database to the socket as text: 500 of them parsed and written again would stall the loop.
 *
 * `GET /cdrs/totals`: what all records of the filter come to, `{ calls, answered, durationMs, talkMs }`.
 */
export const cdrRoutes: FastifyPluginCallbackTypebox<{ cdrs: CdrReader }> = (app, { cdrs }, done) => {
  const config = { access: { permission: 'cdr:read', reach: 'own' } } as const;
  app.get('/cdrs', { config, schema: { querystring: list } }, async (request, reply) => {
    const { limit, before, sort, order, ...wanted } = request.query;
    const page = given({ limit, before, sort, order });
    const { records, next } = await cdrs.queryText({ ...filterOf(wanted), ...page }, request.scope);
    reply.type('application/json; charset=utf-8');
    return `{"cdrs":[${records.join(',')}],"next":${JSON.stringify(next ?? null)}}`;
  });
  app.get('/cdrs/totals', { config, schema: { querystring: totals } }, async (request) => {
    return await cdrs.totals(filterOf(request.query), request.scope);
  });
  done();
};

function filterOf({ from, to, tenant, ...rest }: Static<typeof totals>): CdrFilter {
  return given({ ...rest, from: parseTime('from', from), to: parseTime('to', to), tenantId: tenant });
}

type Given<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without what is undefined. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}
