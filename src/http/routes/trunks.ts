import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { RequestError } from '../errors.ts';

/** A trunk at work. */
export interface TrunkRow {
  readonly tenant: string;
  readonly name: string;
  /** `down`: it gets no calls but single ones that try it. */
  readonly state: 'up' | 'down';
  /** What brought it into this state; null: it has been up since the start. */
  readonly why: string | null;
  /** ISO 8601: when that was. */
  readonly since: string | null;
  /** ISO 8601: from when on a call may try it; null: it is up. */
  readonly nextTry: string | null;
  /** Of the account at the carrier; null: it registers with nobody. */
  readonly registration: string | null;
  /** Calls now, and how many there may be. */
  readonly calls: number;
  readonly channels: number;
}

/** What the routes need of the trunks. */
export interface TrunkBoard {
  /** Those of the scope. */
  trunks(scope: Scope): readonly TrunkRow[];
  /** Takes a trunk for alive; undefined: the scope has none of that name that calls go out over. `by`: whose word that is. */
  setUp(scope: Scope, tenant: string, name: string, by: string): TrunkRow | undefined;
}

const params = Type.Object({ tenant: Type.String({ maxLength: 64 }), name: Type.String({ maxLength: 64 }) });

/** `GET /trunks`: how each is. `POST /trunks/:tenant/:name/up`: calls go out over it again; the answer is its new state. */
export const trunkRoutes: FastifyPluginCallbackTypebox<{ board: TrunkBoard }> = (app, { board }, done) => {
  const right = (action: 'read' | 'update') => ({
    config: { access: { permission: `trunk:${action}`, reach: 'tenant' } as const },
  });
  app.get('/trunks', right('read'), async ({ scope }) => ({ trunks: board.trunks(scope) }));
  app.post('/trunks/:tenant/:name/up', { ...right('update'), schema: { params } }, async (request) => {
    const { tenant, name } = request.params;
    const row = board.setUp(request.scope, tenant, name, `${request.principal.name} (API)`);
    if (!row) throw new RequestError('not-found', `${tenant} has no trunk ${name} that calls go out over`);
    return row;
  });
  done();
};
