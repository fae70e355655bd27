import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { type ByWhom, byWhom, reasonQuery } from '../by-whom.ts';
import { RequestError } from '../errors.ts';
import { pageOfRows, pageQuery } from '../page.ts';
import { companyOf, isoTime, listOf, orNull, type RouteFacts, route } from '../route.ts';

const row = Type.Object(
  {
    tenant: Type.String({ description: 'the company' }),
    name: Type.String(),
    state: Type.Unsafe<'up' | 'down'>(
      Type.String({ description: '`up` or `down`: it gets no calls but single ones that try it' }),
    ),
    why: orNull(Type.String({ description: 'null: it has been up since the start' })),
    since: orNull(isoTime()),
    nextTry: orNull(isoTime('from when on a call may try it; null: it is up')),
    registration: orNull(
      Type.String({ description: 'of the account at the carrier; null: it registers with nobody' }),
    ),
    calls: Type.Integer({ description: 'now' }),
    channels: Type.Integer({ description: 'how many calls there may be' }),
  },
  {
    examples: [
      {
        tenant: 'demo',
        name: 'carrier',
        state: 'down',
        why: '3 calls in a row got no answer',
        since: '2026-10-10T12:00:00.000Z',
        nextTry: '2026-10-10T12:00:05.000Z',
        registration: null,
        calls: 0,
        channels: 30,
      },
    ],
  },
);

/** A trunk at work. */
export type TrunkRow = Static<typeof row>;

/** What the routes need of the trunks. */
export interface TrunkBoard {
  /** Those of the scope. */
  trunks(scope: Scope): readonly TrunkRow[];
  /** Takes a trunk for alive; undefined: the company has none of that name that calls go out over. It is in the audit trail by then. */
  setUp(tenant: string, name: string, by: ByWhom): Promise<TrunkRow | undefined>;
}

const params = Type.Object({ name: Type.String({ maxLength: 64 }) });

/** How trunks (中继) are; what they are set up as is the entity `/trunks`. */
export const trunkRoutes: FastifyPluginCallbackTypebox<{ board: TrunkBoard }> = (app, { board }, done) => {
  const facts = (action: 'read' | 'update', summary: string) =>
    ({
      access: { permission: `trunk:${action}`, reach: 'tenant' },
      tag: 'system',
      summary,
    }) satisfies RouteFacts;
  app.get(
    '/live/trunks',
    route(facts('read', 'How each trunk is: up or down, why, calls'), {
      querystring: pageQuery,
      response: { 200: listOf(row) },
    }),
    async (request) =>
      await pageOfRows(request, board.trunks(request.scope), ({ tenant, name }) => [tenant, name]),
  );
  app.post(
    '/trunks/:name/up',
    route(facts('update', 'Has calls go out over a trunk again'), {
      params,
      querystring: reasonQuery,
      response: { 200: row },
    }),
    async (request) => {
      const [tenant, { name }] = [companyOf(request), request.params];
      const found = await board.setUp(tenant, name, byWhom(request, request.query.reason));
      if (!found) throw new RequestError('not-found', `there is no trunk ${name} that calls go out over`);
      return found;
    },
  );
  done();
};
