import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Scope } from '../../shared/scope.ts';

/** Somebody did something. */
export interface AuditRow {
  readonly seq: number;
  /** Whose data; `system`: of all companies. */
  readonly tenantId: string;
  readonly at: number;
  readonly action: string;
  readonly by: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the route needs of the store. */
export interface AuditTrail {
  newest(count: number, scope: Scope): Promise<readonly AuditRow[]>;
}

const query = Type.Object(
  { limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }) },
  { additionalProperties: false },
);

/** `GET /audit`: who did what (审计), the newest first. */
export const auditRoutes: FastifyPluginCallbackTypebox<{ audit: AuditTrail }> = (app, { audit }, done) => {
  const config = { access: { permission: 'audit:read', reach: 'tenant' } } as const;
  app.get('/audit', { config, schema: { querystring: query } }, async ({ scope, query: { limit } }) => {
    const entries = await audit.newest(limit, scope);
    const items = entries.map(({ tenantId, at, ...entry }) => ({
      ...entry,
      tenant: tenantId,
      at: new Date(at).toISOString(),
    }));
    return { items, next: null };
  });
  done();
};
