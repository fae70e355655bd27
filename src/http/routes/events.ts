import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { AuthError } from '../../auth/auth-error.ts';
import type { Streams } from '../../stream/streams.ts';
import { grantedTopics, heardBy, TOPIC_LENGTH } from '../../stream/topics.ts';
import { RequestError } from '../errors.ts';
import type { EventSockets } from '../event-sockets.ts';
import { isoTime, orNull, route } from '../route.ts';
import { hearingOf } from '../stream-grant.ts';
import type { StreamTickets } from '../stream-tickets.ts';

/** An event in answers, as it is in the stream. */
export const eventRow = Type.Object(
  {
    seq: Type.Integer({ description: 'counts by one within the company' }),
    id: Type.String(),
    type: Type.String({ description: '`call.ringing`, `agent.state` ...' }),
    at: isoTime(),
    subject: Type.String({ description: 'what it is about' }),
    data: Type.Unknown({ description: 'what the type has' }),
    v: Type.Integer({ description: 'version of `data`' }),
  },
  {
    examples: [
      {
        seq: 41,
        id: 'demo.41',
        type: 'queue.joined',
        at: '2026-10-12T02:00:07.000Z',
        subject: 'queues/sales',
        data: { callId: 'Zr0', queue: 'sales', priority: 0 },
        v: 1,
      },
    ],
  },
);

const gap = Type.Object({ from: Type.Integer(), to: Type.Integer() });

const page = Type.Object(
  {
    items: Type.Array(eventRow),
    after: Type.Integer({ description: 'what to ask for next' }),
    head: Type.Integer({ description: 'the last number of the company' }),
    gap: orNull(Type.Object(gap.properties, { description: 'these numbers have no events any more' })),
  },
  { examples: [{ items: [], after: 41, head: 41, gap: null }] },
);

const query = Type.Object(
  {
    after: Type.Integer({ minimum: 0, default: 0, description: '`after` of the answer before' }),
    topics: Type.Optional(
      Type.String({ maxLength: 4000, description: '`calls,agents/8001`; default: all that one may hear' }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
    waitMs: Type.Integer({
      minimum: 0,
      maximum: 25_000,
      default: 0,
      description: 'the answer waits so long for the first event',
    }),
  },
  { additionalProperties: false },
);

const ticketMade = Type.Object(
  { ticket: Type.String(), endsAt: isoTime() },
  { examples: [{ ticket: 'dGhpcyBpcyBubyB0aWNrZXQ', endsAt: '2026-10-12T02:00:30.000Z' }] },
);

export interface EventRoutesParts {
  readonly streams: Streams;
  readonly sockets: EventSockets;
  readonly tickets: StreamTickets;
}

/** Events (事件) by poll, and the stream over WebSocket. */
export const eventRoutes: FastifyPluginCallbackTypebox<EventRoutesParts> = (
  app,
  { streams, sockets, tickets },
  done,
) => {
  app.get(
    '/events',
    route(
      {
        access: 'self',
        tag: 'events',
        summary: 'What has happened, from a number on',
        description:
          'Whoever asks after the `after` of the answer before misses nothing. Each topic takes the right of the route that tells the same.',
        errors: ['forbidden', 'not-found'],
      },
      { querystring: query, response: { 200: page } },
    ),
    async (request, reply) => {
      const { after, topics: named, limit, waitMs } = request.query;
      const { grant } = hearingOf(request.principal, tenantOf(request));
      const topics = named?.split(',') ?? grantedTopics(grant);
      const [refused] = heardBy(topics, grant).refused;
      if (topics.some(({ length }) => length > TOPIC_LENGTH))
        throw new RequestError('bad-request', `a topic has ${TOPIC_LENGTH} characters at most`);
      if (refused) throw new AuthError(refused.code, `topic ${refused.topic}`);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const found = await streams.poll(grant, { after, topics }, limit, waitMs, gone.signal);
      const items = found.events.map(({ event }) => event);
      return { items, after: found.last, head: found.head, gap: found.gap ?? null };
    },
  );
  app.post(
    '/stream-tickets',
    route(
      {
        access: 'self',
        tag: 'events',
        summary: 'A ticket with which a page connects to the stream, once, within 30 s',
        description: '`wss://HOST/api/v1/stream?ticket=TICKET` hears what who asks may hear.',
        errors: ['forbidden'],
      },
      { response: { 201: ticketMade } },
    ),
    async (request, reply) => {
      hearingOf(request.principal, tenantOf(request));
      const { ticket, endsAt } = tickets.make(request);
      return await reply.code(201).send({ ticket, endsAt: new Date(endsAt).toISOString() });
    },
  );
  app.get(
    '/stream',
    route(
      {
        access: 'self',
        tag: 'events',
        summary: 'The stream of events, by WebSocket',
        description: 'The messages of both sides stand in `src/stream/README.md`.',
        errors: ['forbidden'],
      },
      {
        querystring: Type.Object(
          {
            ticket: Type.Optional(Type.String({ maxLength: 100, description: 'of `POST /stream-tickets`' })),
          },
          { additionalProperties: false },
        ),
        response: { 101: Type.Null({ description: 'it is a WebSocket from now on' }) },
      },
    ),
    async (request, reply) => {
      sockets.take(request, reply);
    },
  );
  done();
};

function tenantOf({ headers }: FastifyRequest): string | undefined {
  const named = headers['pbx-tenant'];
  return typeof named === 'string' ? named : undefined;
}
