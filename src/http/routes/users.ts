import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { OPERATORS, type User } from '../../auth/auth-store.ts';
import { pageFields, pageOf } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { exampleOf, idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const name = Type.String({ minLength: 1, maxLength: 100 });
const roles = Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20, uniqueItems: true });
const agent = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'work number of the agent that he is: one user an agent',
});
const department = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "department that his rights reach from; left out: his agent's",
});
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
    agent: Type.Optional(agent),
    department: Type.Optional(department),
  },
  { additionalProperties: false, examples: [{ login: 'li', name: '李雷', roles: ['supervisor'] }] },
);
const changed = Type.Object(
  {
    name: Type.Optional(name),
    roles: Type.Optional(roles),
    active: Type.Optional(Type.Boolean()),
    agent: Type.Optional(orNull(agent)),
    department: Type.Optional(orNull(department)),
  },
  { additionalProperties: false, examples: [{ roles: ['supervisor', 'quality'] }] },
);
const row = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    reseller: orNull(Type.String()),
    login: Type.String(),
    name: Type.String(),
    roles: Type.Array(Type.String()),
    agent: orNull(Type.String({ description: 'work number of the agent that he is' })),
    department: orNull(Type.String({ description: 'that was given to himself' })),
    standsIn: orNull(
      Type.String({ description: "department that his rights reach from: his own, or his agent's" }),
    ),
    active: Type.Boolean(),
    mustChange: Type.Boolean({ description: 'his password was made by somebody else' }),
    secondFactor: Type.Boolean({ description: 'he signs in with an authenticator app, too' }),
    createdAt: isoTime(),
    signedInAt: orNull(isoTime('last; null: never')),
    revision: Type.Integer({ description: 'its `ETag`' }),
  },
  {
    examples: [
      {
        id: 'Zr0',
        tenant: 'demo',
        reseller: null,
        login: 'li',
        name: '李雷',
        roles: ['supervisor'],
        agent: '8001',
        department: null,
        standsIn: 'sales',
        active: true,
        mustChange: false,
        secondFactor: false,
        createdAt: '2026-10-01T08:00:00.000Z',
        signedInAt: '2026-10-09T01:02:03.000Z',
        revision: 3,
      },
    ],
  },
);
export type UserRow = Static<typeof row>;
const query = Type.Object(
  {
    ...pageFields,
    q: Type.Optional(Type.String({ maxLength: 100, description: 'part of login, name or work number' })),
    role: Type.Optional(Type.String({ maxLength: 64, pattern: '^[a-z][a-z0-9-]*$' })),
    department: Type.Optional(Type.String({ maxLength: 64, description: 'he stands in' })),
    active: Type.Optional(Type.Boolean()),
    awaySince: Type.Optional(
      Type.String({ maxLength: 40, description: `he has not signed in since then; ${timeText}` }),
    ),
  },
  { additionalProperties: false },
);
const withPassword = Type.Object(
  { user: row, password: Type.String({ description: 'told once; it has to be changed' }) },
  { examples: [{ user: exampleOf(row), password: 'k7Q-pX2m-9sLd' }] },
);
const right = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ access: { permission: `user:${action}`, reach: 'tenant' }, tag: 'users' }) as const;

/** People who sign in (用户). */
export const userRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'users'> }> = (
  app,
  { auth },
  done,
) => {
  const { users } = auth;
  const found = (request: FastifyRequest, id: string) => users.get(request.scope, id);
  const rowOf = (user: User) => ({ ...factsOf(user), standsIn: users.departmentOf(user) ?? null });
  const send = (reply: FastifyReply, user: User) => reply.header('etag', etagOf(user)).send(rowOf(user));

  app.get(
    '/users',
    route(
      { ...right('read'), summary: 'People who sign in' },
      { querystring: query, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { scope } = request;
      const { q, role, department, active: isActive, awaySince: since } = request.query;
      const awaySince = parseTime('awaySince', since);
      const asked = { q: q?.trim().toLowerCase() || undefined, role, department, isActive, awaySince };
      return await pageOf(request, async (limit, after) => {
        const place = after && { tenantId: after[0] ?? '', login: after[1] ?? '' };
        const page = await users.list(scope, { ...asked, limit, after: place });
        return page.map((user) => ({ item: rowOf(user), place: [user.tenantId, user.login] }));
      });
    },
  );
  app.post(
    '/users',
    route(
      {
        ...right('create'),
        summary: 'Add somebody',
        description: 'His password is told once, and has to be changed.',
        errors: ['exists', 'bad-role'],
      },
      { body: added, response: { 201: withPassword } },
    ),
    async (request, reply) => {
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
    },
  );
  app.get(
    '/users/:id',
    route({ ...right('read'), summary: 'Somebody' }, { params: idParams, response: { 200: row } }),
    async (request, reply) => send(reply, await found(request, request.params.id)),
  );
  app.patch(
    '/users/:id',
    route(
      {
        ...right('update'),
        summary: 'Change somebody',
        errors: ['no-if-match', 'changed-meanwhile', 'bad-role', 'last-operator'],
      },
      { params: idParams, body: changed, response: { 200: row } },
    ),
    async (request, reply) => {
      const user = await found(request, request.params.id);
      requireMatch(request, user);
      const { active, agent, department, ...fields } = request.body;
      const wanted = {
        ...fields,
        ...(active !== undefined && { isActive: active }),
        ...(agent !== undefined && { agent: agent ?? undefined }),
        ...(department !== undefined && { department: department ?? undefined }),
      };
      return send(reply, await users.change(request.principal, user, wanted));
    },
  );
  app.delete(
    '/users/:id',
    route(
      {
        ...right('delete'),
        summary: 'Remove somebody',
        errors: ['no-if-match', 'changed-meanwhile', 'last-operator'],
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const user = await found(request, request.params.id);
      requireMatch(request, user);
      await users.remove(request.principal, user);
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/users/:id/password',
    route(
      { ...right('update'), summary: 'A new password for one who has lost his' },
      { params: idParams, response: { 200: withPassword } },
    ),
    async (request) => {
      const user = await found(request, request.params.id);
      const reset = await users.resetPassword(request.principal, user);
      return { user: rowOf(reset.user), password: reset.password };
    },
  );
  done();
};

function factsOf(user: User) {
  const { id, tenantId, reseller, login, name, roles, agent, department, isActive, mustChange, revision } =
    user;
  const createdAt = new Date(user.createdAt).toISOString();
  const secondFactor = user.secondFactor !== undefined;
  const signedInAt = user.signedInAt === undefined ? null : new Date(user.signedInAt).toISOString();
  const who = { id, tenant: tenantId, reseller: reseller ?? null, login, name, roles };
  const place = { agent: agent ?? null, department: department ?? null };
  return { ...who, ...place, active: isActive, mustChange, secondFactor, createdAt, signedInAt, revision };
}
