import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { RtpHeader, SrtpAuthenticationError, SrtpSession } from 'werift';
import { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw, keyTones, loudness, toneLevel } from './tones.ts';

const LOOPBACK = '127.0.0.1';
const FRAME_MS = 20;
/** Between two keys. */
const PAUSE_MS = 80;
const FRAME_SAMPLES = 160;
const KEEP_SAMPLES = 16_000;
/** What `hears` looks at: the last 200 ms. */
const WINDOW_SAMPLES = 1600;
const AMPLITUDE = 8000;
/** A tone is heard from this amplitude on: far below what is sent, far above quantisation noise. */
const HEARD = 1000;
const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const KEYS = '0123456789*#ABCD';

export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface PeerSdpOptions {
  readonly direction?: SdpDirection;
  /** Whether telephone-event is offered; default true. */
  readonly events?: boolean;
  /** Whether telephone-event is explained by rtpmap and fmtp; default true. */
  readonly explained?: boolean;
  /** Payload types offered; default PCMA alone. */
  readonly payloads?: string;
  /** The offer that this answers: SRTP takes its tag over. */
  readonly answering?: string;
  /** Whether comfort noise (RFC 3389) is named; default false. */
  readonly noise?: boolean;
  /** Where it says that it receives; default where it does. */
  readonly at?: { readonly host: string; readonly port: number };
}

export interface PeerOptions {
  /** What it sends; it understands both. Default PCMA. */
  readonly codec?: 'PCMA' | 'PCMU';
  /** Payload type of its telephone events; default 101. */
  readonly eventPayload?: number;
  /** The timestamp of an event's packets grows, as that of audio does (against RFC 4733 2.5.1.2). */
  readonly growingEvents?: boolean;
  /** SRTP with keys in SDP (SDES), by another implementation than the engine's. */
  readonly sdes?: boolean;
  /** Audio of a packet, sent and asked for; default 20. */
  readonly packetMs?: number;
  /** Its address; default 127.0.0.1. */
  readonly host?: string;
}

/**
 * A phone's media side on loopback: sends A-law audio with tones and digits, keeps what it receives and finds tones
 * in it. It shares no code with the engines under test. Real time; one 20 ms timer while it sends.
 */
export class RtpPeer {
  readonly host: string;
  /** RTP packets received, telephone events included. */
  packets = 0;
  /** Digits received as RFC 4733 events. */
  digits = '';
  /** Comfort noise packets received. */
  noises = 0;
  /** Milliseconds of audio in the packets received last, at most 50. */
  readonly packetTimes: number[] = [];
  /** Milliseconds between the arrivals of the same packets. */
  readonly packetGaps: number[] = [];
  #arrivedMs = 0;
  #socket: Socket;
  readonly #waiters = new Set<() => void>();
  #to: { host: string; port: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextFrameAt = 0;
  #frequencies: readonly number[] = [];
  /** Frames that the present sound still has; then `done`. */
  #span: { frames: number; readonly done: () => void } | undefined;
  #phase = 0;
  #sequence = 1000;
  #timestamp = 160_000;
  readonly #ssrc = 0x0400_0000 + Math.floor(Math.random() * 0xffff);
  #received = new Int16Array(0);
  #lastEventTimestamp = -1;
  #version = 0;

  readonly #codec: 'PCMA' | 'PCMU';
  readonly #eventPayload: number;
  readonly #growingEvents: boolean;
  readonly #packetMs: number;
  #pausedAt: number | undefined;
  readonly #key: Buffer | undefined;
  #srtp: SrtpSession | undefined;

