import type { MediaBridge, Playback } from '../media/media.ts';
import { earlyMedia } from './answer.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/** Nothing has to be closed. */
const CLOSED = Promise.resolve();

/**
 * What a caller hears while somebody is rung for him: the call's ring tone (回铃音, 彩铃) from the moment that he can hear
 * us, or the early media of the far end, a carrier's own tone or announcement.
 */
export class Ringback {
  readonly #call: Call;
  #playback: Playback | undefined;
  #source: Leg | undefined;
  #bridge: MediaBridge | undefined;
  #stopped = false;

  constructor(call: Call) {
    this.#call = call;
  }

  /** A caller who cannot hear us yet hears what his own network makes of 180. */
  start(): void {
    const call = this.#call;
    if (this.#stopped || call.outcome || !call.opening.audible || this.#source) return;
    this.#playback = call.caller.media.play(call.ringback, { repeat: Number.POSITIVE_INFINITY });
  }

  /** A leg that rings sends audio: the first one is heard; a caller who cannot hear before the answer hears none. */
  async pass(leg: Leg, sdp: string): Promise<void> {
    const call = this.#call;
    if (this.#stopped || (this.#source && this.#source !== leg)) return;
    if (!call.opening.audible && !call.arrival.earlyMedia) return;
    const isNew = this.#source === undefined;
    this.#source = leg;
    try {
      await leg.accept(sdp);
      if (!isNew) return;
      leg.sip.events.once('ended', () => this.#lost(leg));
      await earlyMedia(call);
      this.#playback?.stop();
      const bridge = await call.context.media.bridge(call.caller.media, leg.media);
      if (this.#stopped || this.#source !== leg) return await bridge.close();
      this.#bridge = bridge;
    } catch (error) {
      if (!call.outcome) call.log.warn({ err: error, leg: leg.name }, 'early media could not be passed on');
      this.#lost(leg);
    }
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Somebody answered, or nobody will. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#playback?.stop();
    return this.#bridge?.close() ?? CLOSED;
  }

  #lost(leg: Leg): void {
    if (this.#source !== leg) return;
    this.#source = undefined;
    const bridge = this.#bridge;
    this.#bridge = undefined;
    void bridge?.close();
    this.start();
  }
}
