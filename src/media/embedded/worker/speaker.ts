import { decode, encode, type G711, PCMA } from '../../../rtp/g711.ts';
import { RTP_HEADER_BYTES } from '../../../rtp/rtp-packet.ts';
import { DIGITS, TelephoneEventSender } from '../../../rtp/telephone-event.ts';
import type { StreamTerms } from '../protocol.ts';
import { type ClipCache, LAWS } from './clip.ts';
import { FRAME_SAMPLES } from './frame-clock.ts';
import { MAX_GATHERED_SAMPLES, type OutboundStream } from './outbound-stream.ts';
import { MAX_PACKET_SAMPLES } from './packer.ts';
import { Player } from './player.ts';

const HALF_FRAME_SAMPLES = FRAME_SAMPLES / 2;
const LONG_AGO = MAX_PACKET_SAMPLES;

/** Digits that wait to be sent or are being sent. */
interface DigitRun {
  readonly digits: string;
  readonly durationMs: number;
  readonly onDone: (sent: boolean) => void;
  sender: TelephoneEventSender | Player | undefined;
}

/**
 * Makes what a leg sends of its own: in this order digits, a beep, a playback, a mix, silence. Frames of 20 ms are
 * gathered into packets of the size that the far end wants, which leave evenly: those of 10, 30 and 50 ms in turn with a
 * frame and half a frame after it.
 */
export class Speaker {
  law: G711 = PCMA;
  /** What plays, with how to tell its end. */
  #player: Player | undefined;
  #onPlayed: (() => void) | undefined;
  #beep: Player | undefined;
  readonly #digits: DigitRun[] = [];
  readonly #out: OutboundStream;
  readonly #clips: ClipCache;
  #eventPayloadType: number | undefined;
  /** Samples a packet that the far end wants. */
  packetSamples = FRAME_SAMPLES;
  /** Samples that wait for their packet to be full, or for its time. */
  #gathered = 0;
  /** Samples' time since the last packet left. */
  #sinceSent = LONG_AGO;
  #eventElapsed = 0;

  constructor(out: OutboundStream, clips: ClipCache) {
    this.#out = out;
    this.#clips = clips;
  }

  agree(terms: StreamTerms): void {
    this.law = LAWS[terms.law];
    this.#eventPayloadType = terms.eventOut;
    this.packetSamples = terms.packetSamples;
    this.#gathered = 0;
  }

  /** True while there is something of our own to send: a bridge's audio waits. */
  get busy(): boolean {
    return this.#player !== undefined || this.#beep !== undefined || this.#digits.length > 0;
  }

  /** Plays instead of what played; `onPlayed` is called when it comes to its end. */
  play(player: Player, onPlayed: () => void): void {
    this.#player = player;
    this.#onPlayed = onPlayed;
  }

  stop(): void {
    this.#player = undefined;
    this.#onPlayed = undefined;
  }

  /** A short beep over everything else. */
  beep(): void {
    const clip = this.#clips.tone('beep');
    this.#beep = new Player([{ clip, samples: clip.length }]);
  }

  /** Sends digits after those that wait; other characters are left out. */
  sendDigits(digits: string, durationMs: number, onDone: (sent: boolean) => void): void {
    const known = [...digits.toUpperCase()].filter((digit) => DIGITS.includes(digit)).join('');
    if (known === '') onDone(true);
    else this.#digits.push({ digits: known, durationMs, onDone, sender: undefined });
  }

