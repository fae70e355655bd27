import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { OPERATORS, type User } from '../../auth/auth-store.ts';
import { ROLES } from '../../auth/rights.ts';
import { pageOf, pageQuery } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';

const name = Type.String({ minLength: 1, maxLength: 100 });
const roles = Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20, uniqueItems: true });
const added = Type.Object(
  {
    login: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'unique in the company',
    }),
    name,
    roles,
    reseller: Type.Optional(
      Type.String({ maxLength: 64, description: 'whose people he belongs to; operators only' }),
    ),
    active: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);
const changed = Type.Object(
  { name: Type.Optional(name), roles: Type.Optional(roles), active: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

const right = (action: 'read' | 'create' | 'update' | 'delete') => ({
  config: { access: { permission: `user:${action}`, reach: 'tenant' } as const },
});

/**
 * People who sign in. `GET /users`, `POST /users` with `{ login, name, roles, active?, reseller? }` gives `{ user, password }`: the password is told once,
 * and has to be changed. `GET`, `PATCH` (a merge patch) and `DELETE /users/:id`, with `If-Match`. `POST /users/:id/password` makes a new
 * one. `GET /roles`: what roles there are.
 */
export const userRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'users'> }> = (
  app,
  { auth },
  done,
) => {
  const { users } = auth;
  const found = (request: FastifyRequest, id: string) => users.get(request.scope, id);
  const send = (reply: FastifyReply, user: User) => reply.header('etag', etagOf(user)).send(rowOf(user));

  app.get('/users', { ...right('read'), schema: { querystring: pageQuery } }, async ({ scope, query }) => {
    return await pageOf(query, async (limit, after) => {
      const place = after && { tenantId: after[0] ?? '', login: after[1] ?? '' };
      const page = await users.list(scope, { limit, after: place });
      return page.map((user) => ({ item: rowOf(user), place: [user.tenantId, user.login] }));
    });
  });
  app.post('/users', { ...right('create'), schema: { body: added } }, async (request, reply) => {
    const { principal, scope, body } = request;
    const { active, reseller, ...fields } = body;
    const tenantId = scope.tenantId ?? OPERATORS;
    const { user, password } = await users.add(principal, tenantId, {
      ...fields,
      reseller,
      isActive: active,
    });
    return reply
      .code(201)
      .header('etag', etagOf(user))
      .send({ user: rowOf(user), password });
  });
  app.get('/users/:id', { ...right('read'), schema: { params } }, async (request, reply) =>
    send(reply, await found(request, request.params.id)),
  );
  app.patch(
    '/users/:id',
    { ...right('update'), schema: { params, body: changed } },
    async (request, reply) => {
      const user = await found(request, request.params.id);
      requireMatch(request, user);
      const { active, ...fields } = request.body;
      const wanted = { ...fields, ...(active === undefined ? {} : { isActive: active }) };
      return send(reply, await users.change(request.principal, user, wanted));
    },
  );
  app.delete('/users/:id', { ...right('delete'), schema: { params } }, async (request, reply) => {
    const user = await found(request, request.params.id);
    requireMatch(request, user);
    await users.remove(request.principal, user);
    return reply.code(204).send();
  });
  app.post('/users/:id/password', { ...right('update'), schema: { params } }, async (request) => {
    const user = await found(request, request.params.id);
    const reset = await users.resetPassword(request.principal, user);
    return { user: rowOf(reset.user), password: reset.password };
  });
  app.get('/roles', { config: { access: 'self' } }, async () => ({
    items: Object.entries(ROLES).map(([role, { title, home, rights }]) => ({
      name: role,
      title,
      home,
      rights,
    })),
    next: null,
  }));
  done();
};

function rowOf(user: User) {
  const { id, tenantId, reseller, login, name, roles, isActive, mustChange } = user;
  const createdAt = new Date(user.createdAt).toISOString();
  const secondFactor = user.secondFactor !== undefined;
  const who = { id, tenant: tenantId, reseller: reseller ?? null, login, name, roles };
  return { ...who, active: isActive, mustChange, secondFactor, createdAt };
}
