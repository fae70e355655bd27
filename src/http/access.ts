import type { IncomingMessage } from 'node:http';
import type { RouteOptions } from 'fastify';
import type { Need } from '../auth/principal.ts';

/** What a route asks of who calls it: a right, or `self` for what is about the caller alone. */
export type Access = Need | 'self';

/** Routes that need nobody's name; every other one names its access. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /api/v1/health',
  'POST /api/v1/session',
  'POST /api/v1/embed-sessions',
  'GET /api/v1/shared-recordings/:token',
  'GET /api/v1/exported-files/:token',
  'GET /api/v1/walls/:token',
]);

/** Whether a route is there for everybody. */
export const isPublic = (method: string, url: string): boolean =>
  PUBLIC_ROUTES.has(`${method === 'HEAD' ? 'GET' : method} ${url}`);

/** Throws for a route that was forgotten: nothing is served without a rule. */
export function requireAccess({ method, url, config }: RouteOptions): void {
  for (const each of [method].flat()) {
    if ((config?.access === 'public') !== isPublic(each, url))
      throw new Error(`${each} ${url} is public in one place only: itself or PUBLIC_ROUTES`);
    if (config?.access === undefined) throw new Error(`${each} ${url} says not what right it needs`);
  }
}

/** A request that changes nothing (RFC 9110 9.2.1). */
export const isSafe = (method: string): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** The address of the connection, and what the client calls itself. */
export const deviceOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string =>
  headers['user-agent'] ?? '';
