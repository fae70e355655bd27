/**
 * The voice of a SIPp party: a real RTP stream in A-law (payload type 8) every 20 ms, with RFC 4733 digits
 * (payload type 101) and in-band digits. Everything that arrives is kept, laid out by its RTP timestamps.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Heard, heard } from './hearing.ts';
import { promptSamples } from './prompt-samples.ts';
import { decodeALaw, encodeALaw, keyTones } from './tones.ts';
import { until } from './until.ts';

const FRAME = 160;
const FRAME_MS = 20;
const ALAW = 8;
const TELEPHONE_EVENT = 101;
const SILENCE = 0xd5;
/** RFC 4733 2.5.1.4: the end of an event is sent three times. */
const END_REPEATS = 3;
/** So much of a prompt tells it from others. */
const BEGINNING_S = 1.5;
const KEYS = '0123456789*#ABCD';

/** What is said in the next frames. */
type Utterance =
  | { readonly kind: 'sines'; readonly frequencies: readonly number[]; frames: number }
  | {
      readonly kind: 'event';
      readonly key: number;
      readonly total: number;
      sent: number;
      stamp: number;
    };

export interface RtpPacket {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly atMs: number;
}

export class Voice {
  readonly port: number;
  /** Headers of all packets that came, telephone events too. */
  readonly packets: RtpPacket[] = [];
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  readonly #began = performance.now();
  #far: { address: string; port: number } | undefined;
  #audio = new Int16Array(8000 * 30);
  #length = 0;
  #base: { ssrc: number; timestamp: number; at: number } | undefined;
  #queue: Utterance[] = [];
  #tone: number | undefined;
  #phase = 0;
  #frames = 0;
  #sequence = 1000;
  #timestamp = 16_000;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32);
  #muted = false;
  #loseEvery = Number.POSITIVE_INFINITY;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (bytes, from) => this.#take(bytes, from));
    this.#timer = setInterval(() => this.#catchUp(), FRAME_MS / 2);
  }

  /** Listens on a free even port of `host`. */
  static async open(host = '127.0.0.1'): Promise<Voice> {
    for (;;) {
      const socket = createSocket('udp4');
      socket.bind(0, host);
      await once(socket, 'listening');
      if (socket.address().port % 2 === 0) return new Voice(socket);
      socket.close();
    }
  }

  /** Sends to `port` of `address` from now on (from SDP); before, the source of the first packet is taken. */
  sendTo(address: string, port: number): void {
    this.#far = { address, port };
  }

  /** Says a sine of `frequency` Hz until told otherwise; `undefined`: silence. */
  tone(frequency: number | undefined): void {
    this.#tone = frequency;
  }

  /** One packet in so many gets lost on the way. */
  loseEvery(packets: number): void {
    this.#loseEvery = packets;
  }

  /** Sends nothing at all. */
  mute(): void {
    this.#muted = true;
  }

  /** Presses keys one after the other: 100 ms each, 100 ms apart; as RFC 4733 events or as tones in the voice. */
  press(keys: string, by: 'rfc4733' | 'inband' = 'rfc4733'): void {
    for (const key of keys) {
      if (by === 'inband') this.#queue.push({ kind: 'sines', frequencies: keyTones(key), frames: 5 });
      else this.#queue.push({ kind: 'event', key: KEYS.indexOf(key), total: 5, sent: 0, stamp: 0 });
      this.#queue.push({ kind: 'sines', frequencies: [], frames: 5 });
    }
  }

  /** All audio that came, PCM16 at 8 kHz; lost packets are silence. */
  get audio(): Int16Array {
    return this.#audio.subarray(0, this.#length);
  }

  /** The prompts, one after the other, in what was heard so far; `seconds` limits them to their beginning. */
  heard(names: string | readonly string[], seconds?: number, language = 'zh-CN'): Heard | undefined {
    return heard(promptSamples(names, language), this.audio, seconds);
  }

  /** Waits until the beginning (1.5 s) of a prompt is heard. */
  async hears(names: string | readonly string[], limitMs = 10_000): Promise<Heard> {
    let from = 0;
    const search = (): Heard | undefined => {
      const found = heard(promptSamples(names, 'zh-CN'), this.audio.subarray(from), BEGINNING_S);
      if (found) return { ...found, atMs: found.atMs + from / 8 };
      // Only what may hold a part of it is searched again.
      from = Math.max(from, this.#length - 2 * BEGINNING_S * 8000);
      return undefined;
    };
    return await until(`hear ${names}`, search, {
      limitMs,
      everyMs: 200,
      show: () => `${this.packets.length} packets, ${(this.#length / 8000).toFixed(1)} s of audio`,
    });
  }

  /** Waits until so much audio came. */
  async listen(toMs: number): Promise<void> {
    const limitMs = toMs - this.#length / 8 + 5000;
    await until(`${toMs} ms of audio`, () => this.#length >= toMs * 8, { limitMs, everyMs: 20 });
  }

  close(): void {
    clearInterval(this.#timer);
    try {
      this.#socket.close();
    } catch {
      // Closed already.
    }
  }

  #take(bytes: Buffer, from: { address: string; port: number }): void {
    // RFC 3550 5.1: version 2, at least the fixed header.
    if (bytes.length < 12 || bytes[0]! >> 6 !== 2) return;
    this.#far ??= { address: from.address, port: from.port };
    const packet = {
      payloadType: bytes[1]! & 0x7f,
      sequence: bytes.readUInt16BE(2),
      timestamp: bytes.readUInt32BE(4),
      ssrc: bytes.readUInt32BE(8),
      atMs: performance.now() - this.#began,
    };
    this.packets.push(packet);
    if (packet.payloadType === ALAW) this.#keep(packet, bytes.subarray(12 + 4 * (bytes[0]! & 15)));
  }

  #keep({ ssrc, timestamp }: RtpPacket, payload: Buffer): void {
    let start = this.#base?.ssrc === ssrc ? this.#base.at + ((timestamp - this.#base.timestamp) | 0) : -1;
    // A new source or a jump of more than a minute goes on where the old one ended.
    if (start < 0 || start > this.#length + 480_000) {
      start = this.#length;
      this.#base = { ssrc, timestamp, at: start };
    }
    while (start + payload.length > this.#audio.length) {
      const larger = new Int16Array(this.#audio.length * 2);
      larger.set(this.#audio);
      this.#audio = larger;
    }
    for (let index = 0; index < payload.length; index++)
      this.#audio[start + index] = decodeALaw(payload[index]!);
    this.#length = Math.max(this.#length, start + payload.length);
  }

  /** Sends the frames that are due: a late timer is made up for, so that the pace is right on average. */
  #catchUp(): void {
    const due = Math.floor((performance.now() - this.#began) / FRAME_MS);
    // After a long stall of this process only the last frames are made up for.
    if (due - this.#frames > 10) {
      const skipped = due - this.#frames - 10;
      this.#frames += skipped;
      this.#timestamp += skipped * FRAME;
    }
    while (this.#frames < due) {
      this.#frames++;
      this.#frame();
      this.#timestamp = (this.#timestamp + FRAME) >>> 0;
    }
  }

  #frame(): void {
    if (!this.#far || this.#muted) return;
    const utterance = this.#queue[0];
    if (utterance?.kind === 'event') {
      this.#event(utterance);
      return;
    }
    let frequencies: readonly number[] = this.#tone === undefined ? [] : [this.#tone];
    if (utterance) {
      frequencies = utterance.frequencies;
      if (--utterance.frames === 0) this.#queue.shift();
    }
    this.#send(ALAW, this.#timestamp, false, this.#voice(frequencies));
  }

  #voice(frequencies: readonly number[]): Buffer {
    const payload = Buffer.alloc(FRAME, SILENCE);
    if (frequencies.length === 0) return payload;
    for (let index = 0; index < FRAME; index++, this.#phase++) {
      let sample = 0;
      for (const frequency of frequencies)
        sample += 6000 * Math.sin((2 * Math.PI * frequency * this.#phase) / 8000);
      payload[index] = encodeALaw(Math.round(sample));
    }
    return payload;
  }

  /** RFC 4733 2.3: event, end bit and volume, duration; one timestamp for the whole event. */
  #event(event: Extract<Utterance, { kind: 'event' }>): void {
    if (event.sent === 0) event.stamp = this.#timestamp;
    event.sent++;
    const over = event.sent >= event.total;
    const payload = Buffer.from([event.key, over ? 0x80 | 10 : 10, 0, 0]);
    payload.writeUInt16BE(event.sent * FRAME, 2);
    for (let copy = 0; copy < (over ? END_REPEATS : 1); copy++) {
      this.#send(TELEPHONE_EVENT, event.stamp, event.sent === 1, payload);
    }
    if (over) this.#queue.shift();
  }

  #send(payloadType: number, timestamp: number, marker: boolean, payload: Buffer): void {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payloadType | (marker ? 0x80 : 0);
    header.writeUInt16BE(this.#sequence, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(this.#ssrc, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (this.#sequence % this.#loseEvery === 0) return;
    const { address, port } = this.#far!;
    this.#socket.send(Buffer.concat([header, payload]), port, address);
  }
}
