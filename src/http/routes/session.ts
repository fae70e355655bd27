import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { OPERATORS, type Session } from '../../auth/auth-store.ts';
import { LONGEST_PASSWORD } from '../../auth/passwords.ts';
import { type Principal, personOf } from '../../auth/principal.ts';
import type { Opened, Origin } from '../../auth/sessions.ts';
import { csrfOf } from '../../auth/tokens.ts';
import { deviceOf } from '../access.ts';
import { SESSION_COOKIE } from '../authenticate.ts';
import { RequestError } from '../errors.ts';

const password = Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD });
const signIn = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 64 }),
    password,
    code: Type.Optional(
      Type.String({ maxLength: 20, description: 'of the authenticator app, or a recovery code' }),
    ),
    tenant: Type.String({ maxLength: 64, default: OPERATORS, description: 'company; left out: operators' }),
  },
  { additionalProperties: false },
);
const passwords = Type.Object({ old: password, password }, { additionalProperties: false });
const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

/**
 * `POST /session` with `{ login, password, code?, tenant? }` signs in: the session's cookie, and `{ csrf, ... }` as `GET /me`. `DELETE /session` signs out.
 * `GET /me`: who asks, and his rights. `POST /me/password` with `{ old, password }` changes his password. `GET /me/sessions`: where he is
 * signed in; `DELETE /me/sessions/:id` ends one.
 */
export const sessionRoutes: FastifyPluginCallbackTypebox<{ auth: Auth }> = (app, { auth }, done) => {
  const give = (request: FastifyRequest, reply: FastifyReply, opened: Opened) => {
    reply.setCookie(SESSION_COOKIE, opened.token, cookieFor(request));
    return openedRow(opened);
  };
  const self = { access: 'self' } as const;

  app.post('/session', { schema: { body: signIn } }, async (request, reply) => {
    const { tenant, ...said } = request.body;
    const opened = await auth.signIn.signIn({ tenantId: tenant, ...said }, originOf(request));
    // Who signs in anew leaves no second session behind in this browser.
    const former = await auth.sessions.principalOf(request.cookies[SESSION_COOKIE] ?? '');
    if (former?.person) await auth.sessions.end(former.person.user.id, former.person.session.id);
    return reply.code(201).send(give(request, reply, opened));
  });
  app.delete('/session', { config: self }, async (request, reply) => {
    await auth.signIn.signOut(request.principal);
    return reply.clearCookie(SESSION_COOKIE, cookieFor(request)).code(204).send();
  });
  app.get('/me', { config: self }, async ({ principal, cookies }) =>
    meRow(principal, principal.person && cookies[SESSION_COOKIE]),
  );
  app.post('/me/password', { config: self, schema: { body: passwords } }, async (request, reply) => {
    const { principal, body } = request;
    return give(request, reply, await auth.users.changePassword(principal, body, originOf(request)));
  });
  app.get('/me/sessions', { config: self }, async ({ principal }) => {
    const { user, session } = personOf(principal);
    const all = await auth.sessions.of(user.id);
    return { items: all.map((each) => sessionRow(each, session.id)), next: null };
  });
  app.delete('/me/sessions/:id', { config: self, schema: { params } }, async (request, reply) => {
    const { user } = personOf(request.principal);
    const { id } = request.params;
    if (!(await auth.sessions.end(user.id, id)))
      throw new RequestError('not-found', `there is no session ${id}`);
    return reply.code(204).send();
  });
  done();
};

/** Pages cannot read it, no other site's form sends it; over HTTPS it goes over nothing else. */
const cookieFor = ({ protocol }: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: protocol === 'https' }) as const;

const originOf = (request: FastifyRequest): Origin => ({ address: request.ip, device: deviceOf(request) });

function openedRow({ user, token, session }: Opened) {
  const { name, login, tenantId, mustChange } = user;
  const endsAt = new Date(session.endsAt).toISOString();
  return { login, tenant: tenantId, name, mustChange, csrf: csrfOf(token), session: session.id, endsAt };
}

/** `token`: of the session, for a page that was loaded anew. */
function meRow({ name, tenantId, companies, rights, person }: Principal, token: string | undefined) {
  const user = person && {
    id: person.user.id,
    login: person.user.login,
    name: person.user.name,
    roles: person.user.roles,
    mustChange: person.user.mustChange,
    secondFactor: person.user.secondFactor !== undefined,
  };
  const csrf = token === undefined ? undefined : csrfOf(token);
  const whose = { principal: name, tenant: tenantId, companies, rights: rights.list() };
  return { ...whose, user, session: person?.session.id, csrf };
}

function sessionRow({ id, createdAt, seenAt, endsAt, address, device }: Session, current: string) {
  const iso = (ms: number) => new Date(ms).toISOString();
  const times = { createdAt: iso(createdAt), seenAt: iso(seenAt), endsAt: iso(endsAt) };
  return { id, ...times, address, device, isThis: id === current };
}
