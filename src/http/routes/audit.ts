import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { idParams, isoTime, listOf, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

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
  newest(count: number, scope: Scope, before?: number, filter?: AuditWish): Promise<readonly AuditRow[]>;
}

/** Texts in lower case, times in milliseconds since 1970. */
export interface AuditWish {
  readonly action?: string | undefined;
  readonly by?: string | undefined;
  readonly q?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const time = (description: string) =>
  Type.Optional(Type.String({ maxLength: 40, description: `${description}; ${timeText}` }));
const query = Type.Object(
  {
    ...pageFields,
    action: Type.Optional(Type.String({ maxLength: 64, description: '`user`, `sign-in`, `entity` ...' })),
    by: Type.Optional(Type.String({ maxLength: 100, description: 'part of who did it' })),
    q: Type.Optional(Type.String({ maxLength: 100, description: 'part of what it was done to: `details`' })),
    from: time('from then on'),
    to: time('before then'),
  },
  { additionalProperties: false },
);

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

export type AuditEntryRow = Static<typeof row>;

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
      { querystring: query, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { action, by, q, from, to } = request.query;
      const text = (given: string | undefined) => given?.trim().toLowerCase() || undefined;
      const times = { from: parseTime('from', from), to: parseTime('to', to) };
      const filter = { action, by: text(by), q: text(q), ...times };
      return await pageOf(request, async (limit, before) => {
        const entries = await audit.newest(limit, request.scope, before && Number(before[0]), filter);
        return entries.map((entry) => ({ item: rowOf(entry), place: [String(entry.seq)] }));
      });
    },
  );
  app.get(
    '/audit/:id',
    route(
      {
        access: { permission: 'audit:read', reach: 'tenant' },
        tag: 'system',
        summary: 'One entry of the audit trail',
        description: 'The id is its `seq`.',
      },
      { params: idParams, response: { 200: row } },
    ),
    async ({ scope, params: { id } }) => {
      const seq = /^\d{1,15}$/.test(id) ? Number(id) : undefined;
      const [entry] = seq === undefined ? [] : await audit.newest(1, scope, seq + 1);
      if (!entry || entry.seq !== seq) throw new RequestError('not-found', `there is no entry ${id}`);
      return rowOf(entry);
    },
  );
  done();
};

const rowOf = ({ tenantId, at, ...entry }: AuditRow): AuditEntryRow => ({
  ...entry,
  tenant: tenantId,
  at: new Date(at).toISOString(),
});
