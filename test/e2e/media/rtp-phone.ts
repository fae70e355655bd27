import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, PCMA, PCMU } from '../../../src/rtp/g711.ts';
import { powerShare } from '../../../src/rtp/goertzel.ts';
import { isRtcp, RtpView, writeRtpHeader } from '../../../src/rtp/rtp-packet.ts';
import { TelephoneEventReceiver, TelephoneEventSender } from '../../../src/rtp/telephone-event.ts';
import { addSines } from '../../../src/rtp/tone.ts';
import { systemClock, type Timer } from '../../../src/shared/clock.ts';

const FRAME = 160;
const EVENT = 101;

export interface Received {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly atMs: number;
}

export interface RtpPhoneOptions {
  readonly law?: 'PCMA' | 'PCMU';
  readonly events?: boolean;
  readonly host?: string;
}

/** A telephone's RTP for tests: speaks tones and digits on a real socket and remembers what it hears. */
export class RtpPhone {
  readonly packets: Received[] = [];
  /** Digits heard by RFC 4733. */
  digits = '';
  readonly #socket: Socket;
  readonly #rtcp: Socket;
  readonly #law;
  readonly #events: boolean;
  readonly #host: string;
  readonly #view = new RtpView();
  readonly #receiver = new TelephoneEventReceiver((digit) => {
    this.digits += digit;
  });
  #heard: number[] = [];
  #target: { address: string; port: number } | undefined;
  #timer: Timer | undefined;
  #audio: ((count: number) => Int16Array) | undefined;
  #digitsOut: TelephoneEventSender | undefined;
  #eventStart = 0;
  ssrc = Math.floor(Math.random() * 2 ** 31);
  sequence = Math.floor(Math.random() * 65536);
  timestamp = Math.floor(Math.random() * 2 ** 31);
  readonly rtcpPackets: Buffer[] = [];

  private constructor(
    socket: Socket,
    rtcp: Socket,
    { law = 'PCMA', events = true, host = '127.0.0.1' }: RtpPhoneOptions,
  ) {
    this.#socket = socket;
    this.#rtcp = rtcp;
    this.#law = law === 'PCMA' ? PCMA : PCMU;
    this.#events = events;
    this.#host = host;
    socket.on('message', (packet) => this.#receive(packet));
    rtcp.on('message', (packet) => this.rtcpPackets.push(packet));
  }

  static async open(options: RtpPhoneOptions = {}): Promise<RtpPhone> {
    for (;;) {
      const socket = createSocket('udp4');
      socket.bind(0, options.host ?? '127.0.0.1');
      await once(socket, 'listening');
      const rtcp = createSocket('udp4');
      try {
        rtcp.bind(socket.address().port + 1, options.host ?? '127.0.0.1');
        await once(rtcp, 'listening');
        return new RtpPhone(socket, rtcp, options);
      } catch {
        socket.close();
      }
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** The peer's SDP, offer or answer. */
  sdp({ address = this.#host, port = this.port, lines = [] as string[] } = {}): string {
    const type = this.#law.payloadType;
    return [
      'v=0',
      `o=peer 1 1 IN IP4 ${address}`,
      's=-',
      `c=IN IP4 ${address}`,
      't=0 0',
      `m=audio ${port} RTP/AVP ${type}${this.#events ? ` ${EVENT}` : ''}`,
      `a=rtpmap:${type} ${this.#law.name}/8000`,
      ...(this.#events ? [`a=rtpmap:${EVENT} telephone-event/8000`, `a=fmtp:${EVENT} 0-15`] : []),
      ...lines,
      '',
    ].join('\r\n');
  }

  /** Takes the other side's address from its SDP. */
  aim(sdp: string): void {
    const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '';
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    this.#target = { address, port };
  }

  /** Speaks a steady sine from now on; 0 is silence, undefined stops sending. */
  speak(hz: number | undefined): void {
    if (hz === undefined) {
      this.#timer?.cancel();
      this.#timer = undefined;
      return;
    }
    const second = new Int16Array(8000);
    if (hz > 0) addSines(second, [hz], -10);
    this.speakSamples(second);
  }

  /** Speaks these samples, over and over. */
  speakSamples(samples: Int16Array): void {
    let at = 0;
    this.#audio = (count) => {
      const frame = Int16Array.from({ length: count }, (_, index) => samples[(at + index) % samples.length]!);
      at += count;
      return frame;
    };
    this.#timer ??= this.#every20Ms();
  }

  /** Presses keys by RFC 4733. */
  press(digits: string, durationMs = 100): void {
    this.#digitsOut = new TelephoneEventSender(digits, durationMs);
    this.#timer ??= this.#every20Ms();
  }

  /** Sends any packet to the other side, from this peer's RTP or RTCP port. */
  sendRaw(packet: Buffer, { rtcp = false } = {}): void {
    const { address, port } = this.#target!;
    if (rtcp) this.#rtcp.send(packet, port + 1, address);
    else this.#socket.send(packet, port, address);
  }

  /** One audio packet of any length. */
  sendAudio(samples: Int16Array): void {
    const packet = Buffer.alloc(12 + samples.length);
    writeRtpHeader(packet, this.#law.payloadType, false, this.sequence, this.timestamp, this.ssrc);
    encode(this.#law, samples, 0, samples.length, packet, 12);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.timestamp = (this.timestamp + samples.length) | 0;
    this.sendRaw(packet);
  }

  /** Forgets what was heard. */
  clear(): void {
    this.#heard = [];
    this.packets.length = 0;
  }

  /** What was heard lately, samples at 8 kHz. */
  heard(lastMs = 400): Int16Array {
    return Int16Array.from(this.#heard.slice(-lastMs * 8));
  }

  get heardMs(): number {
    return this.#heard.length / 8;
  }

  /** Whether a tone is in what was heard lately. */
  hears(hz: number, lastMs = 300): boolean {
    const samples = this.heard(lastMs);
    return samples.length >= lastMs * 8 && powerShare(samples, hz) > 0.3;
  }

  close(): void {
    this.#timer?.cancel();
    this.#socket.close();
    this.#rtcp.close();
  }

  #every20Ms(): Timer {
    let timer: Timer;
    let due = systemClock.monotonic();
    const wake = () => {
      const now = systemClock.monotonic();
      for (; due <= now; due += 20) this.#tick();
      timer = systemClock.after(due - now, wake);
    };
    timer = systemClock.after(0, wake);
    return { cancel: () => timer.cancel() };
  }

  #tick(): void {
    if (!this.#target) return;
    if (this.#digitsOut && !this.#digitsOut.done) {
      this.#tickDigits(this.#digitsOut);
      return;
    }
    if (this.#audio) this.sendAudio(this.#audio(FRAME));
    else this.timestamp = (this.timestamp + FRAME) | 0;
  }

  #tickDigits(sender: TelephoneEventSender): void {
    const packet = Buffer.alloc(16);
    const kind = sender.next(packet, 12);
    if (kind === 'first') this.#eventStart = this.timestamp;
    this.timestamp = (this.timestamp + FRAME) | 0;
    if (kind === 'none') return;
    writeRtpHeader(packet, EVENT, kind === 'first', this.sequence, this.#eventStart, this.ssrc);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.sendRaw(packet);
  }

  #receive(packet: Buffer): void {
    const view = this.#view;
    if (isRtcp(packet)) {
      this.rtcpPackets.push(packet);
      return;
    }
    if (!view.read(packet)) return;
    const { sequence, timestamp, ssrc, payloadType, marker, payloadStart, payloadEnd } = view;
    const atMs = systemClock.monotonic();
    this.packets.push({ sequence, timestamp, ssrc, payloadType, marker, atMs });
    if (payloadType === EVENT) {
      this.#view.arrivalMs = atMs;
      this.#receiver.receive(packet, this.#view);
    } else if (payloadType === this.#law.payloadType) {
      const samples = new Int16Array(payloadEnd - payloadStart);
      decode(this.#law, packet, payloadStart, samples.length, samples, 0);
      this.#heard.push(...samples);
    }
  }
}
