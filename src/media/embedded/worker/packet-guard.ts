/** What stands between a leg's packets and the wire: nothing, SRTP, or ICE and DTLS-SRTP. */
export interface PacketGuard {
  /** The packet as it goes out; undefined: it must not go out yet. Holds until the next call. */
  protectRtp(packet: Uint8Array): Uint8Array | undefined;
  protectRtcp(packet: Uint8Array): Uint8Array | undefined;
  /** The packet inside, in place; undefined for a forged, replayed or early one. */
  openRtp(packet: Buffer): Buffer | undefined;
  openRtcp(packet: Buffer): Buffer | undefined;
  /** A packet that is neither RTP nor RTCP: STUN and DTLS (RFC 7983). */
  onOther(packet: Buffer, address: string, port: number): void;
  close(): void;
}

/** RFC 7983 7: RTP and RTCP begin with 128 to 191. */
export function isMedia(packet: Uint8Array): boolean {
  const first = packet[0] ?? 0;
  return first >= 128 && first <= 191;
}
