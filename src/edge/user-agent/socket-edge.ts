import type { Server } from 'node:http';
import type { ListenOptions } from '../../sip/transport/index.ts';
import type { SipEdge } from '../edge.ts';

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
