import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { DigestClient } from '../../sip/auth/digest-client.ts';
import { cachingDns, systemDns } from '../../sip/resolve/dns.ts';
import { UriResolver } from '../../sip/resolve/uri-resolver.ts';
import { type ListenOptions, SocketTransports, type TlsFiles } from '../../sip/transport/index.ts';
import type { SipEdge } from '../edge.ts';
import { eventLoopBusyShare } from '../gate/busy-share.ts';
import { EmbeddedEdge, type EmbeddedEdgeOptions, type EmbeddedEdgeParts } from './embedded-edge.ts';

/** Where an embedded edge listens, and what an operator may choose. */
export interface EmbeddedEdgeConfig extends EmbeddedEdgeOptions {
  readonly listen: readonly ListenOptions[];
  /** Needed when something listens on TLS or WSS. */
  readonly tls?: TlsFiles;
}

/** An edge with what only the composition root does to its sockets. */
export interface SocketEdge<Edge extends SipEdge = SipEdge> {
  readonly edge: Edge;
  /** Takes SIP over WebSocket (RFC 7118) at `/sip` of an HTTP server that listens, after `edge.start`. */
  attach(server: Server, where: ListenOptions): Promise<void>;
  /** Reads the certificate files again. Throws ConfigError and keeps the old ones when they are not good. */
  reloadTls(): void;
  readonly counters: Readonly<Record<string, number>>;
  /** What is open now, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Datagrams that the kernel dropped for a full receive buffer; undefined where it does not tell. */
  readonly udpDrops: number | undefined;
}

/** An embedded edge on real sockets; nothing is opened before its `start`. Throws ConfigError for bad TLS files. */
export function createEmbeddedEdge(
  config: EmbeddedEdgeConfig,
  parts: Pick<EmbeddedEdgeParts, 'clock' | 'ids' | 'logger'>,
): SocketEdge<EmbeddedEdge> {
  const { listen, tls, ...options } = config;
  const { transports, resolver, busyShare } = createSocketStack(listen, tls, parts);
  const digest = new DigestClient(parts.ids);
  const answerChallenge: EmbeddedEdgeParts['answerChallenge'] = (response, draft, credentials) =>
    digest.answer(response, draft, credentials);
  const edge = new EmbeddedEdge({ ...parts, transports, resolver, answerChallenge, busyShare }, options);
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

/** Sockets, names and load: what a SIP stack in this process stands on. */
export function createSocketStack(
  listen: readonly ListenOptions[],
  tls: TlsFiles | undefined,
  parts: Pick<EmbeddedEdgeParts, 'clock' | 'ids' | 'logger'>,
): { transports: SocketTransports; resolver: UriResolver; busyShare: () => number } {
  const { clock, ids, logger } = parts;
  const transports = new SocketTransports({ ...parts, listen, ...(tls ? { tls } : {}) });
  const resolver = new UriResolver({
    dns: cachingDns(systemDns(clock), clock),
    // We connect only in the name of a listener (its address stands in Via), so what listens is what can be reached.
    transports: [...new Set(listen.map(({ transport }) => transport))],
    families: [...new Set(listen.map(({ host }) => (isIPv6(host) ? 6 : 4)))],
    random: () => ids.random(),
    logger,
  });
  return { transports, resolver, busyShare: eventLoopBusyShare() };
}
