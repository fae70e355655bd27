import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { type ApiKey, OPERATORS } from '../../auth/auth-store.ts';
import { PERMISSIONS } from '../../auth/rights.ts';
import { isAddressOrBlock } from '../../shared/address-list.ts';
import { RequestError } from '../errors.ts';
import { pageOf, pageQuery } from '../page.ts';
import { exampleOf, idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const body = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: 'what it is for; unique in the company' }),
    permissions: Type.Array(Type.Enum([...PERMISSIONS]), { minItems: 1, uniqueItems: true }),
    addresses: Type.Array(Type.String({ maxLength: 64 }), {
      maxItems: 100,
      default: [],
      description: 'addresses and blocks that it is taken from; none: from anywhere',
    }),
    endsAt: Type.Optional(Type.String({ maxLength: 40, description: timeText })),
  },
  { additionalProperties: false, examples: [{ name: 'crm', permissions: ['call:read'] }] },
);
const row = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    name: Type.String(),
    prefix: Type.String({ description: 'its first characters, by which who finds one knows which it is' }),
    permissions: Type.Array(Type.String()),
    addresses: Type.Array(Type.String()),
    createdBy: Type.String(),
    createdAt: orNull(isoTime()),
    endsAt: orNull(isoTime('null: never')),
    usedAt: orNull(isoTime('last; null: never')),
  },
  {
    examples: [
      {
        id: 'Zr0',
        tenant: 'demo',
        name: 'crm',
        prefix: 'pbx_9Jm2aX7q',
        permissions: ['call:read'],
        addresses: [],
        createdBy: 'li@demo',
        createdAt: '2026-10-01T08:00:00.000Z',
        endsAt: null,
        usedAt: null,
      },
    ],
  },
);
export type ApiKeyRow = Static<typeof row>;
const made = Type.Object(
  { key: row, secret: Type.String({ description: 'for `Authorization: Bearer`; told once' }) },
  { examples: [{ key: exampleOf(row), secret: 'pbx_9Jm2aX7q...' }] },
);

const right = (action: 'read' | 'create' | 'delete') =>
  ({ access: { permission: `api-key:${action}`, reach: 'tenant' }, tag: 'users' }) as const;

/** Keys of machines (接口密钥). */
export const apiKeyRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'apiKeys'> }> = (
  app,
  { auth: { apiKeys } },
  done,
) => {
  app.get(
    '/api-keys',
    route(
      { ...right('read'), summary: 'Keys of machines' },
      { querystring: pageQuery, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { scope } = request;
      return await pageOf(request, async (limit, after) => {
        const place = after && { tenantId: after[0] ?? '', name: after[1] ?? '' };
        const page = await apiKeys.list(scope, { limit, after: place });
        return page.map((key) => ({ item: rowOf(key), place: [key.tenantId, key.name] }));
      });
    },
  );
  app.post(
    '/api-keys',
    route(
      {
        ...right('create'),
        summary: 'Make a key',
        description: 'It has at most the permissions of who makes it.',
        errors: ['exists'],
      },
      { body, response: { 201: made } },
    ),
    async (request, reply) => {
      const { principal, scope, body: wanted } = request;
      const wrong = wanted.addresses.find((each) => !isAddressOrBlock(each));
      if (wrong !== undefined) throw new RequestError('bad-request', `${wrong} is no address or block`);
      const endsAt = parseTime('endsAt', wanted.endsAt);
      const made = await apiKeys.add(principal, scope.tenantId ?? OPERATORS, { ...wanted, endsAt });
      return reply.code(201).send({ key: rowOf(made.key), secret: made.secret });
    },
  );
  app.delete(
    '/api-keys/:id',
    route(
      { ...right('delete'), summary: 'End a key: it opens nothing any more' },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      await apiKeys.remove(request.principal, request.scope, request.params.id);
      return reply.code(204).send(null);
    },
  );
  done();
};

function rowOf(key: ApiKey) {
  const { id, tenantId, name, prefix, permissions, addresses, createdBy } = key;
  const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  const times = { createdAt: iso(key.createdAt), endsAt: iso(key.endsAt), usedAt: iso(key.usedAt) };
  return { id, tenant: tenantId, name, prefix, permissions, addresses, createdBy, ...times };
}
