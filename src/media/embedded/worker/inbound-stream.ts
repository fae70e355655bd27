import { BusyDetector } from '../../../rtp/busy-detector.ts';
import { ComfortNoise } from '../../../rtp/comfort-noise.ts';
import { DigitMerge, type DigitSource } from '../../../rtp/digit-merge.ts';
import { DtmfDetector } from '../../../rtp/dtmf-detector.ts';
import type { G711 } from '../../../rtp/g711.ts';
import { JitterBuffer } from '../../../rtp/jitter-buffer.ts';
import { Reception } from '../../../rtp/reception.ts';
import type { RtpView } from '../../../rtp/rtp-packet.ts';
import { TelephoneEventReceiver } from '../../../rtp/telephone-event.ts';
import { FRAME_SAMPLES } from './frame-clock.ts';

/** What a far end's stream tells. */
export interface InboundEvents {
  onDigit(digit: string, durationMs: number, by: DigitSource): void;
  onBusyTone(): void;
}

/** A frame of digital silence; never written to. */
export const SILENT_FRAME = new Int16Array(FRAME_SAMPLES);

/**
 * What one far end says: its statistics, its digits, and its audio as frames when somebody needs them. Without
 * listeners, packets are only counted.
 */
export class InboundStream {
  readonly reception = new Reception();
  /** Of the packets that come now; undefined before the first. */
  ssrc: number | undefined;
  /** When the last packet came, or when the far end was asked to send. A fraction from the start: see `#nowMs`. */
  lastMs = 0.5;
  /** Comfort noise that the far end asked for: active while it pauses. Made by its first such packet. */
  pause: ComfortNoise | undefined;
  /** What was said in this frame. */
  frame: Int16Array = SILENT_FRAME;
  readonly #events: InboundEvents;
  readonly #merge = new DigitMerge();
  readonly #telephoneEvents: TelephoneEventReceiver;
  #buffer: JitterBuffer | undefined;
  #ownFrame: Int16Array | undefined;
  #dtmf: DtmfDetector | undefined;
  readonly #busy: BusyDetector | undefined;
  /** Time of the packet or frame in hand. A field that was once undefined or whole would box each fraction. */
  #nowMs = 0.5;

  constructor(events: InboundEvents, busyTone: boolean, nowMs: number) {
    this.#events = events;
    this.lastMs = nowMs;
    this.#nowMs = nowMs;
    this.#telephoneEvents = new TelephoneEventReceiver((digit, durationMs) =>
      this.takeDigit(digit, durationMs, 'rfc4733', this.#nowMs),
    );
    if (busyTone) this.#busy = new BusyDetector(() => events.onBusyTone());
  }

  /** Whether digits are looked for in the audio. */
  set inbandDigits(on: boolean) {
    if (!on) this.#dtmf = undefined;
    else {
      this.#dtmf ??= new DtmfDetector((digit, durationMs) =>
        this.takeDigit(digit, durationMs, 'inband', this.#nowMs),
      );
    }
  }

  /** Whether something here looks at the audio itself. */
  get listens(): boolean {
    return this.#dtmf !== undefined || this.#busy !== undefined;
  }

  /** Whether frames are made. */
  set needed(on: boolean) {
    if (on === (this.#buffer !== undefined)) return;
    this.#buffer = on ? new JitterBuffer() : undefined;
    this.#ownFrame = on ? new Int16Array(FRAME_SAMPLES) : undefined;
    this.frame = SILENT_FRAME;
  }

  /** Counts a packet; a new SSRC starts a new stream (RFC 3550 8.2). */
  count(view: RtpView): void {
    if (view.ssrc !== this.ssrc) {
      if (this.ssrc !== undefined) {
        this.reception.restart();
        this.#buffer?.reset();
        this.pause?.stop();
      }
      this.ssrc = view.ssrc;
    }
    this.lastMs = view.arrivalMs;
    this.#nowMs = view.arrivalMs;
    this.reception.add(view);
  }

  audio(packet: Buffer, view: RtpView, law: G711): void {
    this.pause?.stop();
    this.#buffer?.put(law, packet, view.payloadStart, view.payloadEnd - view.payloadStart, view.timestamp);
  }

  noise(packet: Buffer, view: RtpView): void {
    if (view.payloadEnd === view.payloadStart) return;
    const level = packet[view.payloadStart]!;
    this.pause ??= new ComfortNoise();
    this.pause.announce(level);
    this.#buffer?.putNoise(level);
  }

  /** A telephone event; `view` then bears the timestamp of the event's start, whatever its sender wrote. */
  event(packet: Buffer, view: RtpView): void {
    this.pause?.stop();
    view.timestamp = this.#telephoneEvents.receive(packet, view);
  }

  /** Once a frame: takes the next piece of audio and looks at it. */
  listen(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#telephoneEvents.poll(nowMs);
    if (!this.#buffer) return;
    const frame = this.#ownFrame!;
    const sounding = this.#buffer.take(frame);
    this.#dtmf?.push(frame);
    this.#busy?.push(frame);
    this.frame = sounding ? frame : SILENT_FRAME;
  }

  /** A digit came some way; told when it is no double. */
  takeDigit(digit: string, durationMs: number, by: DigitSource, nowMs: number): void {
    if (this.#merge.accepts(digit, by, nowMs)) this.#events.onDigit(digit, durationMs, by);
  }
}
