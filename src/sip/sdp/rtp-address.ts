import { attributeOf, type MediaDescription, type SessionDescription } from './session-description.ts';

/** Where a section's RTP and RTCP go. */
export interface RtpAddress {
  /** As written: an IPv4 or IPv6 literal, rarely a name. */
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
}

/** Where the far end wants its media; `undefined` when no c= line says it. */
export function rtpAddressOf(session: SessionDescription, media: MediaDescription): RtpAddress | undefined {
  const address = media.address ?? session.address;
  if (address === undefined) return undefined;
  const { port } = media;
  // RFC 3605 2.1: a=rtcp:53020
  const given = Number.parseInt(attributeOf(media, 'rtcp') ?? '', 10);
  return { address, port, rtcpPort: given > 0 && given <= 65535 ? given : Math.min(port + 1, 65535) };
}

/** Whether RTCP shares the RTP port (RFC 5761). */
export function hasRtcpMux(media: MediaDescription): boolean {
  return media.attributes.includes('rtcp-mux');
}

/** Milliseconds of audio in a packet that the far end asks for (a=ptime); `undefined` when it does not. */
export function packetTimeOf(media: MediaDescription): number | undefined {
  return millisecondsOf(media, 'ptime');
}

/** The longest packets that a party takes, milliseconds; undefined when it does not say (RFC 8866 6.4). */
export function longestPacketTimeOf(media: MediaDescription): number | undefined {
  return millisecondsOf(media, 'maxptime');
}

function millisecondsOf(media: MediaDescription, attribute: 'ptime' | 'maxptime'): number | undefined {
  const ms = Number.parseInt(attributeOf(media, attribute) ?? '', 10);
  return ms > 0 ? ms : undefined;
}
