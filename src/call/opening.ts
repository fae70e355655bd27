import type { InboundLeg } from '../edge/edge.ts';
import { MediaExhaustedError, MediaNegotiationError } from '../media/errors.ts';
import { reportQuality } from './audio-quality.ts';
import type { Call, Opening } from './call.ts';
import { Leg } from './leg.ts';
import { watchAudio } from './watch-audio.ts';

/** A caller who has been told 503 may try again after so many seconds (RFC 3261 20.33). */
const RETRY_AFTER_S = '10';

/** A call that came in: 180, 183 and 200 are ours to send. */
export class InboundOpening implements Opening {
  readonly leg: Leg<InboundLeg>;
  readonly #call: Call;
  #audible = false;
  #negotiating: Promise<string> | undefined;

  constructor(call: Call, sip: InboundLeg) {
    this.#call = call;
    this.leg = new Leg('caller', sip, call.arrival.party);
  }

  get audible(): boolean {
    return this.#audible;
  }

  ring(): void {
    this.leg.sip.progress(180);
  }

  negotiate(): Promise<string> {
    this.#negotiating ??= this.#negotiate();
    return this.#negotiating;
  }

  async #negotiate(): Promise<string> {
    const call = this.#call;
    call.assertOpen();
    try {
      reportQuality(call, this.leg);
      const sdp = await this.leg.negotiate(call.context.media, {
        callId: call.id,
        profile: 'any',
        ...call.arrival.media,
        rtpTimeoutMs: call.context.rtpTimeoutMs,
      });
      call.assertOpen();
      return sdp;
    } catch (error) {
      this.#refuse(error);
      throw error;
    }
  }

  /**
   * 183 with SDP. A trunk without early media gets the answer instead: a prompt that nobody hears is worse than one that
   * is charged.
   */
  async earlyMedia(): Promise<void> {
    if (this.#audible) return;
    if (!this.#call.arrival.earlyMedia) return this.answer();
    const sdp = await this.negotiate();
    this.#call.assertOpen();
    if (this.#audible) return;
    this.#audible = true;
    this.leg.sip.progress(183, sdp);
  }

  /** 200; resolves when it is acknowledged. */
  async answer(): Promise<void> {
    const { sip } = this.leg;
    const delayedOffer = sip.remoteSdp === undefined;
    const kept = this.#call.kept();
    const sdp = await this.negotiate();
    if (kept) await kept;
    this.#call.assertOpen();
    const acked = await sip.answer(sdp);
    try {
      if (delayedOffer) await this.leg.accept(acked);
    } catch (error) {
      this.#refuse(error);
      throw error;
    }
    this.#audible = true;
    watchAudio(this.#call, this.leg);
  }

  /** What we cannot accept is 488, what we cannot hold 503 (RFC 3261 21.4.26, 21.5.4); after the answer it is a BYE. */
  #refuse(error: unknown): void {
    const call = this.#call;
    if (call.outcome) return;
    if (error instanceof MediaNegotiationError) {
      call.note('step', { step: 'audio', why: error.message });
      call.end('not-acceptable');
    } else if (error instanceof MediaExhaustedError) {
      call.log.error({ reason: error.message }, 'a call could not be taken: no room for its audio');
      call.note('step', { step: 'audio', why: error.message });
      call.end('resource-unavailable', 'engine', { headers: { 'Retry-After': RETRY_AFTER_S } });
    }
    call.assertOpen();
  }
}

/** A call that we began: its leg has answered before the call opens with it. */
export class OutboundOpening implements Opening {
  readonly leg: Leg;
  readonly audible = true;

  constructor(leg: Leg) {
    this.leg = leg;
  }

  ring(): void {}
  async negotiate(): Promise<void> {}
  async earlyMedia(): Promise<void> {}
  async answer(): Promise<void> {}
}
