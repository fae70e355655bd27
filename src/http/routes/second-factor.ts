import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { LONGEST_PASSWORD } from '../../auth/passwords.ts';
import { SECRET_PATTERN } from '../../auth/totp.ts';
import { idParams, nothing, route } from '../route.ts';

const password = Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD });
const turnOn = Type.Object(
  { secret: Type.String({ pattern: SECRET_PATTERN }), code: Type.String({ maxLength: 20 }), password },
  {
    additionalProperties: false,
    examples: [
      { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', code: '123456', password: 'correct horse battery' },
    ],
  },
);
const turnOff = Type.Object(
  { password },
  { additionalProperties: false, examples: [{ password: 'correct horse battery' }] },
);
const offer = Type.Object(
  { secret: Type.String(), uri: Type.String({ description: 'for a QR code' }) },
  { examples: [{ secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/pbx400:li?secret=JBSWY3DPEHPK3PXP' }] },
);
export type SecondFactorOffer = Static<typeof offer>;
const recovery = Type.Object(
  { recoveryCodes: Type.Array(Type.String(), { description: 'told once; each opens once' }) },
  { examples: [{ recoveryCodes: ['4f9c-21ab'] }] },
);
export type RecoveryCodes = Static<typeof recovery>;

/** The authenticator app of who is signed in (双因素认证). */
export const secondFactorRoutes: FastifyPluginCallbackTypebox<{ auth: Auth }> = (app, { auth }, done) => {
  const self = { access: 'self', tag: 'session' } as const;
  app.post(
    '/me/second-factor',
    route({ ...self, summary: 'A secret for his authenticator app' }, { response: { 200: offer } }),
    async ({ principal }) => auth.secondFactor.offer(principal),
  );
  app.put(
    '/me/second-factor',
    route(
      { ...self, summary: 'Turn on his authenticator app', errors: ['wrong-code', 'wrong-password'] },
      { body: turnOn, response: { 200: recovery } },
    ),
    async ({ principal, body, ip }) => {
      return { recoveryCodes: await auth.secondFactor.turnOn(principal, body, ip) };
    },
  );
  app.delete(
    '/me/second-factor',
    route(
      { ...self, summary: 'Turn off his authenticator app', errors: ['wrong-password'] },
      { body: turnOff, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { principal, body, ip } = request;
      await auth.secondFactor.turnOff(principal, body.password, ip);
      return reply.code(204).send(null);
    },
  );
  const right = { access: { permission: 'user:update', reach: 'tenant' }, tag: 'users' } as const;
  app.delete(
    '/users/:id/second-factor',
    route(
      { ...right, summary: 'Turn off the app of one who has lost it' },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const user = await auth.users.get(request.scope, request.params.id);
      await auth.users.requirePower(request.principal, user);
      await auth.secondFactor.reset(request.principal.name, user, request.ip);
      return reply.code(204).send(null);
    },
  );
  done();
};
