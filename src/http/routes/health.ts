import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type Metric, renderMetrics } from '../metric.ts';
import { contentOf, isoTime, orNull, route } from '../route.ts';

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

const ready = Type.Object(
  {
    ready: Type.Boolean(),
    reasons: Type.Array(
      Type.Object({
        part: Type.String({ description: 'process, store, media or sip' }),
        reason: Type.String(),
      }),
      { description: 'what keeps it from taking calls' },
    ),
  },
  { examples: [{ ready: true, reasons: [] }] },
);
const alive = Type.Object({ status: Type.Literal('ok') }, { examples: [{ status: 'ok' }] });

/** A part that cannot take calls, and why. */
export interface NotReady {
  readonly part: 'process' | 'store' | 'media' | 'sip';
  readonly reason: string;
}

/** A process that drains is gone before somebody asks again. */
const RETRY_AFTER_SECONDS = 30;

/** What the routes need of all rooms. */
export interface HealthParts {
  /** Values of all rooms, read when asked for. */
  readonly metrics: () => readonly Metric[];
  readonly state: () => HealthState;
  /** Bytes of call events that wait for the database in files. */
  readonly waitingBytes?: () => number;
  /** This node among those of its database; undefined: it has that for itself. */
  readonly node?: () => NodeHealth | undefined;
  /** What keeps this process from taking calls; empty: nothing. */
  readonly notReady: () => readonly NotReady[];
  /** Whether a disk with callers' data is nearly full. */
  readonly disk: () => 'ok' | 'low';
  /** Of the certificate that is served; undefined: none is. */
  readonly certificate?: () => CertificateHealth | undefined;
}

export interface CertificateHealth {
  readonly state: 'ok' | 'ends-soon' | 'ended';
  /** ISO 8601 */
  readonly endsAt: string;
}

/** To browsers these are secure without TLS (W3C Secure Contexts 3.1). */
const OWN_MACHINE = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

/** Whether the page that asks is secure to its browser, which gives only such pages a microphone; and why not. */
export function pagesOf({
  protocol,
  hostname,
  headers,
}: Pick<FastifyRequest, 'protocol' | 'hostname' | 'headers'>) {
  if (protocol === 'https' || OWN_MACHINE.test(hostname)) return { secure: true, why: null };
  const isSaidSecure = String(headers['x-forwarded-proto']).split(',')[0]?.trim() === 'https';
  return { secure: false, why: isSaidSecure ? 'proxy-not-believed' : 'plain-http' } as const;
}

const health = Type.Object(
  {
    status: Type.String({ description: 'ok, store-away, journal-full or draining' }),
    waitingBytes: Type.Optional(Type.Integer({ description: 'of call events that wait for the database' })),
    disk: Type.String({ description: "`low`: a disk with callers' data is nearly full" }),
    node: Type.Optional(Type.Object({ id: Type.String(), leaseAgeMs: Type.Number(), peers: Type.Integer() })),
    certificate: Type.Optional(
      Type.Object(
        {
          state: Type.String({ description: 'ok, ends-soon (within 30 days) or ended' }),
          endsAt: isoTime('browsers and phones refuse it from then on'),
        },
        { description: 'that HTTPS and SIP over TLS serve' },
      ),
    ),
    pages: Type.Object(
      {
        secure: Type.Boolean(),
        why: orNull(
          Type.String({
            description:
              '`plain-http`: neither HTTPS nor this machine; `proxy-not-believed`: it came by HTTPS to a proxy that `http.proxies` does not name',
          }),
        ),
      },
      {
        description:
          'whether pages from here are secure to the browser that asks: only such ones are given a microphone',
      },
    ),
  },
  { examples: [{ status: 'ok', disk: 'ok', pages: { secure: true, why: null } }] },
);

/**
 * `GET /healthz`: the process lives. `GET /readyz`: it takes calls; 503 with the reasons. `GET /api/v1/health`: `{ status, waitingBytes?, disk, node?, certificate?, pages }`, 503
 * while no calls are taken: for load balancers, and for everybody. `GET /metrics`: Prometheus text.
 */
export const healthRoutes: FastifyPluginCallbackTypebox<HealthParts> = (
  app,
  { metrics, state, waitingBytes, node, disk, notReady, certificate },
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
    async (request, reply) => {
      const status = state();
      const found = {
        status,
        waitingBytes: waitingBytes?.() || undefined,
        disk: disk(),
        node: node?.(),
        certificate: certificate?.(),
        pages: pagesOf(request),
      };
      return reply.code(TAKES_CALLS.has(status) ? 200 : 503).send(found);
    },
  );
  app.get(
    '/healthz',
    route(
      { access: 'public', tag: 'system', summary: 'Whether the process lives' },
      { response: { 200: alive } },
    ),
    async () => ({ status: 'ok' }) as const,
  );
  app.get(
    '/readyz',
    route(
      {
        access: 'public',
        tag: 'system',
        summary: 'Whether the process takes calls',
        description: '503 with the reasons while it does not.',
      },
      { response: { 200: ready, 503: ready } },
    ),
    async (_request, reply) => {
      const reasons = notReady();
      if (reasons.length > 0) reply.code(503).header('retry-after', RETRY_AFTER_SECONDS);
      return reply.send({ ready: reasons.length === 0, reasons });
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
