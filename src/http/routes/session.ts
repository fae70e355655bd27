import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { OPERATORS, type Session } from '../../auth/auth-store.ts';
import { LONGEST_PASSWORD } from '../../auth/passwords.ts';
import { ownAccountOf, type Principal } from '../../auth/principal.ts';
import type { Opened, Origin } from '../../auth/sessions.ts';
import { csrfOf } from '../../auth/tokens.ts';
import { deviceOf } from '../access.ts';
import { SESSION_COOKIE } from '../authenticate.ts';
import { RequestError } from '../errors.ts';
import { idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';

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
  {
    additionalProperties: false,
    examples: [{ login: 'li', password: 'correct horse battery', tenant: 'demo' }],
  },
);
const passwords = Type.Object(
  { old: password, password },
  { additionalProperties: false, examples: [{ old: 'first one', password: 'correct horse battery' }] },
);
const actAs = Type.Object(
  {
    tenant: Type.String({ minLength: 1, maxLength: 64 }),
    user: Type.Optional(
      Type.String({ maxLength: 64, description: 'id; left out: as an administrator of the company' }),
    ),
    reason: Type.String({ minLength: 1, maxLength: 500, description: 'why, for the audit trail' }),
  },
  { additionalProperties: false, examples: [{ tenant: 'demo', reason: 'ticket 4711: no sound in queue' }] },
);
const opened = Type.Object(
  {
    login: Type.String(),
    tenant: Type.String(),
    name: Type.String(),
    mustChange: Type.Boolean({ description: 'the password opens nothing but the change of it' }),
    csrf: Type.String({ description: 'for the header Pbx-Csrf of requests that change something' }),
    session: Type.String(),
    endsAt: isoTime('the session ends at the latest'),
  },
  {
    examples: [
      {
        login: 'li',
        tenant: 'demo',
        name: '李雷',
        mustChange: false,
        csrf: '9Jm2',
        session: 'Zr0',
        endsAt: '2026-10-01T20:00:00.000Z',
      },
    ],
  },
);
export type SignedIn = Static<typeof opened>;
const me = Type.Object(
  {
    principal: Type.String({ description: 'as in records and the audit trail' }),
    tenant: Type.String(),
    timeZone: Type.String({
      description: 'IANA; in whose days and hours figures are counted and times shown',
    }),
    companies: Type.Optional(Type.Array(Type.String(), { description: 'those of his reseller' })),
    rights: Type.Array(Type.Object({ permission: Type.String(), reach: Type.String() })),
    user: Type.Optional(
      Type.Object({
        id: Type.String(),
        login: Type.String(),
        name: Type.String(),
        roles: Type.Array(Type.String()),
        agent: orNull(Type.String({ description: 'work number of the agent that he is' })),
        department: orNull(Type.String()),
        mustChange: Type.Boolean(),
        secondFactor: Type.Boolean(),
      }),
    ),
    acting: Type.Optional(
      Type.Object(
        {
          by: Type.String({ description: 'who it really is' }),
          as: Type.String({ description: 'whom he acts as: a user, or a company' }),
          reason: Type.String(),
          since: isoTime(),
        },
        { description: 'there while somebody acts as a customer' },
      ),
    ),
    session: Type.Optional(Type.String()),
    csrf: Type.Optional(Type.String()),
  },
  {
    examples: [
      {
        principal: 'key crm@demo',
        tenant: 'demo',
        timeZone: 'Asia/Shanghai',
        rights: [{ permission: 'call:read', reach: 'tenant' }],
      },
    ],
  },
);
export type MeRow = Static<typeof me>;
/** Where somebody is signed in, in answers. */
export const sessionSchema = Type.Object(
  {
    id: Type.String(),
    createdAt: isoTime(),
    seenAt: isoTime(),
    endsAt: isoTime(),
    address: Type.String(),
    device: Type.String({ description: 'what the browser calls itself' }),
    isThis: Type.Boolean({ description: 'the one that asks' }),
  },
  {
    examples: [
      {
        id: 'Zr0',
        createdAt: '2026-10-01T08:00:00.000Z',
        seenAt: '2026-10-01T09:12:00.000Z',
        endsAt: '2026-10-01T20:00:00.000Z',
        address: '192.0.2.7',
        device: 'Mozilla/5.0',
        isThis: true,
      },
    ],
  },
);

export type SessionRow = Static<typeof sessionSchema>;

