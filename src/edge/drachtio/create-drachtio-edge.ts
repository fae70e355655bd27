import { DigestClient } from '../../sip/auth/digest-client.ts';
import { eventLoopBusyShare, threadCpuShare } from '../gate/busy-share.ts';
import type { SocketEdge } from '../user-agent/socket-edge.ts';
import { DrachtioEdge, type DrachtioEdgeOptions, type DrachtioEdgeParts } from './drachtio-edge.ts';

/** An edge on drachtio-servers; nothing is opened before its `start`. The servers have sockets and certificates. */
export function createDrachtioEdge(
  options: DrachtioEdgeOptions,
  parts: Pick<DrachtioEdgeParts, 'clock' | 'ids' | 'logger'>,
): SocketEdge<DrachtioEdge> {
  const digest = new DigestClient(parts.ids);
  const edge = new DrachtioEdge(
    {
      ...parts,
      busyShare: eventLoopBusyShare(),
      cpuShare: threadCpuShare(),
      answerChallenge: (response, draft, credentials) => digest.answer(response, draft, credentials),
    },
    options,
  );
  return {
    edge,
    // drachtio-servers take WebSockets on listeners of their own: the configuration refuses `http.sip` with them.
    attach: async () => {},
    reloadTls: () => edge.reloadTls(),
    get counters() {
      return { ...edge.counters };
    },
    get counts() {
      return { ...edge.counts };
    },
    udpDrops: undefined,
  };
}
