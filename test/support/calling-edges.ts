import { DrachtioEdge } from '../../src/edge/drachtio/drachtio-edge.ts';
import type { SipEdge } from '../../src/edge/edge.ts';
import { createEmbeddedEdge } from '../../src/edge/embedded/create-embedded-edge.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { type EdgeKind, embeddedEdge, ownDrachtioEdge, PATIENT, realDrachtioEdge } from './edges.ts';

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
export const embedded = calling(embeddedEdge);

/** Our own stack, whose Call-IDs all begin with `-`: a sign that FreeSWITCH's event filters read as "not". */
export const dashed: CallingEdgeKind = {
  name: 'embedded, with Call-IDs that begin with -',
  open: () => {
    const ids = { token: () => `-${systemIds.token()}`, random: () => systemIds.random() };
    return started(createEmbeddedEdge({ listen: LISTEN, admission: PATIENT }, { ...PARTS, ids }).edge);
  },
};

/** drachtio-srf on our own protocol server. */
export const ownDrachtio = calling(ownDrachtioEdge);

/** drachtio-srf on a drachtio-server. */
export const realDrachtio = calling(realDrachtioEdge);

function calling(kind: EdgeKind): CallingEdgeKind {
  return {
    ...kind,
    open: async () => {
      const { edge, close } = await kind.open();
      return started(edge, close);
    },
  };
}

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
