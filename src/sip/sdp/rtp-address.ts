import { attributeOf, type MediaDescription, type SessionDescription } from './session-description.ts';

/** Where a section's RTP and RTCP go. */
export interface RtpAddress {
  /** As written: an IPv4 or IPv6 literal, rarely a name. */
  readonly address: string;
  readonly port: number;
  /** May differ from `address` (RFC 3605). */
  readonly rtcpAddress: string;
  readonly rtcpPort: number;
  /** RTCP on the RTP port (RFC 5761). */
  readonly rtcpMux: boolean;
}

/** Where the far end wants its media; `undefined` when no c= line says it. */
export function rtpAddressOf(session: SessionDescription, media: MediaDescription): RtpAddress | undefined {
  const address = (media.connection ?? session.connection)?.address;
  if (address === undefined) return undefined;
  const { port } = media;
  const rtcpMux = attributeOf(media, 'rtcp-mux') !== undefined;
  const next = Math.min(port + 1, 65535);
  // RFC 3605 2.1: a=rtcp:53020 IN IP6 2001:db8::1
  const [rtcpPort, , , rtcpAddress] = attributeOf(media, 'rtcp')?.split(' ') ?? [];
  const given = Number(rtcpPort);
  return {
    address,
    port,
    rtcpMux,
    rtcpAddress: rtcpAddress ?? address,
    rtcpPort: given > 0 && given <= 65535 ? given : next,
  };
}

/** Milliseconds of audio in a packet that the far end asks for (a=ptime); `undefined` when it does not. */
export function packetTimeOf(media: MediaDescription): number | undefined {
  const packetMs = Number.parseInt(attributeOf(media, 'ptime') ?? '', 10);
  return packetMs > 0 ? packetMs : undefined;
}