  private constructor(socket: Socket, options: PeerOptions) {
    const {
      codec = 'PCMA',
      eventPayload = 101,
      sdes = false,
      packetMs = FRAME_MS,
      host = LOOPBACK,
    } = options;
    this.host = host;
    this.#packetMs = packetMs;
    this.#key = sdes ? randomBytes(30) : undefined;
    this.#codec = codec;
    this.#eventPayload = eventPayload;
    this.#growingEvents = options.growingEvents ?? false;
    this.#socket = socket;
    socket.on('message', (packet) => this.#take(packet));
  }

  static async open(options: PeerOptions = {}): Promise<RtpPeer> {
    return new RtpPeer(await openSocket(options.host ?? LOOPBACK), options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Goes on from another port with the same stream, as after a NAT forgot the one before. */
  async changePort(): Promise<void> {
    const before = this.#socket;
    const after = await openSocket(this.host);
    after.on('message', (packet) => this.#take(packet));
    this.#socket = after;
    before.close();
    this.#received = new Int16Array(0);
  }

  /** An SDP of this peer, an offer or an answer. */
  sdp(options: PeerSdpOptions = {}): string {
    const { direction = 'sendrecv', events = true, explained = true, noise = false, at = this } = options;
    const payloads = `${options.payloads ?? (this.#codec === 'PCMA' ? '8' : '0')}${noise ? ' 13' : ''}`;
    const lines = [
      'v=0',
      `o=peer 1 ${++this.#version} IN IP4 ${at.host}`,
      's=-',
      `c=IN IP4 ${at.host}`,
      't=0 0',
      `m=audio ${at.port} RTP/${this.#key ? 'SAVP' : 'AVP'} ${payloads}${events ? ` ${this.#eventPayload}` : ''}`,
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
    ];
    if (events && explained)
      lines.push(`a=rtpmap:${this.#eventPayload} telephone-event/8000`, `a=fmtp:${this.#eventPayload} 0-16`);
    if (this.#key)
      lines.push(`a=crypto:${cryptoTag(options.answering)} ${SUITE} inline:${this.#key.toString('base64')}`);
    return `${[...lines, `a=ptime:${this.#packetMs}`, `a=${direction}`].join('\r\n')}\r\n`;
  }

  /** From now on it sends to where `sdp` of the other side says: silence, until told otherwise. */
  connect(sdp: string): void {
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    if (!host || !port) throw new Error(`SDP names no address:\n${sdp}`);
    this.#to = { host, port };
    if (this.#key) this.#srtp = srtpSession(this.#key, sdp);
    this.#startSending();
  }

  /** Says these frequencies at once, for ever; none is silence. */
  say(...frequencies: number[]): void {
    this.#frequencies = frequencies;
  }

  /** Pauses: says once that there is noise of this level (dB below overload), then sends nothing. */
  pause(level: number): void {
    this.stopSending();
    this.#send(13, false, this.#timestamp, Buffer.from([level]));
    this.#pausedAt = performance.now();
  }

  /** Talks again after a pause. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#timestamp += Math.round((performance.now() - this.#pausedAt) / FRAME_MS) * FRAME_SAMPLES;
    this.#pausedAt = undefined;
    this.#startSending();
  }

  /** Sends no RTP any more, as a phone that was unplugged. */
  stopSending(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Presses keys one after another, in band or as events; resolves after the last. */
  async press(keys: string, by: 'rfc4733' | 'inband' = 'rfc4733', durationMs = 100): Promise<void> {
    for (const key of keys) {
      if (by === 'inband') {
        await this.#soundKey(key, durationMs);
        continue;
      }
      await this.#sendEvent(KEYS.indexOf(key), durationMs);
      await wait(PAUSE_MS);
    }
  }

  /** The last 200 ms received, silence before the first packet. */
  tail(): Int16Array {
    const window = new Int16Array(WINDOW_SAMPLES);
    const have = this.#received.subarray(-WINDOW_SAMPLES);
    window.set(have, WINDOW_SAMPLES - have.length);
    return window;
  }

  /** Whether the last 200 ms hold this tone. */
  has(frequency: number): boolean {
    return toneLevel(this.tail(), frequency) > HEARD;
  }

  /** Resolves when it hears all of these tones. */
  hears(...frequencies: number[]): Promise<void> {
    return this.until(`hears ${frequencies} Hz`, () => frequencies.every((frequency) => this.has(frequency)));
  }

  /** Resolves when none of these tones is heard any more, be it silence or no RTP at all. */
  async losesTone(...frequencies: number[]): Promise<void> {
    let lastPackets = this.packets;
    let quietSince = performance.now();
    await this.until(`does not hear ${frequencies} Hz`, () => {
      if (frequencies.every((frequency) => toneLevel(this.tail(), frequency) < HEARD / 10)) return true;
      if (this.packets !== lastPackets) {
        lastPackets = this.packets;
        quietSince = performance.now();
      }
      return performance.now() - quietSince > 250;
    });
  }

  /** Resolves when `check` is true, looked at after each packet and every 20 ms; rejects after `limitMs`. */
  until(what: string, check: () => boolean, limitMs = 8000): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (act: () => void) => {
        this.#waiters.delete(look);
        clearInterval(tick);
        clearTimeout(limit);
        act();
      };
      const look = () => {
        if (check()) end(resolve);
      };
      const tick = setInterval(look, FRAME_MS);
      const limit = setTimeout(
        () => end(() => reject(new Error(`peer: not within ${limitMs} ms: ${what}${this.#report()}`))),
        limitMs,
      );
      this.#waiters.add(look);
    });
  }

  close(): void {
    this.stopSending();
    this.#to = undefined;
    this.#socket.close();
  }

  #report(): string {
    return `; digits '${this.digits}', ${this.packets} packets, loudness now ${Math.round(loudness(this.tail()))}`;
  }

  #startSending(): void {
    if (this.#timer) return;
    this.#nextFrameAt = performance.now();
    this.#timer = setInterval(() => {
      // a late tick sends what is due, so that the rate stays 50 a second
      while (this.#nextFrameAt <= performance.now()) {
        this.#nextFrameAt += this.#packetMs;
        this.#sendFrame();
        // who waits for the end of a span says at once what follows
        if (this.#span && --this.#span.frames === 0) return this.#span.done();
      }
    }, this.#packetMs);
  }

  #sendFrame(): void {
    const samples = this.#packetMs * 8;
    const payload = Buffer.alloc(samples);
    const encode = this.#codec === 'PCMA' ? encodeALaw : encodeMuLaw;
    for (let n = 0; n < samples; n++, this.#phase++) {
      let sample = 0;
      for (const frequency of this.#frequencies) {
        sample += AMPLITUDE * Math.sin((2 * Math.PI * frequency * this.#phase) / 8000);
      }
      payload[n] = encode(Math.round(sample));
    }
    this.#send(this.#codec === 'PCMA' ? 8 : 0, false, this.#timestamp, payload);
    this.#timestamp += samples;
  }

  #send(payloadType: number, marker: boolean, timestamp: number, payload: Buffer): void {
    if (!this.#to) return;
    const head = Buffer.alloc(12);
    head[0] = 0x80;
    head[1] = payloadType | (marker ? 0x80 : 0);
    head.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    head.writeUInt32BE(timestamp >>> 0, 4);
    head.writeUInt32BE(this.#ssrc, 8);
    const packet = this.#srtp ? this.#srtp.encrypt(payload, RtpHeader.deSerialize(head)) : [head, payload];
    this.#socket.send(packet, this.#to.port, this.#to.host);
  }

  /** A key and the silence after it, in whole frames of the stream: a late timer would cut them short. */
  async #soundKey(key: string, durationMs: number): Promise<void> {
    const before = this.#frequencies;
    for (const [frequencies, lengthMs] of [[keyTones(key), durationMs] as const, [[], PAUSE_MS] as const]) {
      this.#frequencies = frequencies;
      await new Promise<void>((done) => {
        this.#span = { frames: Math.ceil(lengthMs / this.#packetMs), done };
      });
    }
    this.#frequencies = before;
  }

  // RFC 4733 2.5.1: one timestamp for the event, growing duration, the end sent three times
  async #sendEvent(code: number, durationMs: number): Promise<void> {
    const resume = this.#timer !== undefined;
    this.stopSending();
    const start = this.#timestamp;
    const steps = Math.max(2, Math.round(durationMs / FRAME_MS));
    for (let step = 1; step <= steps + 2; step++) {
      const duration = Math.min(step, steps) * FRAME_SAMPLES;
      const payload = Buffer.from([code, (step >= steps ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
      const timestamp = this.#growingEvents ? start + (step - 1) * FRAME_SAMPLES : start;
      this.#send(this.#eventPayload, step === 1, timestamp, payload);
      if (step < steps) await wait(FRAME_MS);
    }
    this.#timestamp += steps * FRAME_SAMPLES;
    if (resume && this.#to) this.#startSending();
  }

  #take(wire: Buffer): void {
    if (wire.length <= 12 || wire[0]! >> 6 !== 2) return;
    const payloadType = wire[1]! & 0x7f;
    if (payloadType >= 72 && payloadType <= 76) return; // RTCP
    if (this.#key && !this.#srtp) return;
    const packet = this.#srtp ? decrypted(this.#srtp, wire) : wire;
    if (!packet) return;
    this.packets++;
    const payload = packet.subarray(12);
    if (payloadType === this.#eventPayload) this.#takeEvent(packet.readUInt32BE(4), payload);
    else if (payloadType === 8) this.#takeAudio(payload, decodeALaw);
    else if (payloadType === 0) this.#takeAudio(payload, decodeMuLaw);
    else if (payloadType === 13) this.noises++;
    for (const look of [...this.#waiters]) look();
  }

  #takeEvent(timestamp: number, payload: Buffer): void {
    if (timestamp === this.#lastEventTimestamp || (payload[1]! & 0x80) === 0) return;
    this.#lastEventTimestamp = timestamp;
    this.digits += KEYS[payload[0]!] ?? '?';
  }

  #takeAudio(payload: Buffer, decode: (byte: number) => number): void {
    const nowMs = performance.now();
    this.packetTimes.push(payload.length / 8);
    this.packetGaps.push(nowMs - this.#arrivedMs);
    this.#arrivedMs = nowMs;
    if (this.packetTimes.length > 50) this.packetTimes.shift();
    if (this.packetGaps.length > 50) this.packetGaps.shift();
    const keep = this.#received.subarray(Math.max(0, this.#received.length + payload.length - KEEP_SAMPLES));
    const joined = new Int16Array(keep.length + payload.length);
    joined.set(keep);
    for (let n = 0; n < payload.length; n++) joined[keep.length + n] = decode(payload[n]!);
    this.#received = joined;
  }
}

/** RFC 3550 11: RTP on an even port; tries until the system gives one. */
async function openSocket(host: string): Promise<Socket> {
  for (;;) {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    if (socket.address().port % 2 === 0) return socket;
    socket.close();
  }
}

// RFC 4568 5.1.2: the answer bears the tag of the line that it takes
function cryptoTag(offer = ''): string {
  return new RegExp(`^a=crypto:(\\d+) ${SUITE} `, 'm').exec(offer)?.[1] ?? '1';
}

function decrypted(srtp: SrtpSession, wire: Buffer): Buffer | undefined {
  try {
    return srtp.decrypt(wire);
  } catch (error) {
    if (error instanceof SrtpAuthenticationError) return undefined;
    throw error;
  }
}

/** SRTP with our key and the one in the other side's SDP. */
function srtpSession(key: Buffer, sdp: string): SrtpSession {
  const theirs = Buffer.from(
    sdp.match(new RegExp(`^a=crypto:\\d+ ${SUITE} inline:([^|\\s]+)`, 'm'))?.[1] ?? '',
    'base64',
  );
  if (theirs.length !== 30) throw new Error(`SDP has no SRTP key:\n${sdp}`);
  const keys = {
    localMasterKey: key.subarray(0, 16),
    localMasterSalt: key.subarray(16),
    remoteMasterKey: theirs.subarray(0, 16),
    remoteMasterSalt: theirs.subarray(16),
  };
  return new SrtpSession({ keys, profile: 1 });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
