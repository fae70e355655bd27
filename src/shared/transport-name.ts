/** Transports of SIP that we speak. */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
