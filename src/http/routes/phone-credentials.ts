import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { idParams, isoTime, nothing, orNull, route } from '../route.ts';

const endsAt = isoTime('nothing is let in with it from then on; never after the session');
const credential = Type.Object(
  {
    id: Type.String(),
    extension: Type.String({ description: 'whose phone it is; in From and To' }),
    domain: Type.String({ description: 'SIP domain, and realm of the digest' }),
    username: Type.String({ description: 'in the answer to the challenge, in place of the extension' }),
    password: Type.String({ description: 'told once' }),
    webSocket: orNull(Type.String({ description: 'path of SIP over WebSocket here; null: not by HTTP' })),
    endsAt,
  },
  {
    examples: [
      {
        id: 'Zr0',
        extension: '8001',
        domain: 'demo.pbx400.local',
        username: 'web-Qm3',
        password: '9Jm2aX7q',
        webSocket: '/sip',
        endsAt: '2026-10-01T08:15:00.000Z',
      },
    ],
  },
);
const renewed = Type.Object(
  { id: Type.String(), endsAt },
  { examples: [{ id: 'Zr0', endsAt: '2026-10-01T08:15:00.000Z' }] },
);

export interface PhoneCredentialOptions {
  readonly auth: Pick<Auth, 'phoneCredentials'>;
  /** Path of SIP over WebSocket; undefined: it is not served here. */
  readonly sipPath: string | undefined;
}

/** What the browser phone of who is signed in registers with (浏览器话机临时凭证). */
export const phoneCredentialRoutes: FastifyPluginCallbackTypebox<PhoneCredentialOptions> = (
  app,
  { auth: { phoneCredentials }, sipPath = null },
  done,
) => {
  const self = { access: 'self', tag: 'session', errors: ['forbidden'] } as const;
  app.post(
    '/me/phone-credentials',
    route(
      {
        ...self,
        summary: 'SIP credentials for a browser phone',
        description:
          'Of the extension of the agent that he is. They last a quarter of an hour, may be renewed, and end with the session; so does what is registered.',
      },
      { response: { 201: credential } },
    ),
    async ({ principal }, reply) => {
      const { endsAt, ...given } = phoneCredentials.give(principal);
      return reply.code(201).send({ ...given, webSocket: sipPath, endsAt: new Date(endsAt).toISOString() });
    },
  );
  app.post(
    '/me/phone-credentials/:id/renew',
    route(
      { ...self, summary: 'Have them last a quarter of an hour from now on' },
      { params: idParams, response: { 200: renewed } },
    ),
    async ({ principal, params: { id } }) => {
      return { id, endsAt: new Date(phoneCredentials.renew(principal, id)).toISOString() };
    },
  );
  app.delete(
    '/me/phone-credentials/:id',
    route(
      { ...self, summary: 'Put the browser phone away: what it registered is gone' },
      { params: idParams, response: { 204: nothing } },
    ),
    async ({ principal, params: { id } }, reply) => {
      phoneCredentials.end(principal, id);
      return reply.code(204).send(null);
    },
  );
  done();
};
