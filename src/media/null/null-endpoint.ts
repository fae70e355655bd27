import { DigitMerge } from '../../rtp/digit-merge.ts';
import type { G711Name } from '../../rtp/g711.ts';
import type { Clock } from '../../shared/clock.ts';
import { sleep } from '../../shared/deadline.ts';
import { asError, ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import { agreedDirection, type Direction, isReceiving, isSending, mirrored } from '../../sip/sdp/index.ts';
import {
  DEFAULT_CODECS,
  EVENT_PAYLOAD_TYPE,
  type MediaAddress,
  type RemoteAudio,
  readAudio,
  writeAudio,
} from '../audio-sdp.ts';
import type {
  EndpointEvents,
  EndpointOptions,
  MediaRecording,
  MediaStats,
  Playback,
  PlayItem,
  PlayOptions,
  RecordOptions,
} from '../media.ts';
import type { NullMix, NullParty } from './null-mix.ts';
import { type FileDuration, NullPlayback } from './null-playback.ts';
import { NullRecording } from './null-recording.ts';

const DIGIT_MS = 100;
const DIGIT_GAP_MS = 50;

/** What an endpoint needs of its engine. */
export interface NullHome {
  readonly clock: Clock;
  readonly fileDuration: FileDuration;
  /** The endpoint ended; called once. */
  forget(endpoint: NullEndpoint): void;
}

/** A party without audio. Besides the port it tells tests what the party heard and lets them play the far end. */
export class NullEndpoint implements NullParty {
  readonly id: string;
  readonly options: EndpointOptions;
  readonly events = new TypedEvents<EndpointEvents>();
  /** Every playback to this party, the first first. */
  readonly played: NullPlayback[] = [];
  /** Recordings that run. */
  readonly recordings = new Set<NullRecording>();
  /** Digits sent to the far end. */
  sentDigits = '';
  readonly #home: NullHome;
  readonly #address: MediaAddress;
  readonly #mute = { in: false, out: false };
  #merge: DigitMerge | undefined;
  #closing: AbortController | undefined;
  #version = 0;
  #direction: Direction = 'sendrecv';
  #offered: Direction = 'sendrecv';
  #codec: G711Name | undefined;
  #eventPayloadType: number | undefined = EVENT_PAYLOAD_TYPE;
  #playback: NullPlayback | undefined;
  #mix: NullMix | undefined;
  #closed = false;

  constructor(home: NullHome, id: string, address: MediaAddress, options: EndpointOptions) {
    this.#home = home;
    this.id = id;
    this.#address = address;
    this.options = options;
  }

  get farEndHolds(): boolean {
    return !isSending(this.#direction);
  }

  async offer(direction: Direction = 'sendrecv'): Promise<string> {
    this.checkOpen();
    this.#offered = direction;
    return this.#write(this.#codecs, direction);
  }

  async accept(answerSdp: string): Promise<void> {
    this.checkOpen();
    const { codec, direction } = this.#read(answerSdp);
    this.#codec = codec;
    this.#direction = agreedDirection(this.#offered, direction);
  }

  async answer(offerSdp: string): Promise<string> {
    this.checkOpen();
    const offer = this.#read(offerSdp);
    this.#codec = offer.codec;
    this.#eventPayloadType = offer.eventPayloadType;
    this.#direction = mirrored(offer.direction);
    return this.#write([offer.codec], this.#direction, offer);
  }

  play(items: readonly PlayItem[], options: PlayOptions = {}): Playback {
    this.#playback?.finish({ reason: 'stopped' });
    const playback = new NullPlayback(this.#home.clock, items, options, this.#home.fileDuration, (ended) => {
      if (this.#playback === ended) this.#playback = undefined;
    });
    if (this.#closed) playback.finish({ reason: 'closed' });
    this.played.push(playback);
    if (!playback.end) this.#playback = playback;
    return playback;
  }

  async sendDigits(digits: string, durationMs = DIGIT_MS): Promise<void> {
    this.checkOpen();
    this.#closing ??= new AbortController();
    this.sentDigits += digits;
    await sleep(this.#home.clock, digits.length * (durationMs + DIGIT_GAP_MS), this.#closing.signal);
  }

  injectDigit(digit: string, durationMs: number): void {
    this.#takeDigit(digit, durationMs, 'info');
  }

  record(options: RecordOptions): MediaRecording {
    const recording = new NullRecording(this.#home.clock, options, (ended) => this.recordings.delete(ended));
    if (this.#closed) recording.finish('closed');
    else this.recordings.add(recording);
    return recording;
  }

  mute(direction: { readonly in?: boolean; readonly out?: boolean }): void {
    this.#mute.in = direction.in ?? this.#mute.in;
    this.#mute.out = direction.out ?? this.#mute.out;
  }

  async stats(): Promise<MediaStats> {
    return {
      packetsSent: 0,
      packetsReceived: 0,
      packetsLost: 0,
      jitterMs: 0,
      roundTripMs: undefined,
      mos: undefined,
      codec: this.#codec,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#playback?.finish({ reason: 'closed' });
    for (const recording of this.recordings) recording.finish('closed');
    this.#closing?.abort(new ClosedError('media endpoint'));
    this.#mix?.drop(this);
    this.#home.forget(this);
    this.events.clear();
  }

  // ---- for tests: the far end, and what it notices ----

  get closed(): boolean {
    return this.#closed;
  }

  /** What plays now. */
  get playing(): NullPlayback | undefined {
    return this.#playback;
  }

  /** Direction negotiated last, as seen by us. */
  get direction(): Direction {
    return this.#direction;
  }

  /** Whether the endpoint is in a bridge or a conference. */
  get mixed(): boolean {
    return this.#mix !== undefined;
  }

  /** Names of all prompts and tones that the party has heard so far, in order: paths and tone names. */
  heard(): string[] {
    return this.played.flatMap((playback) => playback.heard());
  }

  /** Whether this party hears now what `other` says. */
  hears(other: NullEndpoint): boolean {
    if (!this.#mix?.carries(other, this) || this.#playback) return false;
    const flows = isSending(this.#direction) && isReceiving(other.#direction);
    return flows && !this.#mute.out && !other.#mute.in;
  }

  /** The far end presses a key. */
  press(digit: string, durationMs = DIGIT_MS): void {
    this.#takeDigit(digit, durationMs, 'rfc4733');
  }

  /** The far end's line gives busy tone. */
  giveBusyTone(): void {
    if (!this.#closed && this.options.busyTone) this.events.emit('busyTone', {});
  }

  /** The engine loses the endpoint, as when its server dies. */
  async lose(error: unknown = new Error('media server lost')): Promise<void> {
    if (this.#closed) return;
    const reason = asError(error);
    this.#playback?.finish({ reason: 'failed', error: reason });
    for (const recording of this.recordings) recording.finish('failed', reason);
    this.events.emit('lost', { error: reason });
    await this.close();
  }

  // ---- for the mixes ----

  checkOpen(): void {
    if (this.#closed) throw new ClosedError('media endpoint');
  }

  enter(mix: NullMix): void {
    if (this.#mix !== mix) this.#mix?.drop(this);
    this.#mix = mix;
  }

  exit(mix: NullMix): void {
    if (this.#mix === mix) this.#mix = undefined;
  }

  get #codecs(): readonly G711Name[] {
    return this.options.codecs ?? DEFAULT_CODECS;
  }

  #read(sdp: string): RemoteAudio {
    return readAudio(sdp, this.#codecs, 'rtp');
  }

  #write(codecs: readonly G711Name[], direction: Direction, offer?: RemoteAudio): string {
    const at = this.#address;
    const version = ++this.#version;
    const eventPayloadType = this.#eventPayloadType;
    return writeAudio({ at, id: at.port, version, codecs, eventPayloadType, direction }, offer);
  }

  get #digitMerge(): DigitMerge {
    this.#merge ??= new DigitMerge();
    return this.#merge;
  }

  #takeDigit(digit: string, durationMs: number, by: EndpointEvents['digit']['by']): void {
    if (this.#closed || !this.#digitMerge.accepts(digit, by, this.#home.clock.monotonic())) return;
    if (this.#playback?.options.bargeIn) this.#playback.finish({ reason: 'digit' });
    for (const recording of this.recordings) {
      if (recording.options.stopDigits?.includes(digit)) recording.finish('digit');
    }
    this.events.emit('digit', { digit, durationMs, by });
  }
}