/** Who is signed in: the session's cookie, `Pbx-Csrf`, his password, where else he is signed in. */
export const sessionRoutes: FastifyPluginCallbackTypebox<{ auth: Auth; timeZone: string }> = (
  app,
  { auth, timeZone },
  done,
) => {
  const give = (request: FastifyRequest, reply: FastifyReply, opened: Opened) => {
    reply.setCookie(SESSION_COOKIE, opened.token, cookieFor(request));
    return openedRow(opened);
  };
  const self = { access: 'self', tag: 'session' } as const;

  app.post(
    '/session',
    route(
      {
        access: 'public',
        tag: 'session',
        summary: 'Sign in',
        description: 'The session is a cookie; what changes something says `Pbx-Csrf` with it.',
        errors: ['wrong-password', 'code-needed', 'wrong-code'],
      },
      { body: signIn, response: { 201: opened } },
    ),
    async (request, reply) => {
      const { tenant, ...said } = request.body;
      const opened = await auth.signIn.signIn({ tenantId: tenant, ...said }, originOf(request));
      // Who signs in anew leaves no second session behind in this browser.
      const former = await auth.sessions.principalOf(request.cookies[SESSION_COOKIE] ?? '');
      const { session: left } = former?.person ?? {};
      if (left) await auth.sessions.end(left.userId, left.id);
      return reply.code(201).send(give(request, reply, opened));
    },
  );
  app.delete(
    '/session',
    route({ ...self, summary: 'Sign out' }, { response: { 204: nothing } }),
    async (request, reply) => {
      await auth.signIn.signOut(request.principal);
      return reply.clearCookie(SESSION_COOKIE, cookieFor(request)).code(204).send(null);
    },
  );
  app.post(
    '/session/act-as',
    route(
      {
        ...self,
        summary: 'Act as a customer, to help',
        description:
          "For operators and resellers: with the customer's rights, but for passwords, second factors, roles and keys. The audit trail says who, and as whom, of everything.",
        errors: ['forbidden', 'acting'],
      },
      { body: actAs, response: { 204: nothing } },
    ),
    async ({ principal, body: { tenant, user, reason } }, reply) => {
      await auth.actAs.begin(principal, { tenantId: tenant, userId: user, reason });
      return reply.code(204).send(null);
    },
  );
  app.delete(
    '/session/act-as',
    route(
      { ...self, summary: 'Act as himself again', errors: ['not-found'] },
      { response: { 204: nothing } },
    ),
    async ({ principal }, reply) => {
      await auth.actAs.end(principal);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/me',
    route({ ...self, summary: 'Who asks, and his rights' }, { response: { 200: me } }),
    async ({ principal, cookies }) => ({
      ...meRow(principal, principal.person && cookies[SESSION_COOKIE]),
      timeZone,
    }),
  );
  app.post(
    '/me/password',
    route(
      {
        ...self,
        summary: 'Change his own password',
        description: 'He is signed out everywhere else.',
        errors: ['wrong-password', 'weak-password'],
      },
      { body: passwords, response: { 200: opened } },
    ),
    async (request, reply) => {
      const { principal, body } = request;
      return give(request, reply, await auth.users.changePassword(principal, body, originOf(request)));
    },
  );
  app.get(
    '/me/sessions',
    route({ ...self, summary: 'Where he is signed in' }, { response: { 200: listOf(sessionSchema) } }),
    async ({ principal }) => {
      const { user, session } = ownAccountOf(principal);
      const all = await auth.sessions.of(user.id);
      return { items: all.map((each) => sessionRow(each, session.id)), next: null };
    },
  );
  app.delete(
    '/me/sessions/:id',
    route({ ...self, summary: 'End one of his sessions' }, { params: idParams, response: { 204: nothing } }),
    async (request, reply) => {
      const { user } = ownAccountOf(request.principal);
      const { id } = request.params;
      if (!(await auth.sessions.end(user.id, id)))
        throw new RequestError('not-found', `there is no session ${id}`);
      return reply.code(204).send(null);
    },
  );
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
function meRow({ name, tenantId, companies, rights, person, actedBy }: Principal, token: string | undefined) {
  const user = person && {
    id: person.user.id,
    login: person.user.login,
    name: person.user.name,
    roles: person.user.roles,
    agent: person.user.agent ?? null,
    department: person.user.department ?? null,
    mustChange: person.user.mustChange,
    secondFactor: person.user.secondFactor !== undefined,
  };
  const csrf = token === undefined ? undefined : csrfOf(token);
  const whose = { principal: name, tenant: tenantId, companies, rights: rights.list() };
  const acting = actedBy && {
    ...{ by: actedBy.name, as: actedBy.as, reason: actedBy.reason },
    since: new Date(actedBy.since).toISOString(),
  };
  return { ...whose, user, acting, session: person?.session.id, csrf };
}

export function sessionRow(
  { id, createdAt, seenAt, endsAt, address, device }: Session,
  current: string | undefined,
) {
  const iso = (ms: number) => new Date(ms).toISOString();
  const times = { createdAt: iso(createdAt), seenAt: iso(seenAt), endsAt: iso(endsAt) };
  return { id, ...times, address, device, isThis: id === current };
}
