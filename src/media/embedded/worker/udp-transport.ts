import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { getInt32, isRtcp, RTP_HEADER_BYTES } from '../../../rtp/rtp-packet.ts';
import type { RemoteAddress, SecurityTerms } from '../protocol.ts';
import { DtlsGuard } from './dtls-guard.ts';
import { Latch } from './latch.ts';
import { isMedia, type PacketGuard } from './packet-guard.ts';
import { SrtpGuard } from './srtp-guard.ts';
import type { PacketSink, Transport } from './transport.ts';

/** Attempts to find two neighbouring ports when any will do. */
const PAIR_ATTEMPTS = 20;

type Lookup = (
  host: string,
  options: unknown,
  done: (error: null, address: string, family: number) => void,
) => void;
/** Addresses are always literals: answer in the same turn, without the resolver's threads. */
const literal: Lookup = (host, _options, done) => done(null, host, isIPv6(host) ? 6 : 4);

/**
 * Plain RTP and RTCP on two neighbouring UDP ports (RFC 3550 11). While the far end sends from the very address that SDP
 * names, the RTP socket is connected to it: the kernel then drops packets of strangers, and sending costs a third less.
 */
export class UdpTransport implements Transport {
  sink: PacketSink | undefined;
  readonly port: number;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #latch: Latch;
  #rtcpAddress = '';
  #rtcpPort = 0;
  #rtcpMux = false;
  #connected = false;
  #started = false;
  #guard: PacketGuard | undefined;
  #security: SecurityTerms | undefined;
  #closing: Promise<void> | undefined;

