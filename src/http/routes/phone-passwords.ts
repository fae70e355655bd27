import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { companyOf, idParams, route } from '../route.ts';

/** What a phone registers with from now on. */
export interface NewPhonePassword {
  readonly extension: string;
  /** SIP domain, and realm of the digest. */
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}

/** What the route needs of the companies and the registrar. */
export interface PhonePasswordBoard {
  /** Makes one in place of the one that there is. Throws PbxError `not-found`, `owned-by-file`, `changed-meanwhile`. */
  renew(tenant: string, extension: string, by: string): Promise<NewPhonePassword>;
}

const made = Type.Object(
  {
    extension: Type.String(),
    domain: Type.String({ description: 'SIP domain to set in the phone, and realm of the digest' }),
    username: Type.String(),
    password: Type.String({ description: 'told once: what is kept is its digest' }),
  },
  {
    examples: [
      { extension: '8001', domain: 'demo.pbx400.local', username: '8001', password: '9Jm2aX7qLr0TbV4c' },
    ],
  },
);

/** New passwords of phones (分机密码). */
export const phonePasswordRoutes: FastifyPluginCallbackTypebox<{ board: PhonePasswordBoard }> = (
  app,
  { board },
  done,
) => {
  app.post(
    '/extensions/:id/password',
    route(
      {
        access: { permission: 'extension:update', reach: 'tenant' },
        tag: 'entities',
        summary: 'A new SIP password for a phone, told once (重置分机密码)',
        description:
          'The one before opens nothing any more; what is registered with it stays until it has to register anew. Kept as `ha1` of the extension.',
        errors: ['owned-by-file', 'changed-meanwhile'],
      },
      { params: idParams, response: { 200: made } },
    ),
    async (request) => await board.renew(companyOf(request), request.params.id, request.principal.name),
  );
  done();
};
