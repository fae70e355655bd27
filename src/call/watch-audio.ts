import type { Clock, Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/**
 * What a leg's audio tells of its party once it has answered: the line has cleared (busy tone of an analogue or E1
 * gateway), nothing comes any more, or the media engine lost it. The caller's end is the call's; another leg ends alone.
 */
export function watchAudio(call: Call, leg: Leg): void {
  const { events } = leg.media;
  let hold: HoldWatch | undefined;
  events.once('busyTone', () => cleared(call, leg));
  events.once('deadAir', () => lost(call, leg, 'dead-air'));
  events.once('lost', () => lost(call, leg, 'media-lost'));
  leg.onHold((held) => {
    hold?.stop();
    hold = undefined;
    if (!held || leg.sip.state === 'ended') return;
    const { clock, rtpTimeoutMs } = call.context;
    hold = new HoldWatch(leg, clock, rtpTimeoutMs / 2, () => lost(call, leg, 'dead-air'));
  });
}

function cleared(call: Call, leg: Leg): void {
  leg.hungUpByTone = true;
  // a leg that was handed over outlives the call that it was rung for
  if (!call.outcome) call.note('step', { step: 'busy tone', why: `the line of ${leg.name} was cleared` });
  if (call.isCaller(leg)) call.end('normal', 'caller');
  else leg.sip.end({ cause: 'normal' });
}

function lost(call: Call, leg: Leg, cause: 'dead-air' | 'media-lost'): void {
  if (call.isCaller(leg) && !call.onCallerGone) call.end(cause);
  else leg.sip.end({ cause });
}

/**
 * A phone that holds sends no audio that could be missed, and may die meanwhile: it is asked in the dialog (OPTIONS) as
 * often as silence would be noticed. RFC 3261 12.2.1.2: who does not answer, or knows no such dialog, has left.
 */
class HoldWatch {
  readonly #leg: Leg;
  readonly #onGone: () => void;
  readonly #timer: Timer;
  readonly #end: Subscription;
  #unanswered = false;

  constructor(leg: Leg, clock: Clock, periodMs: number, onGone: () => void) {
    this.#leg = leg;
    this.#onGone = onGone;
    this.#timer = clock.every(periodMs, () => void this.#ask());
    this.#end = leg.sip.events.once('ended', () => this.stop());
  }

  /** He takes up again. Idempotent. */
  stop(): void {
    this.#timer.cancel();
    this.#end.off();
  }

  async #ask(): Promise<void> {
    if (this.#unanswered) return this.#onGone();
    this.#unanswered = true;
    const response = await this.#leg.sip.request('OPTIONS').catch(() => undefined);
    if (response && response.status !== 408 && response.status !== 481) this.#unanswered = false;
    else if (this.#leg.held) this.#onGone();
  }
}
