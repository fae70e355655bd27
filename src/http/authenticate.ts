import { hash, timingSafeEqual } from 'node:crypto';
import type { CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import { AuthError } from '../auth/auth-error.ts';
import { EMBED_START } from '../auth/embedding.ts';
import { OPERATOR_TOKEN, type Principal, scopeOf } from '../auth/principal.ts';
import { csrfOf } from '../auth/tokens.ts';
import type { Scope } from '../shared/scope.ts';
import { isSafe, requireAccess } from './access.ts';
import { RequestError } from './errors.ts';

/** Cookie of who is signed in. */
export const SESSION_COOKIE = 'pbx400_session';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. */
    principal: Principal;
    /** Whose data he asks for; there on routes that need a right. */
    scope: Scope;
    /** The request that says who asks: this one, or that of the ticket which it brings. */
    asked: FastifyRequest;
  }
}

export interface AuthenticateParts {
  readonly auth: Pick<Auth, 'sessions' | 'apiKeys' | 'embedding'>;
  /** Bearer token of the operator; '' lets nobody in. */
  readonly token: string;
  /** The request that a ticket was made with which this one brings; undefined: it brings none. */
  readonly askedWith?: (request: FastifyRequest) => FastifyRequest | undefined;
}

/** Who asks with a request, as of now; undefined: nobody. */
export type PrincipalOf = (request: FastifyRequest) => Promise<Principal | undefined>;

/** Requests a minute: of a principal, and without one, or to sign in, of an address. */
const MAX_OF_PRINCIPAL = 6_000;
const MAX_OF_ADDRESS = 300;
const MINUTE_MS = 60_000;
/** Numbers an hour that who reads them masked may look for: all that a mask leaves open take him a week. */
const MAX_LOOK_UPS = 60;
const HOUR_MS = 60 * MINUTE_MS;

/** What is about the caller himself, and his phone bar asks for: not his account. */
const OF_PHONE_BAR = /^\/api\/v1\/(me|me\/phone-credentials.*|events|stream|stream-tickets)$/;

const digest = (text: string) => hash('sha256', text, 'buffer');
/** In constant time, so that the time of the answer tells nothing of a token. */
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

/**
 * Lets nobody to the routes of `app` who has no right to them: who asks comes from `Authorization: Bearer` (RFC 6750 2.1) or the session's
 * cookie, with which what changes something says `Pbx-Csrf`, too. `Pbx-Tenant` names a company to who may see several.
 */
export function authenticate(
  app: FastifyInstance,
  { auth, token, askedWith = () => undefined }: AuthenticateParts,
): PrincipalOf {
  const limits = limitsOn(app);
  const operator = { token, principal: OPERATOR_TOKEN };
  app.decorateRequest('principal');
  app.decorateRequest('scope');
  app.decorateRequest('asked');
  app.addHook('onRoute', requireAccess);
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    if (access === undefined) throw new Error(`${request.method} ${request.url} has no rule`);
    if (access === 'public') {
      if (!isSafe(request.method)) await limits.ofAddress(request);
      return;
    }
    const asked = askedWith(request) ?? request;
    request.asked = asked;
    const principal = await principalOf(asked, auth, operator);
    if (!principal) {
      await limits.ofAddress(request);
      throw new RequestError('unauthorized', 'sign in, or send a valid bearer token');
    }
    request.principal = { ...principal, address: request.ip };
    // The machine's own token is nobody's to flood with.
    if (principal !== OPERATOR_TOKEN) await limits.ofPrincipal(request);
    if (principal.isEmbedded && access === 'self' && !OF_PHONE_BAR.test(request.routeOptions.url ?? ''))
      throw new AuthError('forbidden', 'an embedded phone bar reaches the desk of its agent alone');
    if (access === 'self') return;
    if (principal.person?.user.mustChange) {
      const fix = 'POST /api/v1/me/password with the old one and a new one';
      throw new AuthError('must-change-password', `the password was made by somebody else: ${fix}`);
    }
    request.scope = scopeOf(principal, access, tenantNamed(request));
  });
  app.addHook('preHandler', async (request) => {
    const { scope, query } = request as { scope?: Scope; query: unknown };
    if (scope?.seesNumbers !== false) return;
    if (request.routeOptions.config.looksUp || asksForNumber(query)) await limits.ofLookUps(request);
  });
  return (request) => principalOf(request, auth, operator);
}

/** Whether a filter or a search has a whole number. */
const asksForNumber = (query: unknown): boolean =>
  Object.values(query ?? {}).some((value) => /(?:^|\s)\+?\d{7,}(?:\s|$)/.test(String(value)));

async function principalOf(
  request: FastifyRequest,
  { sessions, apiKeys, embedding }: Pick<Auth, 'sessions' | 'apiKeys' | 'embedding'>,
  operator: { readonly token: string; readonly principal: Principal },
): Promise<Principal | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    // RFC 6750 2.1: one token, and nothing behind it.
    const bearer = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
    if (isSame(bearer, operator.token) && operator.token !== '') return operator.principal;
    if (bearer.startsWith(EMBED_START)) return await embedding.principalOf(bearer);
    return await apiKeys.principalOf(bearer, request.ip);
  }
  const token = request.cookies[SESSION_COOKIE];
  // The token of a phone bar in a page of others is no cookie.
  const principal = token && !token.startsWith(EMBED_START) && (await sessions.principalOf(token));
  if (!principal) return undefined;
  if (!isSafe(request.method) && !isSame(header(request, 'pbx-csrf') ?? '', csrfOf(token))) {
    throw new AuthError('no-csrf-token', 'send the header Pbx-Csrf with csrf of GET /api/v1/me');
  }
  return principal;
}

/** The company that a request names. */
export const tenantNamed = (request: FastifyRequest): string | undefined => header(request, 'pbx-tenant');

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function limitsOn(app: FastifyInstance) {
  const limit = (options: CreateRateLimitOptions, what = 'requests a minute') => {
    const count = app.createRateLimit({ timeWindow: MINUTE_MS, ...options });
    return async (request: FastifyRequest) => {
      const found = await count(request);
      if (found.isAllowed || !found.isExceeded) return;
      throw new AuthError('too-many-requests', `more than ${found.max} ${what}`, {
        retryAfterMs: found.ttl,
      });
    };
  };
  const ofLookUps: CreateRateLimitOptions = {
    timeWindow: HOUR_MS,
    max: MAX_LOOK_UPS,
    keyGenerator: ({ principal }) => `numbers ${principal.name}`,
  };
  return {
    ofAddress: limit({ max: MAX_OF_ADDRESS, keyGenerator: ({ ip }) => `address ${ip}` }),
    ofLookUps: limit(ofLookUps, 'numbers looked for an hour'),
    ofPrincipal: limit({ max: MAX_OF_PRINCIPAL, keyGenerator: ({ principal }) => principal.name }),
  };
}
