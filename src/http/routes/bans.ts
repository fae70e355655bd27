import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { type ByWhom, byWhom, reasonQuery } from '../by-whom.ts';
import { RequestError } from '../errors.ts';
import { pageOfRows, pageQuery } from '../page.ts';
import { isoTime, listOf, nothing, type RouteFacts, route } from '../route.ts';

const row = Type.Object(
  {
    address: Type.String(),
    why: Type.String({ description: 'what gave it away' }),
    since: isoTime(),
    until: isoTime(),
  },
  {
    examples: [
      {
        address: '203.0.113.9',
        why: 'User-Agent sipcli',
        since: '2026-10-10T11:59:00.000Z',
        until: '2026-10-10T12:09:00.000Z',
      },
    ],
  },
);

/** An address that is not heard for a while. */
export type BanRow = Static<typeof row>;

/** What the routes need of the SIP edge. */
export interface BanBoard {
  /** The oldest first. */
  bans(): readonly BanRow[];
  /** Hears an address again; false: it was not banned. It is in the audit trail by then. */
  lift(address: string, by: ByWhom): Promise<boolean>;
}

const params = Type.Object({ address: Type.String({ maxLength: 64 }) });

/** Addresses that are banned now, the oldest first; one is lifted: 204, or 404 where it is not banned. */
export const banRoutes: FastifyPluginCallbackTypebox<{ board: BanBoard }> = (app, { board }, done) => {
  const facts = (action: 'read' | 'delete', summary: string) =>
    ({ access: { permission: `ban:${action}`, reach: 'all' }, tag: 'system', summary }) satisfies RouteFacts;
  app.get(
    '/bans',
    route(facts('read', 'Addresses that are not heard'), {
      querystring: pageQuery,
      response: { 200: listOf(row) },
    }),
    async (request) => await pageOfRows(request, board.bans(), ({ since, address }) => [since, address]),
  );
  app.delete(
    '/bans/:address',
    route(facts('delete', 'Hears an address again'), {
      params,
      querystring: reasonQuery,
      response: { 204: nothing },
    }),
    async (request, reply) => {
      const { address } = request.params;
      if (!(await board.lift(address, byWhom(request, request.query.reason))))
        throw new RequestError('not-found', `${address} is not banned`);
      return reply.code(204).send(null);
    },
  );
  done();
};