  /** Ends everything: digits that wait are not sent. */
  end(): void {
    this.stop();
    this.#beep = undefined;
    for (const run of this.#digits.splice(0)) run.onDone(false);
  }

  /**
   * Sends one frame; `mix` is what others say, when there is a mix. `heard`, when given, gets what the party hears of it.
   */
  speak(mix: Int16Array | undefined, muted: boolean, nowMs: number, heard: Int16Array | undefined): void {
    const run = this.#digits[0];
    if (run) this.#speakDigits(run, nowMs, heard);
    else this.#speakAudio(mix, muted, nowMs, heard);
  }

  #speakDigits(run: DigitRun, nowMs: number, heard: Int16Array | undefined): void {
    run.sender ??= this.#startDigits(run);
    const { sender } = run;
    if (sender instanceof Player) {
      sender.fill(this.#out.payload, RTP_HEADER_BYTES + this.#gathered, FRAME_SAMPLES, this.law);
      this.#sendGathered(nowMs, heard);
    } else {
      heard?.fill(0);
      this.#speakEvent(sender, nowMs);
    }
    if (!sender.done) return;
    this.#digits.shift();
    run.onDone(true);
  }

  #startDigits({ digits, durationMs }: DigitRun): TelephoneEventSender | Player {
    this.#gathered = 0;
    if (this.#eventPayloadType !== undefined) return new TelephoneEventSender(digits, durationMs);
    const clips = [...digits].map((digit) => this.#clips.digit(digit, durationMs));
    return new Player(clips.map((clip) => ({ clip, samples: clip.length })));
  }

  #speakEvent(sender: TelephoneEventSender, nowMs: number): void {
    const kind = sender.next(this.#out.payload, RTP_HEADER_BYTES);
    if (kind === 'none') {
      this.#out.pass();
      return;
    }
    this.#eventElapsed = kind === 'first' ? 0 : this.#eventElapsed + FRAME_SAMPLES;
    this.#out.sendEvent(this.#eventPayloadType!, kind === 'first', this.#eventElapsed, nowMs);
  }

  #speakAudio(
    mix: Int16Array | undefined,
    muted: boolean,
    nowMs: number,
    heard: Int16Array | undefined,
  ): void {
    const { payload } = this.#out;
    const at = RTP_HEADER_BYTES + this.#gathered;
    if (this.#beep) {
      this.#beep.fill(payload, at, FRAME_SAMPLES, this.law);
      if (this.#beep.done) this.#beep = undefined;
    } else if (this.#player) {
      this.#player.fill(payload, at, FRAME_SAMPLES, this.law);
    } else if (mix) {
      encode(this.law, mix, 0, FRAME_SAMPLES, payload, at);
    } else {
      payload.fill(this.law.silence, at, at + FRAME_SAMPLES);
    }
    if (muted) payload.fill(this.law.silence, at, at + FRAME_SAMPLES);
    this.#sendGathered(nowMs, heard);
    if (this.#player?.done) this.#played();
  }

  /** A frame was written after those gathered: sends the packet that is full and due. */
  #sendGathered(nowMs: number, heard: Int16Array | undefined): void {
    if (heard)
      decode(this.law, this.#out.payload, RTP_HEADER_BYTES + this.#gathered, FRAME_SAMPLES, heard, 0);
    this.#gathered += FRAME_SAMPLES;
    this.sendDue(nowMs);
  }

  /** Half a frame went by. */
  tick(): void {
    if (this.#sinceSent < LONG_AGO) this.#sinceSent += HALF_FRAME_SAMPLES;
  }

  /** Nothing of our own is sent now: what waits for its packet would be old when there is again. */
  rest(): void {
    this.#gathered = 0;
  }

  /** Sends the next packet when it is full and the one before left as long ago as it lasts. */
  sendDue(nowMs: number): void {
    const size = this.packetSamples;
    // without room for another frame it is due at once
    const due = this.#sinceSent >= size || this.#gathered + FRAME_SAMPLES > MAX_GATHERED_SAMPLES;
    if (this.#gathered < size || !due) return;
    this.#out.sendOwn(this.law.payloadType, size, nowMs);
    this.#sinceSent = 0;
    this.#gathered -= size;
    if (this.#gathered === 0) return;
    const next = RTP_HEADER_BYTES + size;
    this.#out.payload.copyWithin(RTP_HEADER_BYTES, next, next + this.#gathered);
  }

  #played(): void {
    const onPlayed = this.#onPlayed;
    this.stop();
    onPlayed?.();
  }
}
