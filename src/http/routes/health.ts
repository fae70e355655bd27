import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { type Metric, renderMetrics } from '../metric.ts';
import { contentOf, route } from '../route.ts';

/** This process among those that share its database. */
export interface NodeHealth {
  readonly id: string;
  /** Since the database saw it: above 30,000 others take it for lost. */
  readonly leaseAgeMs: number;
  /** Other nodes that the database saw lately. */
  readonly peers: number;
}

/**
 * Whether calls are taken: with `ok`, and with `store-away` while the database is behind and what happens waits in a
 * file; not while that file is full, and not when the PBX stops.
 */
export type HealthState = 'ok' | 'store-away' | 'journal-full' | 'draining';

const TAKES_CALLS: ReadonlySet<HealthState> = new Set(['ok', 'store-away']);

/** What the routes need of all rooms. */
export interface HealthParts {
  /** Values of all rooms, read when asked for. */
  readonly metrics: () => readonly Metric[];
  readonly state: () => HealthState;
  /** Bytes of call events that wait for the database in files. */
  readonly waitingBytes?: () => number;
  /** This node among those of its database; undefined: it has that for itself. */
  readonly node?: () => NodeHealth | undefined;
  /** Whether a disk with callers' data is nearly full. */
  readonly disk: () => 'ok' | 'low';
}

const health = Type.Object(
  {
    status: Type.String({ description: 'ok, store-away, journal-full or draining' }),
    waitingBytes: Type.Optional(Type.Integer({ description: 'of call events that wait for the database' })),
    disk: Type.String({ description: "`low`: a disk with callers' data is nearly full" }),
    node: Type.Optional(Type.Object({ id: Type.String(), leaseAgeMs: Type.Number(), peers: Type.Integer() })),
  },
  { examples: [{ status: 'ok', disk: 'ok' }] },
);

/**
 * `GET /api/v1/health`: `{ status, waitingBytes?, disk, node? }`, 503 while no calls are taken: for load balancers, and for everybody. `GET /metrics`:
 * Prometheus text.
 */
export const healthRoutes: FastifyPluginCallbackTypebox<HealthParts> = (
  app,
  { metrics, state, waitingBytes, node, disk },
  done,
) => {
  app.get(
    '/api/v1/health',
    route(
      {
        access: 'public',
        tag: 'system',
        summary: 'Whether calls are taken',
        description: '503 while none are: for load balancers.',
      },
      { response: { 200: health, 503: health } },
    ),
    async (_request, reply) => {
      const status = state();
      const found = { status, waitingBytes: waitingBytes?.() || undefined, disk: disk(), node: node?.() };
      return reply.code(TAKES_CALLS.has(status) ? 200 : 503).send(found);
    },
  );
  app.get(
    '/metrics',
    route(
      {
        access: { permission: 'metric:read', reach: 'all' },
        tag: 'system',
        summary: 'Metrics for Prometheus',
      },
      { response: { 200: contentOf('text/plain', 'text format 0.0.4') } },
    ),
    async (_request, reply) => {
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return renderMetrics(metrics());
    },
  );
  done();
};
