import {
  type AgreedSessionTimer,
  MAX_INTERVAL_SECONDS,
  timerDelayMs,
  uacTimer,
} from '../../sip/dialog/session-timer.ts';
import { Header, type SipResponse } from '../../sip/message/index.ts';
import { WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import type { LegContext } from './leg-context.ts';

/** A leg as its session refresh sees it. */
export interface RefreshLeg extends LegContext {
  readonly renegotiation: { refresh(): void };
}

/** Session timer of a leg (RFC 4028): refreshes the session, or hangs up when the far end does not. */
export class SessionRefresh implements WheelTimerOwner {
  readonly #leg: RefreshLeg;
  readonly #timer = new WheelTimer(this);
  #agreed: AgreedSessionTimer | undefined;
  /** The far end has asked for this interval as the least (RFC 4028 7.3: Min-SE says so back). */
  #isRaised = false;
  /** Our last refresh reached nobody. */
  #unreached = false;

  constructor(leg: RefreshLeg) {
    this.#leg = leg;
  }

  /** Header lines for our next re-INVITE or UPDATE: who refreshes stays who refreshes (RFC 4028 7.4). */
  get requestLines(): string {
    const agreed = this.#agreed;
    if (!agreed) return '';
    const minSe = this.#isRaised ? `Min-SE: ${agreed.seconds}\r\n` : '';
    return `Session-Expires: ${agreed.seconds};refresher=${agreed.weRefresh ? 'uac' : 'uas'}\r\n${minSe}`;
  }

  /** A timer was agreed on, anew or again: its interval starts. */
  agree(timer: AgreedSessionTimer | undefined): void {
    this.#agreed = timer;
    this.#unreached = false;
    if (timer) this.#leg.home.wheel.start(this.#timer, timerDelayMs(timer));
    else this.close();
  }

  /** RFC 4028 7.4: a 422 wants a longer interval; false when it is none, or longer than anybody needs. */
  raise(response: SipResponse): boolean {
    const agreed = this.#agreed;
    const seconds = response.number(Header.MinSe) ?? 0;
    if (!agreed || seconds <= agreed.seconds || seconds > MAX_INTERVAL_SECONDS) return false;
    this.#agreed = { ...agreed, seconds };
    this.#isRaised = true;
    return true;
  }

  /** A 2xx to a re-INVITE or UPDATE of ours came. */
  answered(response: SipResponse): void {
    this.agree(uacTimer(response, this.#agreed?.seconds));
  }

  /** A refresh of ours could not be sent. RFC 4028 10: when the session's end has come as well, the far end is gone. */
  unreached(): void {
    if (this.#unreached) this.#leg.hangUp('edge', 'timeout');
    this.#unreached = true;
  }

  onTimer(): void {
    const agreed = this.#agreed;
    if (!agreed || this.#leg.isEnded) return;
    if (agreed.weRefresh) {
      // A refusal other than 408 and 481 leaves the session running (RFC 4028 10): the next try is at its next half.
      this.#leg.home.wheel.start(this.#timer, timerDelayMs(agreed));
      this.#leg.renegotiation.refresh();
    } else {
      // RFC 4028 10: the far end did not refresh.
      this.#leg.hangUp('edge', 'timeout');
    }
  }

  close(): void {
    this.#leg.home.wheel.stop(this.#timer);
  }
}
