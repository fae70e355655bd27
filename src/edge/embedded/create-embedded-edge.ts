import type { TlsFiles } from '../../shared/tls-identity.ts';
import { DigestClient } from '../../sip/auth/digest-client.ts';
import type { ListenOptions, StreamLimits } from '../../sip/transport/index.ts';
import type { SocketEdge } from '../user-agent/socket-edge.ts';
import { createSocketStack } from '../user-agent/socket-stack.ts';
import { EmbeddedEdge, type EmbeddedEdgeOptions, type EmbeddedEdgeParts } from './embedded-edge.ts';

/** Where an embedded edge listens, and what an operator may choose. */
export interface EmbeddedEdgeConfig extends EmbeddedEdgeOptions {
  readonly listen: readonly ListenOptions[];
  /** Needed when something listens on TLS or WSS. */
  readonly tls?: TlsFiles;
  /** Limits of connections; what is not named is as for any. */
  readonly streams?: Partial<StreamLimits>;
}

/** An embedded edge on real sockets; nothing is opened before its `start`. Throws ConfigError for bad TLS files. */
export function createEmbeddedEdge(
  config: EmbeddedEdgeConfig,
  parts: Pick<EmbeddedEdgeParts, 'clock' | 'ids' | 'logger' | 'tap'>,
): SocketEdge<EmbeddedEdge> {
  const { listen, tls, streams, ...options } = config;
  const stack = createSocketStack(listen, tls, parts, streams);
  const { transports } = stack;
  const digest = new DigestClient(parts.ids);
  const answerChallenge: EmbeddedEdgeParts['answerChallenge'] = (response, draft, credentials) =>
    digest.answer(response, draft, credentials);
  const edge = new EmbeddedEdge({ ...parts, ...stack, answerChallenge }, options);
  return {
    edge,
    attach: (server, where) => transports.attach(server, where),
    reloadTls: () => transports.reloadTls(),
    get counters() {
      return { ...transports.counters };
    },
    get counts() {
      return { ...edge.counts };
    },
    get udpDrops() {
      return transports.udpDrops;
    },
  };
}
