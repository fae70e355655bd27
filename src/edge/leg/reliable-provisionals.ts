import { Header, type SipRequest } from '../../sip/message/index.ts';
import { type TimerWheel, WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import { type TransactionTiming, transactionTimeoutMs } from '../../sip/transaction/timing.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';

/** A reliable provisional response that was sent or waits for its turn. */
export interface ReliableProvisional {
  readonly status: number;
  readonly sdp: string | undefined;
}

/** What the INVITE's UAS does for its reliable provisional responses. */
export interface ReliableProvisionalUser {
  /** Writes and sends `provisional` with this line for RSeq; called again for each repetition. */
  sendReliably(provisional: ReliableProvisional, rseqLine: string): void;
  /** Its PRACK came. */
  onAcknowledged(provisional: ReliableProvisional, prack: SipRequest, transaction: UasTransaction): void;
  /** RFC 3262 3: no PRACK within 64*T1. */
  onNeverAcknowledged(): void;
}

/** Reliable provisional responses of one INVITE (RFC 3262 3): one at a time, each repeated until its PRACK. */
export class ReliableProvisionals implements WheelTimerOwner {
  readonly #user: ReliableProvisionalUser;
  readonly #wheel: TimerWheel;
  readonly #timing: TransactionTiming;
  readonly #inviteSeq: number;
  readonly #timer = new WheelTimer(this);
  readonly #queue: ReliableProvisional[] = [];
  #sent: ReliableProvisional | undefined;
  #rseq: number;
  #intervalMs = 0;
  #elapsedMs = 0;

  /** `firstRseq`: from 1 to 2^31 - 1 (RFC 3262 3). */
  constructor(
    user: ReliableProvisionalUser,
    wheel: TimerWheel,
    timing: TransactionTiming,
    inviteSeq: number,
    firstRseq: number,
  ) {
    this.#user = user;
    this.#wheel = wheel;
    this.#timing = timing;
    this.#inviteSeq = inviteSeq;
    this.#rseq = firstRseq - 1;
  }

  /** A session description was sent and its PRACK has not come: the 2xx must wait (RFC 3262 3). */
  get holdsAnswer(): boolean {
    return this.#sent?.sdp !== undefined || this.#queue.some(({ sdp }) => sdp !== undefined);
  }

  send(provisional: ReliableProvisional): void {
    this.#queue.push(provisional);
    this.#sendNext();
  }

  /** A PRACK came; false when it is for no response of ours that waits. */
  onPrack(prack: SipRequest, transaction: UasTransaction): boolean {
    const sent = this.#sent;
    if (!sent || !acknowledges(prack, this.#rseq, this.#inviteSeq)) return false;
    this.#sent = undefined;
    this.#wheel.stop(this.#timer);
    this.#user.onAcknowledged(sent, prack, transaction);
    this.#sendNext();
    return true;
  }

  onTimer(): void {
    const sent = this.#sent;
    if (!sent) return;
    this.#elapsedMs += this.#intervalMs;
    const limitMs = transactionTimeoutMs(this.#timing);
    if (this.#elapsedMs >= limitMs) {
      this.close();
      this.#user.onNeverAcknowledged();
      return;
    }
    // RFC 3262 3: doubled each time, without the limit of T2.
    this.#intervalMs = Math.min(this.#intervalMs * 2, limitMs - this.#elapsedMs);
    this.#transmit(sent);
  }

  /** A response went out whose PRACK may still come. */
  get awaitsPrack(): boolean {
    return this.#sent !== undefined;
  }

  /** RFC 3262 3: the final response goes out: nothing is repeated any more, but a PRACK on its way gets its answer. */
  finalSent(): void {
    this.#wheel.stop(this.#timer);
    this.#queue.length = 0;
  }

  /** No PRACK is taken any more. */
  close(): void {
    this.finalSent();
    this.#sent = undefined;
  }

  #sendNext(): void {
    if (this.#sent) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#sent = next;
    this.#rseq++;
    this.#intervalMs = this.#timing.t1Ms;
    this.#elapsedMs = 0;
    this.#transmit(next);
  }

  #transmit(provisional: ReliableProvisional): void {
    this.#wheel.start(this.#timer, this.#intervalMs);
    this.#user.sendReliably(provisional, `Require: 100rel\r\nRSeq: ${this.#rseq}\r\n`);
  }
}

/** RFC 3262 7.2: whether RAck names this response. What stands after the method changes nothing. */
function acknowledges(prack: SipRequest, rseq: number, inviteSeq: number): boolean {
  const rack = /^(\d{1,10})\s+(\d{1,10})\s+INVITE(?![^\s;])/.exec(prack.get(Header.RAck) ?? '');
  return rack !== null && Number(rack[1]) === rseq && Number(rack[2]) === inviteSeq;
}
