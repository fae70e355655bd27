import type { IncomingMessage } from 'node:http';
import type { TransportName } from '../../shared/transport-name.ts';

/** One address to listen on. */
export interface ListenOptions {
  readonly transport: TransportName;
  /** IPv4 or IPv6 literal; `0.0.0.0` and `::` take every interface of that family. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What peers are told in Via and Contact when it is not the address itself (NAT). */
  readonly advertise?: { readonly host: string; readonly port?: number };
  /** WS and WSS: pages of these origins may connect, besides those of the same host: `https://desk.example.com`. */
  readonly origins?: readonly string[] | undefined;
  /** WS and WSS: the address behind a proxy; by default that of the connection. Limits and bans are by it. */
  readonly peerOf?: ((request: IncomingMessage) => string) | undefined;
}

/** Limits of connections; all have defaults that suit phones and trunks. */
export interface StreamLimits {
  /** Largest message, head and body. */
  readonly maxMessageBytes: number;
  /** A new connection must bring a whole message within this time. */
  readonly firstMessageMs: number;
  /** A message that has begun must be complete within this time. */
  readonly messageMs: number;
  /** A connection without any traffic is closed: longer than the usual registration of one hour. */
  readonly idleMs: number;
  /** A WebSocket that says nothing for so long is pinged, and closed when it does not answer for as long again. */
  readonly pingMs: number;
  /** Time to connect, TLS included. */
  readonly connectMs: number;
  /** Bytes that may wait for a peer that does not read. */
  readonly maxQueuedBytes: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** Limits that suit phones and trunks. */
export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  maxMessageBytes: 65_535,
  firstMessageMs: 15_000,
  messageMs: 10_000,
  idleMs: 65 * 60_000,
  pingMs: 10_000,
  connectMs: 5_000,
  maxQueuedBytes: 1_000_000,
  maxConnections: 20_000,
  maxConnectionsPerAddress: 500,
};
