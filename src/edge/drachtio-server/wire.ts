import type { TransportAddress } from '../../sip/transport/transport.ts';

/** Where a message came from or went to, as the protocol tells it. */
export interface MessageMeta {
  readonly source: 'network' | 'application';
  readonly bytes: number;
  /** The peer; undefined for what the server made up itself. */
  readonly peer: TransportAddress | undefined;
  /** Wall clock, ms since 1970. */
  readonly atMs: number;
}

/** `hh:mm:ss.uuuuuu`, UTC. */
export function timeOfDay(atMs: number): string {
  const day = new Date(atMs).toISOString();
  return `${day.slice(11, 23)}000`;
}

function metaFields({ source, bytes, peer, atMs }: MessageMeta): string {
  const at = peer ? `${peer.transport}|${peer.address}|${peer.port}` : '||0';
  return `${source}|${bytes}|${at}|${timeOfDay(atMs)}`;
}

/** A message for an application. `receivedOn` is the listener that got it. */
export function notification(
  meta: MessageMeta,
  transactionId: string,
  dialogId: string,
  receivedOn: TransportAddress | undefined,
  message: string,
): string {
  const listener = receivedOn ? `${receivedOn.address}|${receivedOn.port}` : '';
  return `sip|${metaFields(meta)}|${transactionId}|${dialogId}|${listener}\r\n${message}`;
}

/** What the application's request has become; `meta` tells the local address. */
export function sentRequest(meta: MessageMeta, transactionId: string, message: string): string {
  return `OK|${metaFields(meta)}|${transactionId}|Msg sent:|\r\n${message}`;
}

/** What the application's response has become. */
export function sentResponse(
  meta: MessageMeta,
  transactionId: string,
  dialogId: string,
  message: string,
): string {
  return `OK|${metaFields(meta)}|${transactionId}|${dialogId}||Msg sent:|\r\n${message}`;
}

/** A final response that a proxied request got; more may follow. */
export function proxiedResponse(meta: MessageMeta, message: string): string {
  return `OK|${metaFields(meta)}|||continue\r\n${message}`;
}
