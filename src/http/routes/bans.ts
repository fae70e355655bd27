import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { RequestError } from '../errors.ts';

/** An address that is not heard for a while. */
export interface BanRow {
  readonly address: string;
  /** What gave it away. */
  readonly why: string;
  /** ISO 8601, both. */
  readonly since: string;
  readonly until: string;
}

/** What the routes need of the SIP edge. */
export interface BanBoard {
  /** The oldest first. */
  bans(): readonly BanRow[];
  /** Hears an address again; false: it was not banned. `by`: who wants it. */
  lift(address: string, by: string): boolean;
}

const params = Type.Object({ address: Type.String({ maxLength: 64 }) });

/** `GET /bans`: addresses that are banned now. `DELETE /bans/:address` lifts one: 204, or 404 where there is none. */
export const banRoutes: FastifyPluginCallbackTypebox<{ board: BanBoard }> = (app, { board }, done) => {
  const right = (action: 'read' | 'delete') => ({
    config: { access: { permission: `ban:${action}`, reach: 'all' } as const },
  });
  app.get('/bans', right('read'), async () => ({ bans: board.bans() }));
  app.delete('/bans/:address', { ...right('delete'), schema: { params } }, async (request, reply) => {
    const { address } = request.params;
    if (!board.lift(address, `${request.principal.name} (API)`))
      throw new RequestError('not-found', `${address} is not banned`);
    return reply.code(204).send();
  });
  done();
};
