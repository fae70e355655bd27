import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { Auth } from '../../auth/auth.ts';
import { idParams, listOf, nothing, route } from '../route.ts';
import { sessionRow, sessionSchema } from './session.ts';

const right = (action: 'read' | 'update') =>
  ({ access: { permission: `user:${action}`, reach: 'tenant' }, tag: 'users' }) as const;

/** Where others are signed in (登录会话), for who manages them. */
export const userSessionRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'users' | 'sessions'> }> = (
  app,
  { auth },
  done,
) => {
  app.get(
    '/users/:id/sessions',
    route(
      { ...right('read'), summary: 'Where somebody is signed in' },
      { params: idParams, response: { 200: listOf(sessionSchema) } },
    ),
    async ({ scope, params, principal }) => {
      const user = await auth.users.get(scope, params.id);
      const all = await auth.sessions.of(user.id);
      const own = principal.person?.session.id;
      return { items: all.map((each) => sessionRow(each, own)), next: null };
    },
  );
  app.delete(
    '/users/:id/sessions',
    route(
      {
        ...right('update'),
        summary: 'Sign somebody out everywhere',
        description: 'He may sign in again at once: who is to stay outside is turned off, `active`.',
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const user = await auth.users.get(request.scope, request.params.id);
      await auth.users.endSessions(request.principal, user);
      return reply.code(204).send(null);
    },
  );
  done();
};
