import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormerRequest, KeptAnswers, KeyedRequest } from '../auth/kept-answers.ts';
import { PbxError } from '../shared/errors.ts';
import { RequestError } from './errors.ts';

/** Answers are kept for a day. */
const ANSWERS_KEPT_MS = 86_400_000;
const HEADERS = ['content-type', 'location', 'etag'];
const KEY = /^[\x21-\x7e]{1,128}$/;

declare module 'fastify' {
  interface FastifyRequest {
    /** It is the first with its key. */
    keyed: KeyedRequest | undefined;
  }
}

/**
 * `Idempotency-Key` on routes that say so: who asks again, because he did not hear the answer, gets the first one's, and nothing happens twice.
 * The same key with another body is 422, while the first is under way 409. What failed (5xx) may be asked again.
 */
export function answerOnce(app: FastifyInstance, answers: KeptAnswers, now: () => number): void {
  app.decorateRequest('keyed', undefined);
  app.addHook('preHandler', async (request, reply) => {
    const { 'idempotency-key': key } = request.headers;
    if (!request.routeOptions.config.isIdempotent || key === undefined) return;
    const keyed = keyedOf(request, key);
    const at = now();
    const former = await answers.begin(keyed, at, at - ANSWERS_KEPT_MS);
    if (former) return repeat(reply, former, keyed);
    request.keyed = keyed;
  });
  app.addHook('onSend', async ({ keyed }, reply, payload) => {
    if (!keyed) return payload;
    if (reply.statusCode >= 500 || (payload !== undefined && typeof payload !== 'string')) {
      await answers.forget(keyed);
      return payload;
    }
    const headers = HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    const body = typeof payload === 'string' ? payload : '';
    await answers.end(keyed, { status: reply.statusCode, headers: Object.fromEntries(headers), body });
    return payload;
  });
}

function keyedOf({ principal, scope, method, url, body }: FastifyRequest, key: unknown): KeyedRequest {
  if (typeof key !== 'string' || !KEY.test(key))
    throw new RequestError('bad-request', 'Idempotency-Key is 1 to 128 visible ASCII characters');
  const asked = `${method} ${url}\n${JSON.stringify(body ?? null)}`;
  const fingerprint = createHash('sha256').update(asked).digest('base64url');
  return { principal: principal.name, tenantId: scope.tenantId ?? '', key, fingerprint };
}

function repeat(
  reply: FastifyReply,
  { fingerprint, at, answer }: FormerRequest,
  { fingerprint: now }: KeyedRequest,
) {
  if (fingerprint !== now) {
    throw new PbxError('key-reused', 'another request had this Idempotency-Key: take a new one for each');
  }
  if (!answer) {
    const since = new Date(at).toISOString();
    throw new PbxError(
      'still-running',
      `the first request, of ${since}, is under way, or was cut by a restart`,
    );
  }
  const { status, headers, body } = answer;
  return reply
    .code(status)
    .headers(headers)
    .header('idempotent-replayed', 'true')
    .serializer(String)
    .send(body);
}
