import { type ListenOptions, SocketTransports, type TlsFiles } from '../../sip/transport/index.ts';
import { EmbeddedEdge, type EmbeddedEdgeOptions, type EmbeddedEdgeParts } from './embedded-edge.ts';

/** Where an embedded edge listens, and what an operator may choose. */
export interface EmbeddedEdgeConfig extends EmbeddedEdgeOptions {
  readonly listen: readonly ListenOptions[];
  /** Needed when something listens on TLS or WSS. */
  readonly tls?: TlsFiles;
}

/** An embedded edge on real sockets; nothing is opened before its `start`. Throws ConfigError for bad TLS files. */
export function createEmbeddedEdge(
  config: EmbeddedEdgeConfig,
  parts: Pick<EmbeddedEdgeParts, 'clock' | 'ids' | 'logger'>,
): EmbeddedEdge {
  const { listen, tls, ...options } = config;
  const transports = new SocketTransports({ ...parts, listen, ...(tls ? { tls } : {}) });
  return new EmbeddedEdge(
    { ...parts, transports, resolver: { resolve: () => [] }, answerChallenge: () => undefined },
    options,
  );
}
