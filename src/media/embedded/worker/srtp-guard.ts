import { SrtpReceiver, SrtpSender, type TagBytes } from '../../../rtp/srtp/srtp-session.ts';
import type { PacketGuard } from './packet-guard.ts';

/** SRTP with keys that both sides know: from SDP (SDES, RFC 4568) or from a DTLS handshake. */
export class SrtpGuard implements PacketGuard {
  readonly #sender: SrtpSender;
  #receiver: SrtpReceiver;

  /** @param sendKey and `receiveKey`: 16 bytes of master key and 14 of salt */
  constructor(sendKey: Uint8Array, receiveKey: Uint8Array, tagBytes: TagBytes) {
    this.#sender = new SrtpSender(sendKey, tagBytes);
    this.#receiver = new SrtpReceiver(receiveKey, tagBytes);
  }

  /** The far end changed its key; ours goes on where it was, as a key must never start twice. */
  expect(receiveKey: Uint8Array, tagBytes: TagBytes): void {
    this.#receiver = new SrtpReceiver(receiveKey, tagBytes);
  }

  protectRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#sender.protectRtp(packet);
  }

  protectRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#sender.protectRtcp(packet);
  }

  openRtp(packet: Buffer): Buffer | undefined {
    return this.#receiver.openRtp(packet);
  }

  openRtcp(packet: Buffer): Buffer | undefined {
    return this.#receiver.openRtcp(packet);
  }

  onOther(): void {}

  close(): void {}
}
