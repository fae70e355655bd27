import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import type { CdrReader } from '../cdr/cdr-query.ts';
import { ConfigError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { type TlsFiles, TlsIdentity } from '../shared/tls-identity.ts';
import { requireBearer } from './bearer-auth.ts';
import { answerErrors } from './errors.ts';
import { type Metric, renderMetrics } from './metric.ts';
import { type BanBoard, banRoutes } from './routes/bans.ts';
import { type CallStarter, callRoutes } from './routes/calls.ts';
import { cdrRoutes } from './routes/cdrs.ts';
import { type SwitchBoard, switchRoutes } from './routes/switches.ts';
import { type TrunkBoard, trunkRoutes } from './routes/trunks.ts';

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

/** What the API answers with. */
export interface HttpParts {
  /** Bearer token of the operator; '' lets nobody in. */
  readonly token: string;
  readonly cdrs: CdrReader;
  readonly calls: CallStarter;
  readonly switches: SwitchBoard;
  readonly bans: BanBoard;
  readonly trunks: TrunkBoard;
  /** Values of all rooms, read when asked for. */
  readonly metrics: () => readonly Metric[];
  readonly state: () => HealthState;
  /** This node among those of its database; undefined: it has that for itself. */
  readonly node?: () => NodeHealth | undefined;
  /** Whether a disk with callers' data is nearly full. */
  readonly disk: () => 'ok' | 'low';
  readonly logger: Logger;
  /** Serves HTTPS with these PEM files. */
  readonly tls?: TlsFiles;
}

/**
 * The HTTP API, apart from listening: `app.inject()` tests it, `app.listen()` serves it.
 *
 * | route | token | answer |
 * |---|---|---|
 * | `GET /api/v1/health` | no | `{ status, disk, node? }`, 503 while no calls are taken: for load balancers |
 * | `GET /api/v1/cdrs` | yes | `{ cdrs, next }` |
 * | `GET /api/v1/cdrs/totals` | yes | `{ calls, answered, durationMs, talkMs }` of a filter |
 * | `POST /api/v1/calls` | yes | connects two: `{ tenant, extension, number }`; 201 `{ id }` |
 * | `GET /api/v1/switches` | yes | `{ switches }`: night mode, announcements |
 * | `PUT /api/v1/switches/:tenant/:name` | yes | turns one: `{ on, until? }` |
 * | `GET /api/v1/bans` | yes | `{ bans }`: addresses that are not heard |
 * | `DELETE /api/v1/bans/:address` | yes | hears one again: 204 |
 * | `GET /api/v1/trunks` | yes | `{ trunks }`: state, why, next try, calls |
 * | `POST /api/v1/trunks/:tenant/:name/up` | yes | takes one for alive |
 * | `GET /metrics` | yes | Prometheus text |
 */
export function buildHttp({ token, metrics, state, node, disk, logger, tls, ...parts }: HttpParts) {
  const app = fastify({
    https: tls ? new TlsIdentity(tls).options : null,
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    // A query parameter that we do not know is a mistake of the client, not noise.
    ajv: { customOptions: { removeAdditional: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  answerErrors(app, logger);
  // What we say that an answer is, it is: no browser is to guess a script in it.
  app.addHook('onSend', async (_request, reply) => void reply.header('X-Content-Type-Options', 'nosniff'));

  app.get('/api/v1/health', async (_request, reply) => {
    const status = state();
    return reply.code(TAKES_CALLS.has(status) ? 200 : 503).send({ status, disk: disk(), node: node?.() });
  });
  app.register(async (guarded) => {
    requireBearer(guarded, token);
    guarded.get('/metrics', async (_request, reply) => {
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return renderMetrics(metrics());
    });
    guarded.register(cdrRoutes, { prefix: '/api/v1', cdrs: parts.cdrs });
    guarded.register(callRoutes, { prefix: '/api/v1', calls: parts.calls });
    guarded.register(switchRoutes, { prefix: '/api/v1', board: parts.switches });
    guarded.register(banRoutes, { prefix: '/api/v1', board: parts.bans });
    guarded.register(trunkRoutes, { prefix: '/api/v1', board: parts.trunks });
  });
  return app;
}

/** Opens the listener; returns its URL. Throws ConfigError when the address cannot be used. */
export async function listenHttp(
  app: ReturnType<typeof buildHttp>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is taken' : `cannot be used: ${message}`;
    const fix = 'choose another with --http HOST:PORT or http: in the configuration';
    throw new ConfigError(`the HTTP address ${host}:${port} ${reason}`, undefined, fix, { cause: error });
  }
}
