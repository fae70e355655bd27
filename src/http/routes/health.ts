import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { type Metric, renderMetrics } from '../metric.ts';

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

/**
 * `GET /api/v1/health`: `{ status, waitingBytes?, disk, node? }`, 503 while no calls are taken: for load balancers, and for everybody. `GET /metrics`:
 * Prometheus text.
 */
export const healthRoutes: FastifyPluginCallbackTypebox<HealthParts> = (
  app,
  { metrics, state, waitingBytes, node, disk },
  done,
) => {
  app.get('/api/v1/health', async (_request, reply) => {
    const status = state();
    const health = { status, waitingBytes: waitingBytes?.() || undefined, disk: disk(), node: node?.() };
    return reply.code(TAKES_CALLS.has(status) ? 200 : 503).send(health);
  });
  const config = { access: { permission: 'metric:read', reach: 'all' } } as const;
  app.get('/metrics', { config }, async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8');
    return renderMetrics(metrics());
  });
  done();
};
