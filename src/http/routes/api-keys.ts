import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { type ApiKey, OPERATORS } from '../../auth/auth-store.ts';
import { PERMISSIONS } from '../../auth/rights.ts';
import { isAddressOrBlock } from '../../shared/address-list.ts';
import { RequestError } from '../errors.ts';
import { pageOf, pageQuery } from '../page.ts';
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
  { additionalProperties: false },
);
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

const right = (action: 'read' | 'create' | 'delete') => ({
  config: { access: { permission: `api-key:${action}`, reach: 'tenant' } as const },
});

/**
 * Keys of machines. `GET /api-keys`; `POST /api-keys` with `{ name, permissions, addresses?, endsAt? }` gives `{ key, secret }`: the secret is told
 * once, for `Authorization: Bearer`. `DELETE /api-keys/:id`: it opens nothing any more.
 */
export const apiKeyRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'apiKeys'> }> = (
  app,
  { auth: { apiKeys } },
  done,
) => {
  app.get('/api-keys', { ...right('read'), schema: { querystring: pageQuery } }, async ({ scope, query }) => {
    return await pageOf(query, async (limit, after) => {
      const place = after && { tenantId: after[0] ?? '', name: after[1] ?? '' };
      const page = await apiKeys.list(scope, { limit, after: place });
      return page.map((key) => ({ item: rowOf(key), place: [key.tenantId, key.name] }));
    });
  });
  app.post('/api-keys', { ...right('create'), schema: { body } }, async (request, reply) => {
    const { principal, scope, body: wanted } = request;
    const wrong = wanted.addresses.find((each) => !isAddressOrBlock(each));
    if (wrong !== undefined) throw new RequestError('bad-request', `${wrong} is no address or block`);
    const endsAt = parseTime('endsAt', wanted.endsAt);
    const made = await apiKeys.add(principal, scope.tenantId ?? OPERATORS, { ...wanted, endsAt });
    return reply.code(201).send({ key: rowOf(made.key), secret: made.secret });
  });
  app.delete('/api-keys/:id', { ...right('delete'), schema: { params } }, async (request, reply) => {
    await apiKeys.remove(request.principal, request.scope, request.params.id);
    return reply.code(204).send();
  });
  done();
};

function rowOf(key: ApiKey) {
  const { id, tenantId, name, prefix, permissions, addresses, createdBy } = key;
  const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  const times = { createdAt: iso(key.createdAt), endsAt: iso(key.endsAt), usedAt: iso(key.usedAt) };
  return { id, tenant: tenantId, name, prefix, permissions, addresses, createdBy, ...times };
}
