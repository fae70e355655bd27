import { DrachtioEdge } from '../../src/edge/drachtio/drachtio-edge.ts';
import { createDrachtioServer } from '../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { SipEdge } from '../../src/edge/edge.ts';
import { createEmbeddedEdge } from '../../src/edge/embedded/create-embedded-edge.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { PATIENT } from './edges.ts';
import { drachtioMissing, RealDrachtio } from './real-drachtio.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };
const LISTEN = [{ transport: 'udp', host: '127.0.0.1', port: 0 }] as const;

/** An edge on loopback that only places calls. */
export interface CallingEdge {
  readonly edge: SipEdge;
  /** Closes it and what it stands on. */
  close(): Promise<void>;
}

/** One of the ways by which SIP leaves the PBX. */
export interface CallingEdgeKind {
  readonly name: string;
  readonly missing?: string | undefined;
  open(): Promise<CallingEdge>;
}

/** Our own stack in this process. */
export const embedded: CallingEdgeKind = {
  name: 'the embedded edge',
  open: () => started(createEmbeddedEdge({ listen: LISTEN, admission: PATIENT }, PARTS).edge),
};

/** Our own stack, whose Call-IDs all begin with `-`: a sign that FreeSWITCH's event filters read as "not". */
export const dashed: CallingEdgeKind = {
  name: 'the embedded edge with Call-IDs that begin with -',
  open: () => {
    const ids = { token: () => `-${systemIds.token()}`, random: () => systemIds.random() };
    return started(createEmbeddedEdge({ listen: LISTEN, admission: PATIENT }, { ...PARTS, ids }).edge);
  },
};

/** drachtio-srf on our own protocol server. */
export const ownDrachtio: CallingEdgeKind = {
  name: 'our own drachtio protocol server',
  async open() {
    const admin = { host: '127.0.0.1', port: 0 };
    const server = createDrachtioServer({ admin, secret: 'own', listen: LISTEN }, PARTS);
    await server.start();
    return started(drachtioEdge('own', server.adminPort), () => server.close());
  },
};

/** drachtio-srf on a drachtio-server. */
export const realDrachtio: CallingEdgeKind = {
  name: 'a real drachtio-server',
  missing: drachtioMissing,
  async open() {
    const server = await RealDrachtio.start();
    return started(drachtioEdge(server.secret, server.adminPort), () => server.close());
  },
};

/** The drachtio edge on the servers at these ports of loopback. */
export function drachtioEdge(secret: string, ...ports: readonly number[]): SipEdge {
  const parts = { ...PARTS, answerChallenge: () => undefined, busyShare: () => 0 };
  const servers = ports.map((port) => ({ host: '127.0.0.1', port, secret }));
  return new DrachtioEdge(parts, { servers, admission: PATIENT });
}

async function started(
  edge: SipEdge,
  closeRest: () => Promise<unknown> = async () => {},
): Promise<CallingEdge> {
  await edge.start({ onCall: (leg) => leg.end({ cause: 'rejected' }), onRequest: () => ({ status: 501 }) });
  return {
    edge,
    close: async () => {
      await edge.close();
      await closeRest();
    },
  };
}
