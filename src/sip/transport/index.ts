/** SIP transports (RFC 3261 18): see src/sip/README.md. */
export type { TransportCounters } from './counters.ts';
export {
  DEFAULT_STREAM_LIMITS,
  type ListenOptions,
  type StreamLimits,
} from './listen-options.ts';
export { SocketTransports, type SocketTransportsOptions } from './socket-transports.ts';
export type {
  Flow,
  SendOwner,
  TransportAddress,
  TransportName,
  Transports,
  TransportUser,
} from './transport.ts';
export type { SipReceived } from './transport-host.ts';
export { readUdpDrops } from './udp-drops.ts';
export { SIP_PATH } from './web-socket-listener.ts';
