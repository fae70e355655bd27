import type { LegDelegate, ReferRequest, SipLeg } from '../edge/edge.ts';
import { MediaNegotiationError } from '../media/errors.ts';
import type { EndpointOptions, MediaEndpoint, MediaEngine, MediaStats } from '../media/media.ts';
import { ClosedError } from '../shared/errors.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';
import type { Asker, Party } from './arrival.ts';

interface LegHolds {
  /** The far end has begun to hold, or takes up again. */
  changed: boolean;
}

/**
 * One party of a call: a SIP dialog and a media endpoint. The endpoint is made late, so that a call that is
 * rejected costs no port. From then on it answers what the far end asks in the dialog.
 */
export class Leg<Sip extends SipLeg = SipLeg> implements LegDelegate {
  /** Who it is, for records and logs: `caller`, an agent's id, a line. */
  readonly name: string;
  readonly sip: Sip;
  /** Whose phone or line it leads to; undefined: nobody that can be busy (a caller who withholds his number). */
  readonly party: Party | undefined;
  #media: MediaEndpoint | undefined;
  #localSdp: string | undefined;
  #negotiating: Promise<string> | undefined;
  #accepted = false;
  #closing: Promise<void> | undefined;
  /** Keys pressed and not taken yet (type-ahead). */
  #typed = '';
  #onDigit: ((digit: string) => void) | undefined;
  #held = false;
  #holds: TypedEvents<LegHolds> | undefined;
  #onMedia: ((media: MediaEndpoint) => void) | undefined;
  /** Its line gave busy tone: the party left, although the dialog is ended by us. */
  hungUpByTone = false;
  /** What he says reaches nobody (静音). */
  isMuted = false;
  /** Called with the final figures when the leg closes. */
  onQuality: ((stats: MediaStats) => void) | undefined;
  /** On whose right he calls outside who was rung at a number outside; undefined: on that of his phone. */
  asker: Asker | undefined;
  /** Answers the far end's REFER while the leg has a place in a talk. */
  onRefer: ((refer: ReferRequest) => void) | undefined;

  constructor(name: string, sip: Sip, party: Party | undefined) {
    this.name = name;
    this.sip = sip;
    this.party = party;
  }

  /** The endpoint; throws when there is none yet. */
  get media(): MediaEndpoint {
    if (!this.#media) throw new ClosedError(`audio of ${this.name}`);
    return this.#media;
  }

  get hasMedia(): boolean {
    return this.#media !== undefined;
  }

  /** SDP that we gave to the far end last. */
  get localSdp(): string | undefined {
    return this.#localSdp;
  }

  /** The far end holds the call (RFC 3264 8.4): it takes no audio. */
  get held(): boolean {
    return this.#held;
  }

  /** Told when the far end begins to hold and when it takes up again. */
  onHold(listener: (held: boolean) => void): Subscription {
    this.#holds ??= new TypedEvents();
    return this.#holds.on('changed', listener);
  }

  /** Tells one listener of the endpoint as soon as there is one. */
  whenMedia(listener: (media: MediaEndpoint) => void): void {
    if (this.#media) listener(this.#media);
    else this.#onMedia = listener;
  }

  /** Joins an endpoint to the dialog: digits of SIP INFO and later offers (`onReoffer`) go to it. */
  attach(media: MediaEndpoint): void {
    this.#media = media;
    media.events.on('digit', ({ digit }) => this.#take(digit));
    this.sip.events.on('digit', ({ digit, durationMs }) => media.injectDigit(digit, durationMs));
    this.sip.events.on('renegotiated', ({ sdp }) => {
      media.accept(sdp).then(
        () => this.#noticeHold(),
        () => {},
      );
    });
    this.sip.delegate = this;
    this.#onMedia?.(media);
  }

  async onReoffer(sdp: string | undefined): Promise<string> {
    this.#localSdp = sdp === undefined ? await this.media.offer() : await this.media.answer(sdp);
    this.#noticeHold();
    return this.#localSdp;
  }

  /**
   * Makes the endpoint and the SDP for the far end: an answer to its offer, or an offer when it made none. Again: the
   * same. Throws MediaNegotiationError and MediaExhaustedError, and leaves nothing open then.
   */
  negotiate(engine: MediaEngine, options: EndpointOptions): Promise<string> {
    this.#negotiating ??= this.#negotiate(engine, options);
    return this.#negotiating;
  }

  async #negotiate(engine: MediaEngine, options: EndpointOptions): Promise<string> {
    const media = await engine.createEndpoint(options);
    try {
      this.#assertOpen();
      const offer = this.sip.remoteSdp;
      const sdp = offer === undefined ? await media.offer() : await media.answer(offer);
      this.#assertOpen();
      this.attach(media);
      this.#localSdp = sdp;
      return sdp;
    } catch (error) {
      await media.close();
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#closing || this.sip.state === 'ended') throw new ClosedError(`leg ${this.name}`);
  }

  /**
   * Takes the far end's answer to our offer. Without one, the answer of its early media holds (RFC 3261 13.2.1). Throws
   * MediaNegotiationError.
   */
  async accept(sdp: string | undefined): Promise<void> {
    if (sdp !== undefined) await this.media.accept(sdp);
    else if (!this.#accepted) throw new MediaNegotiationError(`${this.name} answered without SDP`);
    this.#accepted = true;
  }

  /**
   * Offers the far end to talk again (re-INVITE), such as one that holds. It may go on holding. Throws EdgeStatusError when it
   * refuses, MediaNegotiationError, ClosedError.
   */
  async reoffer(): Promise<void> {
    const offer = await this.media.offer();
    await this.media.accept(await this.sip.reoffer(offer));
    this.#localSdp = offer;
    this.#noticeHold();
  }

  /** Digits are given to `listener`, first those pressed before, until it is replaced or removed. */
  listen(listener: ((digit: string) => void) | undefined): void {
    this.#onDigit = listener;
    while (this.#onDigit && this.#typed) {
      const digit = this.#typed[0]!;
      this.#typed = this.#typed.slice(1);
      this.#onDigit(digit);
    }
  }

  /** Forgets keys that nobody asked for (those pressed in a talk must not answer the survey). */
  forgetDigits(): void {
    this.#typed = '';
  }

  /** Frees the endpoint. The dialog is ended by the call. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#free();
    return this.#closing;
  }

  async #free(): Promise<void> {
    this.#onDigit = undefined;
    // What is being made frees itself when it sees that the leg is closed.
    if (!this.#media) await this.#negotiating?.catch(() => {});
    const media = this.#media;
    if (!media) return;
    if (this.onQuality) {
      try {
        this.onQuality(await media.stats());
      } catch {
        // A lost endpoint has no figures.
      }
    }
    await media.close();
  }

  #noticeHold(): void {
    const held = this.media.farEndHolds;
    if (held === this.#held) return;
    this.#held = held;
    this.#holds?.emit('changed', held);
  }

  #take(digit: string): void {
    if (this.#onDigit) this.#onDigit(digit);
    else if (this.#typed.length < 32) this.#typed += digit;
  }
}
