import type { SipEdge } from '../../src/edge/edge.ts';
import { createEmbeddedEdge } from '../../src/edge/embedded/create-embedded-edge.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { createLogger } from '../../src/shared/logger.ts';
import { freeUdpPort } from './free-port.ts';

export interface LoopbackEdge {
  readonly edge: SipEdge;
}

/** An embedded edge on loopback that only places calls. */
export async function loopbackEdge(): Promise<LoopbackEdge> {
  const { edge } = createEmbeddedEdge(
    { listen: [{ transport: 'udp', host: '127.0.0.1', port: await freeUdpPort() }] },
    { clock: systemClock, ids: systemIds, logger: createLogger('silent') },
  );
  await edge.start({ onCall: (leg) => leg.end({ cause: 'rejected' }), onRequest: () => ({ status: 501 }) });
  return { edge };
}
