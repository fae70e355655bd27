/** How a leg's packets travel: plain UDP, SRTP or WebRTC. A leg knows only this. */
import type { RemoteAddress, SecurityTerms } from '../protocol.ts';

/** What a transport tells its leg. Packets belong to the leg, which may change them in place. */
export interface PacketSink {
  onRtp(packet: Buffer): void;
  onRtcp(packet: Buffer): void;
  /** The first packet of the far end was let in. */
  onStarted(address: string, port: number): void;
}

export interface Transport {
  /** Set once, before packets can come. */
  sink: PacketSink | undefined;
  /** Local RTP port. */
  readonly port: number;
  /** The far end's address after each offer and answer. */
  aim(remote: RemoteAddress, rtcpMux: boolean): void;
  /** How packets are protected from now on; the same terms again change nothing. */
  secure(terms: SecurityTerms | undefined): void;
  /** Nothing came for a while: the far end's port may be another by now. */
  quiet(): void;
  /** Sends at once or drops; the bytes may be reused after the call. */
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  /** Frees the ports. Idempotent. */
  close(): Promise<void>;
}
