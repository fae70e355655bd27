import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { CDR_LIMIT, type CdrReader } from '../../cdr/cdr-query.ts';
import { publicCall, type publicRunningCall } from '../../cdr/public-call.ts';
import type { RunningCall } from '../../cdr/running-calls.ts';
import { framed } from '../../shared/roomy-bytes.ts';
import type { Scope } from '../../shared/scope.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { etagOf } from '../revision.ts';
import { companyOf, exampleOf, idParams, listOf, nothing, route } from '../route.ts';
import { callFilter, callSort, filterOf, sortOf } from './call-filter.ts';
import { call } from './call-schemas.ts';

/** Who shall be connected with whom, and who asks. */
export interface CallRequest {
  readonly tenant: string;
  /** Rung first. */
  readonly extension: string;
  /** Called then. */
  readonly number: string;
  /** For the record: `origin.api`. */
  readonly by: string;
}

type RunningRow = ReturnType<typeof publicRunningCall>;

/** What the routes need of the PBX. */
export interface CallBoard {
  /** Begins a call. Throws PbxError `not-found` when the company has no such extension, `closed` while no calls are taken. */
  originate(request: CallRequest): { readonly id: string };
  /** Calls that have not ended and that the scope has, the newest first; up to `limit` of them, after that place. */
  running(scope: Scope, limit: number, after: RunningCall | undefined): readonly RunningRow[];
  /** One of them; undefined: there is none by that id. */
  runningCall(scope: Scope, id: string): RunningRow | undefined;
  /** Ends a call for everybody. False: the scope has none by that id that goes on. */
  hangUp(scope: Scope, id: string, by: string): boolean;
}

interface Parts {
  readonly calls: CallBoard;
  readonly cdrs: CdrReader;
}

const READ = { permission: 'call:read', reach: 'own' } as const;

const body = Type.Object(
  {
    extension: Type.String({ pattern: '^[0-9]{1,20}$', description: 'extension that is rung first' }),
    // no feature codes: they are for who sits at a phone
    number: Type.String({ pattern: '^\\+?[0-9]{1,20}$', description: 'number that is called then' }),
  },
  { additionalProperties: false, examples: [{ extension: '8001', number: '13900139000' }] },
);
const begun = Type.Object({ id: Type.String() }, { examples: [{ id: '4mXm2cT5b1kq8wJzR0Yh3A' }] });

const list = Type.Object(
  {
    ...pageFields,
    limit: Type.Integer({ minimum: 1, maximum: CDR_LIMIT, default: 50 }),
    state: Type.Enum(['running', 'ended'], { default: 'ended' }),
    sort: callSort,
    count: Type.Optional(Type.Enum(['exact'], { description: 'says how many there are, too: `total`' })),
    ...callFilter,
  },
  { additionalProperties: false },
);
const page = listOf(call);
const listAnswer = Type.Object(
  { ...page.properties, total: Type.Optional(Type.Integer({ description: 'only with count=exact' })) },
  { examples: [exampleOf(page)] },
);
export type CallPage = Static<typeof listAnswer>;
const totalsQuery = Type.Object(callFilter, { additionalProperties: false });
export type CallFilterQuery = Static<typeof totalsQuery>;
const totalsAnswer = Type.Object(
  {
    calls: Type.Integer(),
    answered: Type.Integer({ description: 'calls that an agent or a line had' }),
    durationMs: Type.Integer(),
    talkMs: Type.Integer(),
  },
  { examples: [{ calls: 12, answered: 9, durationMs: 1_200_000, talkMs: 800_000 }] },
);
export type CallTotals = Static<typeof totalsAnswer>;

