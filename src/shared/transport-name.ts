/** Transports of SIP that we speak. */
export const TRANSPORTS = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;

export type TransportName = (typeof TRANSPORTS)[number];

/** Whether we speak it; names are in small letters. */
export function isTransportName(text: string): text is TransportName {
  return (TRANSPORTS as readonly string[]).includes(text);
}