  private constructor(rtp: Socket, rtcp: Socket, signallingAddress: string | undefined) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#latch = new Latch(signallingAddress);
    this.port = rtp.address().port;
    rtp.on('message', this.#onRtpMessage);
    rtcp.on('message', this.#onRtcpMessage);
    // an ICMP error of the far end's port: RTP is sent all the same
    rtp.on('error', ignore);
    rtcp.on('error', ignore);
  }

  /**
   * Binds both ports; `port` 0 takes any free pair. Rejects with the system's error (EADDRINUSE) when one is taken,
   * with nothing left open.
   *
   * @param signallingAddress where RTP may come from besides the address in SDP
   */
  static async open(host: string, port: number, signallingAddress?: string): Promise<UdpTransport> {
    for (let attempt = 1; ; attempt++) {
      const rtp = await bind(host, port);
      try {
        const rtcp = await bind(host, rtp.address().port + 1);
        return new UdpTransport(rtp, rtcp, signallingAddress);
      } catch (error) {
        await closed(rtp);
        if (port !== 0 || attempt === PAIR_ATTEMPTS) throw error;
      }
    }
  }

  aim(remote: RemoteAddress, rtcpMux: boolean): void {
    this.#rtcpMux = rtcpMux;
    this.#rtcpAddress = remote.address;
    this.#rtcpPort = remote.rtcpPort;
    this.#latch.aim(remote.address, remote.port);
    if (!this.#latch.locked) this.#disconnect();
  }

  quiet(): void {
    // ICE keeps asking by itself
    if (!this.#latch.locked || this.#security?.kind === 'dtls') return;
    this.#disconnect();
    this.#latch.lost();
  }

  #disconnect(): void {
    if (!this.#connected) return;
    this.#rtp.disconnect();
    this.#connected = false;
  }

  secure(terms: SecurityTerms | undefined): void {
    const before = this.#security;
    if (before === undefined && terms === undefined) return;
    this.#security = terms;
    if (this.#guard instanceof SrtpGuard && before?.kind === 'sdes' && terms?.kind === 'sdes') {
      if (sameKey(before.sendKey, terms.sendKey) && before.tagBytes === terms.tagBytes) {
        if (!sameKey(before.receiveKey, terms.receiveKey))
          this.#guard.expect(terms.receiveKey, terms.tagBytes);
        return;
      }
    }
    // the handshake outlives new ICE credentials
    if (this.#guard instanceof DtlsGuard && terms?.kind === 'dtls') {
      this.#guard.update(terms);
      return;
    }
    this.#guard?.close();
    if (terms?.kind === 'sdes') this.#guard = new SrtpGuard(terms.sendKey, terms.receiveKey, terms.tagBytes);
    else if (terms?.kind === 'dtls') this.#guard = new DtlsGuard(this, terms);
    else this.#guard = undefined;
  }

  sendRtp(packet: Uint8Array): void {
    const wire = this.#guard ? this.#guard.protectRtp(packet) : packet;
    if (wire) this.#sendOnRtp(wire);
  }

  sendRtcp(packet: Uint8Array): void {
    const wire = this.#guard ? this.#guard.protectRtcp(packet) : packet;
    if (!wire) return;
    // RFC 5761 5.1.1: multiplexed only when both sides agreed
    if (this.#rtcpMux) this.#sendOnRtp(wire);
    else if (!this.#closing && this.#rtcpPort !== 0) this.#rtcp.send(wire, this.#rtcpPort, this.#rtcpAddress);
  }

  /** ICE and DTLS. */
  send(packet: Uint8Array, address: string, port: number): void {
    if (!this.#closing) this.#rtp.send(packet, port, address);
  }

  /** ICE found the way to the far end. It may find another one: the socket stays open to all. */
  onPath(address: string, port: number): void {
    this.#disconnect();
    this.#latch.fix(address, port);
  }

  #sendOnRtp(packet: Uint8Array): void {
    if (this.#closing) return;
    if (this.#connected) this.#rtp.send(packet);
    else if (this.#latch.port !== 0) this.#rtp.send(packet, this.#latch.port, this.#latch.address);
  }

  close(): Promise<void> {
    this.#guard?.close();
    this.#closing ??= Promise.all([closed(this.#rtp), closed(this.#rtcp)]).then(ignore);
    return this.#closing;
  }

  readonly #onRtpMessage = (packet: Buffer, source: RemoteInfo): void => {
    if (this.#guard) {
      this.#onGuarded(this.#guard, packet, source);
      return;
    }
    if (isRtcp(packet)) this.#takeRtcp(packet, source);
    else if (this.#admit(packet, source)) this.sink?.onRtp(packet);
  };

  readonly #onRtcpMessage = (packet: Buffer, source: RemoteInfo): void => {
    if (source.address !== this.#latch.address) return;
    const opened = this.#guard ? this.#guard.openRtcp(packet) : packet;
    if (opened) this.sink?.onRtcp(opened);
  };

  /** Only what proves to be the far end's teaches the latch. */
  #onGuarded(guard: PacketGuard, packet: Buffer, source: RemoteInfo): void {
    if (!isMedia(packet)) {
      guard.onOther(packet, source.address, source.port);
      return;
    }
    const rtcp = isRtcp(packet);
    const opened = rtcp ? guard.openRtcp(packet) : guard.openRtp(packet);
    if (!opened) return;
    if (rtcp) this.#takeRtcp(opened, source);
    else if (this.#admit(opened, source)) this.sink?.onRtp(opened);
  }

  /** RTCP on the RTP port (RFC 5761) teaches nothing: it bears no number that a stranger would have to know. */
  #takeRtcp(packet: Buffer, source: RemoteInfo): void {
    if (this.#latch.isSource(source.address, source.port)) this.sink?.onRtcp(packet);
  }

  /** Also while connected: packets of strangers may have been waiting in the socket before. */
  #admit(packet: Buffer, source: RemoteInfo): boolean {
    if (packet.length < RTP_HEADER_BYTES) return false;
    const sequence = (packet[2]! << 8) | packet[3]!;
    if (!this.#latch.admit(source.address, source.port, getInt32(packet, 8), sequence)) return false;
    this.#rtcpAddress = source.address;
    if (!this.#started) {
      this.#started = true;
      this.sink?.onStarted(source.address, source.port);
    }
    // ICE may move on to another path
    if (this.#connected || !this.#latch.certain || this.#closing || this.#security?.kind === 'dtls')
      return true;
    this.#connected = true;
    this.#rtp.connect(source.port, source.address, ignore);
    return true;
  }
}

function ignore(): void {}

function bind(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', lookup: literal as never });
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(resolve));
}

function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