/** Calls, running (`state=running`) and ended. Commands on them stand in `acts.ts`. */
export const callRoutes: FastifyPluginCallbackTypebox<Parts> = (app, { calls, cdrs }, done) => {
  app.get(
    '/calls',
    route(
      {
        access: READ,
        tag: 'calls',
        summary: 'Calls that have ended, or run (话单, 在线通话)',
        description:
          'Ended ones by filter, search and order; `state=running`: those that have not ended, the newest first, without filters.',
        errors: ['bad-cursor', 'deadline'],
      },
      { querystring: list, response: { 200: listAnswer } },
    ),
    async (request, reply) => {
      const { state, ...asked } = request.query;
      if (state === 'running') return await runningPage(request);
      const { limit, after, sort, count, ...wanted } = asked;
      const { cursors } = request.server;
      const filter = filterOf(wanted);
      const place = { ...wanted, sort };
      const before = after === undefined ? undefined : cursors.placeOf(after, place)[0];
      const query = { ...filter, ...sortOf(sort), limit, ...(before !== undefined && { before }) };
      const [{ items, next }, totals] = await Promise.all([
        cdrs.queryShown(query, request.scope),
        count && cdrs.totals(filter, request.scope),
      ]);
      const cursor = next === undefined ? null : cursors.at([next], place);
      // As they come from the database's thread: making 500 records into text would stall the loop.
      const end = `],"next":${JSON.stringify(cursor)}${totals ? `,"total":${totals.calls}` : ''}}`;
      const answer = framed(items, '{"items":[', end);
      return reply.type('application/json; charset=utf-8').send(answer as never);
    },
  );

  /** What is asked of running calls besides a page would be a filter that is ignored. */
  function runningPage(
    request: Parameters<typeof pageOf>[0] & { readonly scope: Scope; readonly query: object },
  ) {
    const { limit: _l, after: _a, state: _s, sort, ...wanted } = request.query as Record<string, unknown>;
    const [first] = Object.keys(wanted);
    if (first !== undefined || sort !== '-startedAt')
      throw new RequestError('bad-request', `${first ?? 'sort'} is of calls that have ended`);
    return pageOf(request, async (limit, after) =>
      calls
        .running(request.scope, limit, after && { callId: after[0]!, startedAt: Number(after[1]) })
        .map((item) => ({ item, place: [item.id, String(Date.parse(item.startedAt))] })),
    );
  }

  app.get(
    '/calls/totals',
    route(
      {
        access: READ,
        tag: 'calls',
        summary: 'What all calls of a filter come to',
        errors: ['deadline'],
      },
      { querystring: totalsQuery, response: { 200: totalsAnswer } },
    ),
    async (request) => await cdrs.totals(filterOf(request.query), request.scope),
  );

  app.get(
    '/calls/:id',
    route(
      {
        access: READ,
        tag: 'calls',
        summary: 'A call: its segments, its way and why, who was rung',
        description: 'One that has ended has an `ETag`, of what is said of it.',
      },
      { params: idParams, response: { 200: call } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const running = calls.runningCall(request.scope, id);
      if (running) return running;
      const record = await recordOf(cdrs, id, request.scope);
      if (record === undefined) throw new RequestError('not-found', `there is no call ${id}`);
      reply.header('etag', etagOf(JSON.parse(record) as { revision: number }));
      return reply.type('application/json; charset=utf-8').send(record as never);
    },
  );

  app.post(
    '/calls',
    route(
      {
        access: { permission: 'call:create', reach: 'tenant' },
        tag: 'calls',
        summary: 'Rings an extension, then a number, and connects the two (点击呼叫, 双线外呼)',
        description: 'Answers as soon as the call has begun; how it goes is in its record, under that id.',
        errors: ['not-found', 'closed', 'store'],
        isIdempotent: true,
      },
      { body, response: { 201: begun } },
    ),
    async (request, reply) => {
      const { id } = calls.originate({
        ...request.body,
        tenant: companyOf(request),
        by: request.principal.name,
      });
      return reply.code(201).send({ id });
    },
  );

  app.post(
    '/calls/:id/hang-up',
    route(
      {
        access: { permission: 'call:update', reach: 'own' },
        tag: 'calls',
        summary: 'Ends a call, for everybody (强拆)',
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      if (!calls.hangUp(request.scope, id, request.principal.name))
        throw new RequestError('not-found', `no call ${id} goes on`);
      return reply.code(204).send(null);
    },
  );
  done();
};

/** The record by that whole id, as text; a search by an id finds those that begin with it. */
async function recordOf(cdrs: CdrReader, id: string, scope: Scope): Promise<string | undefined> {
  const { records } = await cdrs.queryText({ search: id, limit: 5 }, scope, publicCall);
  return records.find((text) => text.startsWith(`{"id":${JSON.stringify(id)},`));
}
