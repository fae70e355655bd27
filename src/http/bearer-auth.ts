import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './errors.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Asks every route of `app` for `Authorization: Bearer <token>` (RFC 6750 2.1). Compared in constant time, so that
 * the time of the answer tells nothing of the token. An empty token lets nobody in.
 */
export function requireBearer(app: FastifyInstance, token: string): void {
  const expected = digest(token);
  app.addHook('onRequest', async (request) => {
    const given = bearerOf(request);
    const isSame = timingSafeEqual(digest(given), expected);
    if (!isSame || token === '') throw new RequestError('unauthorized', 'a valid bearer token is needed');
  });
}

function bearerOf(request: FastifyRequest): string {
  // RFC 6750 2.1: one token, and nothing behind it.
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}
