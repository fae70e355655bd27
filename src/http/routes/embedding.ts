import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { deviceOf } from '../access.ts';
import { companyOf, isoTime, route } from '../route.ts';

const wanted = Type.Object(
  { agent: Type.String({ minLength: 1, maxLength: 15, description: 'work number (工号)' }) },
  { additionalProperties: false, examples: [{ agent: '8001' }] },
);
const ticket = Type.Object(
  { ticket: Type.String({ description: 'told once, good once, for a minute' }), endsAt: isoTime() },
  { examples: [{ ticket: 'k7QpX2m9sLd', endsAt: '2026-10-10T02:01:00.000Z' }] },
);
const used = Type.Object(
  { ticket: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false, examples: [{ ticket: 'k7QpX2m9sLd' }] },
);
const opened = Type.Object(
  {
    token: Type.String({ description: 'for `Authorization: Bearer`, of this page alone' }),
    endsAt: isoTime('at the latest; an hour after it was used last'),
  },
  { examples: [{ token: 'pbxe_9Jm2aX7q', endsAt: '2026-10-10T14:00:00.000Z' }] },
);

/** The phone bar (话务条) in pages of others: `/embed/phone-bar`. */
export const embeddingRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'embedding'> }> = (
  app,
  { auth: { embedding } },
  done,
) => {
  app.post(
    '/embed-tickets',
    route(
      {
        access: { permission: 'desk:create', reach: 'tenant' },
        tag: 'agents',
        errors: ['not-found', 'must-change-password'],
        summary: 'A ticket with which `/embed/phone-bar` opens the desk of an agent, once, within a minute',
        description:
          'For your server, which knows who sits there; the page hands the ticket to the iframe by postMessage. What is opened reaches the desk of this agent and nothing else.',
      },
      { body: wanted, response: { 201: ticket } },
    ),
    async (request, reply) => {
      const made = await embedding.make(request.principal, companyOf(request), request.body.agent);
      return reply.code(201).send({ ticket: made.ticket, endsAt: new Date(made.endsAt).toISOString() });
    },
  );
  app.post(
    '/embed-sessions',
    route(
      {
        access: 'public',
        tag: 'agents',
        errors: ['unauthorized', 'too-many-requests'],
        summary: 'Opens the desk of an agent with a ticket',
        description: 'No cookie goes with it. It is one of his sessions: listed, and ended as all of them.',
      },
      { body: used, response: { 201: opened } },
    ),
    async (request, reply) => {
      const origin = { address: request.ip, device: deviceOf(request) };
      const { token, session } = await embedding.open(request.body.ticket, origin);
      reply.header('cache-control', 'no-store');
      return reply.code(201).send({ token, endsAt: new Date(session.endsAt).toISOString() });
    },
  );
  done();
};
