import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { PbxError } from '../../shared/errors.ts';
import { heardBy, TOPIC_KINDS } from '../../stream/topics.ts';
import type { Delivery, Webhook } from '../../webhook/webhook-store.ts';
import type { Webhooks } from '../../webhook/webhooks.ts';
import { pageOf, pageQuery } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { companyOf, exampleOf, idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
import { hearingOf } from '../stream-grant.ts';

/** Gauges are no events. */
const TOPICS = TOPIC_KINDS.filter((kind) => kind !== 'metrics');
const words = (pattern: string, description: string) =>
  Type.Array(Type.String({ pattern, maxLength: 200 }), { maxItems: 100, uniqueItems: true, description });
const settings = {
  url: Type.String({ minLength: 1, maxLength: 2000, description: '`https://`, at a public address' }),
  title: Type.String({ minLength: 1, maxLength: 200 }),
  topics: words(`^(${TOPICS.join('|')})(/.+)?$`, '`calls`, `queues/sales`; none: all that may be read'),
  types: words('^[a-z-]+\\.[a-z-]+$', '`call.ended`; none: all'),
  numbers: Type.Enum(['masked', 'whole'], {
    description: 'numbers of people in what is sent; `whole` takes the right number:read',
  }),
};
const example = {
  url: 'https://crm.example.com/pbx400',
  title: 'CRM',
  topics: ['calls'],
  types: ['call.ringing', 'call.ended'],
  numbers: 'masked',
};
const body = Type.Object(
  {
    url: settings.url,
    title: settings.title,
    topics: Type.Optional(settings.topics),
    types: Type.Optional(settings.types),
    numbers: Type.Optional(settings.numbers),
  },
  { additionalProperties: false, examples: [example] },
);
const patch = Type.Partial(Type.Object({ ...settings, on: Type.Boolean() }), {
  additionalProperties: false,
  minProperties: 1,
  examples: [{ on: false }],
});
const row = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    ...settings,
    resources: Type.Array(Type.String(), {
      description: 'what it tells of at most: what whoever chose its topics may read in the whole company',
    }),
    state: Type.Enum(['on', 'off', 'gone'], {
      description: '`gone`: the receiver answered 410, or its company was removed',
    }),
    lastSeq: Type.Integer({ description: 'number of the last event that is dealt with' }),
    attempts: Type.Integer({ description: 'in vain, of the event after that one' }),
    nextAt: orNull(isoTime('when it is tried again')),
    oldSecretUntil: orNull(isoTime('until when the secret before signs as well')),
    createdAt: isoTime(),
    createdBy: Type.String(),
    revision: Type.Integer({ description: 'its `ETag`' }),
  },
  {
    examples: [
      {
        ...{
          id: 'Zr0',
          tenant: 'demo',
          ...example,
          resources: ['call', 'queue'],
          state: 'on',
          lastSeq: 41,
          attempts: 0,
          nextAt: null,
        },
        ...{ oldSecretUntil: null, createdAt: '2026-10-01T08:00:00.000Z', createdBy: 'li@demo' },
        revision: 1,
      },
    ],
  },
);
export type WebhookRow = Static<typeof row>;
const withSecret = Type.Object(
  { webhook: row, secret: Type.String({ description: 'of Standard Webhooks; told once' }) },
  { examples: [{ webhook: exampleOf(row), secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }] },
);
const deliveryRow = Type.Object(
  {
    seq: Type.Integer({ description: 'number of the event' }),
    type: Type.String(),
    state: Type.Enum(['waiting', 'delivered', 'failed'], { description: '`waiting`: it is tried again' }),
    attempts: Type.Integer(),
    at: isoTime('of the last attempt'),
    tookMs: Type.Integer(),
    status: orNull(Type.Integer({ description: 'of HTTP; null: no answer' })),
    error: orNull(Type.String()),
  },
  {
    examples: [
      {
        ...{ seq: 41, type: 'call.ended', state: 'delivered', attempts: 1, at: '2026-10-01T08:00:00.000Z' },
        ...{ tookMs: 38, status: 204, error: null },
      },
    ],
  },
);
export type DeliveryRow = Static<typeof deliveryRow>;
const sentRow = Type.Object(
  {
    tookMs: Type.Integer(),
    status: orNull(Type.Integer({ description: 'of HTTP; null: no answer' })),
    error: orNull(Type.String({ description: 'null: it arrived' })),
  },
  { examples: [{ tookMs: 38, status: 204, error: null }] },
);
export type SentRow = Static<typeof sentRow>;
const deliveryParams = Type.Object({ ...idParams.properties, n: Type.Integer({ minimum: 1 }) });

