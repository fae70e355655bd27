/** The engines of the port SipEdge on real sockets of this machine, for tests that run on each of them. */
import { createDrachtioEdge } from '../../src/edge/drachtio/create-drachtio-edge.ts';
import type { DrachtioEdge } from '../../src/edge/drachtio/drachtio-edge.ts';
import { createDrachtioServer } from '../../src/edge/drachtio-server/create-drachtio-server.ts';
import { createEmbeddedEdge } from '../../src/edge/embedded/create-embedded-edge.ts';
import type { EmbeddedEdge } from '../../src/edge/embedded/embedded-edge.ts';
import type { LegEdgeOptions } from '../../src/edge/leg/leg-edge.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { freeSipPort } from './free-port.ts';
import { drachtioMissing, RealDrachtio } from './real-drachtio.ts';

const HOST = '127.0.0.1';
const SECRET = 'the-secret-of-the-test';

/** The machine's other work must not make a test's call a call too many. */
export const PATIENT = { delayLimitMs: 60_000, utilizationLimit: 2 };

/** An edge that listens over UDP and TCP; not started. */
export interface OpenEdge {
  readonly edge: EmbeddedEdge | DrachtioEdge;
  /** `host:port` that SIP goes to. */
  readonly sip: string;
  /** Ends what it stands on; the edge is the test's. */
  close(): Promise<void>;
}

export interface EdgeKind {
  readonly name: string;
  /** Why it is not here; undefined when it is. */
  readonly missing?: string | undefined;
  /** `clock` is the PBX's; what stands behind it has its own time. */
  open(clock?: Clock, options?: LegEdgeOptions): Promise<OpenEdge>;
}

const partsWith = (clock: Clock) => ({ clock, ids: systemIds, logger: silentLogger });

async function listeners() {
  const port = await freeSipPort();
  return (['udp', 'tcp'] as const).map((transport) => ({ transport, host: HOST, port }));
}

export const embeddedEdge: EdgeKind = {
  name: 'embedded',
  async open(clock = systemClock, options = {}) {
    const listen = await listeners();
    const { edge } = createEmbeddedEdge({ ...options, listen, admission: PATIENT }, partsWith(clock));
    return { edge, sip: `${HOST}:${listen[0]!.port}`, close: async () => {} };
  },
};

export const ownDrachtioEdge: EdgeKind = {
  name: 'drachtio, on our own server',
  async open(clock = systemClock, options = {}) {
    const listen = await listeners();
    const server = createDrachtioServer(
      { listen, admin: { host: HOST, port: 0 }, secret: SECRET, admission: PATIENT },
      partsWith(systemClock),
    );
    await server.start();
    const { edge } = createDrachtioEdge(
      { ...options, servers: [{ host: HOST, port: server.adminPort, secret: SECRET }], admission: PATIENT },
      partsWith(clock),
    );
    return { edge, sip: `${HOST}:${listen[0]!.port}`, close: () => server.close() };
  },
};

export const realDrachtioEdge: EdgeKind = {
  name: `drachtio, on a real server${drachtioMissing ? ` (skipped: ${drachtioMissing})` : ''}`,
  missing: drachtioMissing,
  async open(clock = systemClock, options = {}) {
    const server = await RealDrachtio.start();
    const { adminPort: port, secret } = server;
    const { edge } = createDrachtioEdge(
      { ...options, servers: [{ host: HOST, port, secret }], admission: PATIENT },
      partsWith(clock),
    );
    return { edge, sip: server.sip, close: () => server.close() };
  },
};

export const EDGES: readonly EdgeKind[] = [embeddedEdge, ownDrachtioEdge, realDrachtioEdge];
