import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { pageOf, pageQuery } from '../page.ts';
import { isoTime, listOf, route } from '../route.ts';

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
  /** `before`: those with a smaller sequence number only. */
  newest(count: number, scope: Scope, before?: number): Promise<readonly AuditRow[]>;
}

const row = Type.Object(
  {
    seq: Type.Integer(),
    tenant: Type.String({ description: 'whose data; `system`: of all companies' }),
    at: isoTime(),
    action: Type.String(),
    by: Type.String(),
    details: Type.Record(Type.String(), Type.Unknown()),
  },
  {
    examples: [
      {
        seq: 7,
        tenant: 'demo',
        at: '2026-10-01T08:00:00.000Z',
        action: 'user.sign-in',
        by: 'li@demo',
        details: { address: '192.0.2.7' },
      },
    ],
  },
);

/** `GET /audit`: who did what (审计), the newest first. */
export const auditRoutes: FastifyPluginCallbackTypebox<{ audit: AuditTrail }> = (app, { audit }, done) => {
  app.get(
    '/audit',
    route(
      {
        access: { permission: 'audit:read', reach: 'tenant' },
        tag: 'system',
        summary: 'Who did what, the newest first',
      },
      { querystring: pageQuery, response: { 200: listOf(row) } },
    ),
    async (request) =>
      await pageOf(request, async (limit, before) => {
        const entries = await audit.newest(limit, request.scope, before && Number(before[0]));
        return entries.map(({ tenantId, at, ...entry }) => ({
          item: { ...entry, tenant: tenantId, at: new Date(at).toISOString() },
          place: [String(entry.seq)],
        }));
      }),
  );
  done();
};