const right = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ access: { permission: `webhook:${action}`, reach: 'tenant' }, tag: 'events' }) as const;

/** Subscriptions of a company's events (事件推送), what was delivered, and what is delivered again. */
export const webhookRoutes: FastifyPluginCallbackTypebox<{ webhooks: Webhooks }> = (
  app,
  { webhooks },
  done,
) => {
  const found = ({ scope }: FastifyRequest, id: string) => webhooks.get(scope, id);
  app.get(
    '/webhooks',
    route(
      { ...right('read'), summary: 'Webhooks' },
      { querystring: pageQuery, response: { 200: listOf(row) } },
    ),
    async (request) =>
      await pageOf(request, async (limit, after) => {
        const page = await webhooks.list(request.scope, { limit, after: after?.[0] });
        return page.map((webhook) => ({ item: rowOf(webhook), place: [webhook.id] }));
      }),
  );
  app.post(
    '/webhooks',
    route(
      {
        ...right('create'),
        summary: 'Have events posted to a URL, from now on',
        description:
          'Signed by Standard Webhooks 1.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`), one after the other: an event that the URL does not answer with 2xx within 10 s is tried again after 5 s, 5 min, 30 min, 2 h, 5 h and 10 h and then given up; 410 ends it. It may come twice, under the same `webhook-id`.',
        errors: ['address-refused', 'too-many-webhooks'],
      },
      { body, response: { 201: withSecret } },
    ),
    async (request, reply) => {
      const { topics = [], types = [], numbers = 'masked', ...rest } = request.body;
      const tenantId = companyOf(request);
      const resources = heardOf(request, tenantId, topics);
      const wanted = { ...rest, topics, resources, types, seesNumbers: seesNumbers(request, numbers) };
      const webhook = await webhooks.add(tenantId, request.principal.name, wanted);
      reply.header('etag', etagOf(webhook)).header('location', `/api/v1/webhooks/${webhook.id}`);
      return reply.code(201).send({ webhook: rowOf(webhook), secret: webhook.secret });
    },
  );
  app.get(
    '/webhooks/:id',
    route({ ...right('read'), summary: 'One of them' }, { params: idParams, response: { 200: row } }),
    async (request, reply) => {
      const webhook = await found(request, request.params.id);
      return reply.header('etag', etagOf(webhook)).send(rowOf(webhook));
    },
  );
  app.patch(
    '/webhooks/:id',
    route(
      {
        ...right('update'),
        summary: 'Change it, turn it on or off',
        description:
          'Takes the rights to read all that it tells. The event that waits is tried again at once. One that is turned on hears of what happens from now on.',
        errors: ['address-refused', 'no-if-match', 'changed-meanwhile'],
      },
      { params: idParams, body: patch, response: { 200: row } },
    ),
    async (request, reply) => {
      const webhook = await found(request, request.params.id);
      requireMatch(request, webhook);
      const { on, numbers = numbersOf(webhook), ...rest } = request.body;
      const changed = await webhooks.change(webhook, request.principal.name, {
        ...rest,
        resources: resourcesFor(request, webhook, rest.topics),
        seesNumbers: seesNumbers(request, numbers),
        ...(on !== undefined && { state: on ? 'on' : 'off' }),
      });
      return reply.header('etag', etagOf(changed)).send(rowOf(changed));
    },
  );
  app.delete(
    '/webhooks/:id',
    route({ ...right('delete'), summary: 'End it' }, { params: idParams, response: { 204: nothing } }),
    async (request, reply) => {
      const webhook = await found(request, request.params.id);
      await webhooks.remove(request.scope, webhook, request.principal.name);
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/webhooks/:id/rotate-secret',
    route(
      {
        ...right('update'),
        summary: 'Give it a new secret; the old one signs beside it for a day',
        errors: ['changed-meanwhile'],
      },
      { params: idParams, response: { 200: withSecret } },
    ),
    async (request, reply) => {
      const webhook = await found(request, request.params.id);
      const changed = await webhooks.rotate(webhook, request.principal.name);
      reply.header('etag', etagOf(changed));
      return reply.send({ webhook: rowOf(changed), secret: changed.secret });
    },
  );
  app.post(
    '/webhooks/:id/test',
    route(
      { ...right('update'), summary: 'Send an event `webhook.test` now and say what came of it' },
      { params: idParams, response: { 200: sentRow } },
    ),
    async (request) => {
      const webhook = await found(request, request.params.id);
      const { tookMs, status, error } = await webhooks.test(webhook, request.principal.name);
      return { tookMs, status: status ?? null, error: error ?? null };
    },
  );
  app.get(
    '/webhooks/:id/deliveries',
    route(
      {
        ...right('read'),
        summary: 'What became of its events, the newest first',
        description: 'Of 30 days, the newest 1000.',
      },
      { params: idParams, querystring: pageQuery, response: { 200: listOf(deliveryRow) } },
    ),
    async (request) => {
      const webhook = await found(request, request.params.id);
      return await pageOf(request, async (limit, after) => {
        const before = after && Number(after[0]);
        const page = await webhooks.deliveries(request.scope, webhook, { limit, before });
        return page.map((delivery) => ({ item: deliveryOf(delivery), place: [String(delivery.seq)] }));
      });
    },
  );
  app.post(
    '/webhooks/:id/deliveries/:n/replay',
    route(
      {
        ...right('update'),
        summary: 'Send an event once more, beside the others, and say what came of it',
      },
      { params: deliveryParams, response: { 200: deliveryRow } },
    ),
    async (request) => {
      const { scope, principal, params } = request;
      const webhook = await found(request, params.id);
      return deliveryOf(await webhooks.replay(scope, webhook, params.n, principal.name));
    },
  );
  done();
};

/** What whoever asks may hear of in the whole company. Throws PbxError `forbidden` where topics take more. */
function heardOf({ principal }: FastifyRequest, tenantId: string, topics: readonly string[]) {
  const { grant } = hearingOf(principal, tenantId);
  const [refused] = heardBy(topics, { ...grant, narrow: new Map() }).refused;
  if (refused)
    throw new PbxError('forbidden', `${principal.name} may not read ${refused.topic} of the whole company`);
  return [...grant.resources];
}

/** New topics tell what who chooses them may hear; who changes anything else may hear what it tells: he could lead it elsewhere. */
function resourcesFor(request: FastifyRequest, { tenantId, resources }: Webhook, topics?: readonly string[]) {
  const heard = heardOf(request, tenantId, topics ?? []);
  if (topics) return heard;
  const lacking = resources.filter((resource) => !heard.includes(resource));
  if (lacking.length > 0)
    throw new PbxError(
      'forbidden',
      `it tells what ${request.principal.name} may not read: ${lacking.join(', ')}`,
    );
  return resources;
}

/** Who may not read whole numbers has them sent nowhere. */
function seesNumbers({ scope }: FastifyRequest, numbers: Static<typeof settings.numbers>): boolean {
  if (numbers === 'whole' && !scope.seesNumbers)
    throw new PbxError('forbidden', 'whole numbers take the right number:read');
  return numbers === 'whole';
}

const numbersOf = ({ seesNumbers }: Webhook) => (seesNumbers ? ('whole' as const) : ('masked' as const));
const iso = (at: number) => new Date(at).toISOString();

function rowOf(webhook: Webhook) {
  const { id, tenantId, url, title, topics, types, state, attempts, createdBy, revision } = webhook;
  return {
    ...{ id, tenant: tenantId, url, title, topics, types, state, attempts, createdBy, revision },
    resources: [...webhook.resources],
    numbers: numbersOf(webhook),
    lastSeq: webhook.cursor,
    nextAt: webhook.nextAt > 0 ? iso(webhook.nextAt) : null,
    oldSecretUntil: webhook.oldSecret ? iso(webhook.oldSecret.until) : null,
    createdAt: iso(webhook.createdAt),
  };
}

function deliveryOf({ seq, type, state, attempts, at, tookMs, status, error }: Delivery) {
  return { seq, type, state, attempts, at: iso(at), tookMs, status: status ?? null, error: error ?? null };
}
