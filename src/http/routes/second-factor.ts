import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { LONGEST_PASSWORD } from '../../auth/passwords.ts';
import { SECRET_PATTERN } from '../../auth/totp.ts';

const password = Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD });
const turnOn = Type.Object(
  { secret: Type.String({ pattern: SECRET_PATTERN }), code: Type.String({ maxLength: 20 }), password },
  { additionalProperties: false },
);
const turnOff = Type.Object({ password }, { additionalProperties: false });
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

/**
 * The authenticator app of who is signed in (双因素认证). `POST /me/second-factor` gives `{ secret, uri }` for it; `PUT` with `{ secret, code, password }`
 * turns it on and gives `{ recoveryCodes }`, told once; `DELETE` with `{ password }` turns it off. `DELETE /users/:id/second-factor` is for one who has
 * lost his.
 */
export const secondFactorRoutes: FastifyPluginCallbackTypebox<{ auth: Auth }> = (app, { auth }, done) => {
  const config = { access: 'self' } as const;
  app.post('/me/second-factor', { config }, async ({ principal }) => auth.secondFactor.offer(principal));
  app.put('/me/second-factor', { config, schema: { body: turnOn } }, async ({ principal, body, ip }) => {
    return { recoveryCodes: await auth.secondFactor.turnOn(principal, body, ip) };
  });
  app.delete('/me/second-factor', { config, schema: { body: turnOff } }, async (request, reply) => {
    const { principal, body, ip } = request;
    await auth.secondFactor.turnOff(principal, body.password, ip);
    return reply.code(204).send();
  });
  const right = { config: { access: { permission: 'user:update', reach: 'tenant' } as const } };
  app.delete('/users/:id/second-factor', { ...right, schema: { params } }, async (request, reply) => {
    const user = await auth.users.get(request.scope, request.params.id);
    auth.users.requirePower(request.principal, user);
    await auth.secondFactor.reset(request.principal.name, user, request.ip);
    return reply.code(204).send();
  });
  done();
};
