import { CAUSES } from '../../shared/cause.ts';
import { ClosedError } from '../../shared/errors.ts';
import { Dialog } from '../../sip/dialog/dialog.ts';
import { type Exchange, NOTHING_OPEN, type OfferAnswerState } from '../../sip/dialog/offer-answer.ts';
import { uasTimer } from '../../sip/dialog/session-timer.ts';
import { Header, type SipRequest } from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import { WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import { transactionTimeoutMs } from '../../sip/transaction/timing.ts';
import type { UasTransaction, UasTransactionUser } from '../../sip/transaction/uas-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { EndRequest, InboundLeg, LegEnding, SipLeg } from '../edge.ts';
import { DECISION_LIMIT_MS, DEFAULT_ANSWERS } from './default-answers.ts';
import { DialogLeg } from './dialog-leg.ts';
import { q850Of, ReceivedRequest, sdpOf } from './edge-message.ts';
import { headerLines, reasonLine } from './header-lines.ts';
import type { LegHome } from './leg-home.ts';
import {
  type ReliableProvisional,
  ReliableProvisionals,
  type ReliableProvisionalUser,
} from './reliable-provisionals.ts';
import { stickyFlow } from './sticky-flow.ts';

const SDP = 'application/sdp';

/** RFC 3261 13.3.1.1: a provisional response every minute, so that no proxy gives the call up. */
const KEEP_RINGING_MS = 60_000;

interface AnswerPromise {
  resolve(sdp: string | undefined): void;
  reject(error: Error): void;
}

/** A call that came in: the UAS of its INVITE (RFC 3261 13.3). */
export class UasLeg
  extends DialogLeg
  implements InboundLeg, UasTransactionUser, WheelTimerOwner, ReliableProvisionalUser
{
  readonly direction = 'inbound';
  readonly ownsCallId = false;
  readonly invite: ReceivedRequest;
  readonly replaces: SipLeg | undefined;
  readonly #transaction: UasTransaction;
  readonly #inviteSeq: number;
  readonly #delayedOffer: boolean;
  /** Decides when nobody does, then keeps the call ringing. */
  readonly #timer = new WheelTimer(this);
  /** Runs where the INVITE says how long it holds. */
  #expiry: WheelTimer | undefined;
  #reliable: ReliableProvisionals | undefined;
  /** An answer or offer went out reliably: the 2xx brings none (RFC 6337 2.2). */
  #sdpSettled = false;
  #lastProvisional: { status: number; sdp: string | undefined } | undefined;
  #heldAnswer: string | undefined;
  #answering: AnswerPromise | undefined;
  /** The leg ended between the 200 and its ACK: BYE follows the ACK. */
  #byeRequest: EndRequest | undefined;

  constructor(home: LegHome, request: SipRequest, transaction: UasTransaction, replaces: SipLeg | undefined) {
    super(home, request.callId, 'arriving', undefined);
    this.invite = new ReceivedRequest(request, transaction.flow);
    this.replaces = replaces;
    this.#transaction = transaction;
    this.#inviteSeq = request.cseq.number;
    this.remoteSdp = sdpOf(request);
    this.#delayedOffer = this.remoteSdp === undefined;
    this.dialog = Dialog.ofUas(request, transaction.localTag);
    this.flow = stickyFlow(request, transaction.flow);
    this.from = transaction.flow.local;
    this.peer = transaction.flow.remote.address;
    this.learn(request);
    transaction.user = this;
    home.dialogs.add(this.dialog, this);
    home.opened(this);
    home.wheel.start(this.#timer, DECISION_LIMIT_MS.call);
    this.#startExpiry(request.number(Header.Expires));
  }

  /** RFC 3261 8.2.6.1, 17.2.1: the PBX has been asked; without a decision yet the caller hears 100. */
  asked(): void {
    if (this.state === 'arriving') this.#transaction.reply(100);
  }

  progress(status: number, sdp?: string): void {
    if (this.state !== 'arriving' && this.state !== 'early') return;
    if (status <= 100 || status >= 200) throw new RangeError(`${status} is no progress: 101 to 199`);
    this.enter('early');
    if (sdp !== undefined) this.localSdp = sdp;
    this.home.wheel.start(this.#timer, KEEP_RINGING_MS);
    const { message } = this.invite;
    if (message.listHas(Header.Require, '100rel')) {
      this.#reliable ??= this.#newReliable();
      // RFC 3262 5: a description that was settled reliably is not sent again.
      this.#reliable.send({ status, sdp: this.#sdpSettled ? undefined : sdp });
      if (sdp !== undefined) this.#sdpSettled = true;
      this.#lastProvisional = { status, sdp: undefined };
      return;
    }
    this.#lastProvisional = { status, sdp };
    this.#sendProvisional(status, sdp, '');
  }

  answer(sdp: string): Promise<string | undefined> {
    if (this.isEnded) return Promise.reject(new ClosedError('leg'));
    if (this.state !== 'arriving' && this.state !== 'early') return Promise.reject(new ClosedError('INVITE'));
    return new Promise((resolve, reject) => {
      this.#answering = { resolve, reject };
      this.enter('answering');
      this.home.wheel.stop(this.#timer);
      if (this.#reliable?.holdsAnswer) this.#heldAnswer = sdp;
      else this.#sendAnswer(sdp);
    });
  }

  override onAck(request: SipRequest, flow: Flow): void {
    if (request.cseq.number !== this.#inviteSeq) return super.onAck(request, flow);
    if (this.#transaction.accepted) this.#transaction.acked();
    if (this.#byeRequest) return this.#byeNow();
    if (this.state !== 'answering' || this.#heldAnswer !== undefined) return;
    const answer = this.#delayedOffer && !this.#sdpSettled ? sdpOf(request) : undefined;
    if (answer !== undefined) this.remoteSdp = answer;
    this.enter('confirmed');
    const answering = this.#answering;
    this.#answering = undefined;
    answering?.resolve(answer);
  }

  /** Their INVITE until our final response; the offer until its answer went or came reliably. */
  get opening(): Exchange {
    const inviteReceived = this.#transaction.pending;
    if (!inviteReceived && this.state !== 'answering') return NOTHING_OPEN;
    return { offerAnswer: this.#openingOffer, inviteSent: false, inviteReceived };
  }

  get #openingOffer(): OfferAnswerState {
    const wasSent = this.#sdpSettled || !this.#transaction.pending;
    if (this.#delayedOffer) return wasSent && this.remoteSdp === undefined ? 'offered' : 'stable';
    return wasSent ? 'stable' : 'asked';
  }

  onPrack(request: SipRequest, transaction: UasTransaction): boolean {
    return this.#reliable?.onPrack(request, transaction) ?? false;
  }

  sendReliably({ status, sdp }: ReliableProvisional, rseqLine: string): void {
    this.#sendProvisional(status, sdp, rseqLine);
  }

  onAcknowledged(provisional: ReliableProvisional, prack: SipRequest, transaction: UasTransaction): void {
    if (this.isEnded) return this.#onLatePrack(transaction);
    const sdp = sdpOf(prack);
    const answersOffer = this.#delayedOffer && provisional.sdp !== undefined;
    if (sdp !== undefined && answersOffer) {
      this.remoteSdp = sdp;
      transaction.reply(200, { headerLines: this.home.serverLine });
      this.events.emit('renegotiated', { sdp });
    } else if (sdp !== undefined) {
      // RFC 3262 5: an offer in PRACK, answered in its 2xx.
      this.renegotiation.onRequest(prack, transaction);
    } else transaction.reply(200, { headerLines: this.home.serverLine });
    const held = this.#heldAnswer;
    if (held === undefined || this.#reliable?.holdsAnswer) return;
    this.#heldAnswer = undefined;
    this.#sendAnswer(held);
  }

  /** RFC 3262 3: it has crossed our final response, and is the last that the dialog was kept for. */
  #onLatePrack(transaction: UasTransaction): void {
    transaction.reply(200, { headerLines: this.home.serverLine });
    this.home.wheel.stop(this.#timer);
    if (this.dialog) this.home.dialogs.remove(this.dialog);
  }

  onNeverAcknowledged(): void {
    this.#reliable?.close();
    this.#transaction.reply(504);
    this.finish({ by: 'edge', cause: 'timeout', status: 504 });
  }

  onTimer(timer: WheelTimer): void {
    if (timer === this.#expiry) this.#expired();
    else if (this.isEnded) {
      if (this.dialog) this.home.dialogs.remove(this.dialog);
    } else if (this.state === 'arriving') {
      this.#reject(DEFAULT_ANSWERS.undecidedCall, '');
      this.finish({ by: 'edge', cause: 'failure', status: DEFAULT_ANSWERS.undecidedCall });
    } else if (this.state === 'early') {
      this.home.wheel.start(this.#timer, KEEP_RINGING_MS);
      const last = this.#lastProvisional;
      // RFC 3262 3: what was sent reliably is kept up reliably.
      if (last && this.#reliable) this.#reliable.send(last);
      else if (last) this.#sendProvisional(last.status, last.sdp, '');
    }
  }

  #startExpiry(seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.#expiry = new WheelTimer(this);
    this.home.wheel.start(this.#expiry, seconds * 1000);
  }

  /** RFC 3261 13.3.1: the caller wants an answer no longer. */
  #expired(): void {
    if (!this.#transaction.pending) return;
    this.#reject(487, reasonLine('no-answer'));
    this.finish({ by: 'remote', cause: 'cancelled', status: 487 });
  }

  onCancel(_transaction: UasTransaction, cancel: SipRequest): void {
    const source = cancel.sourceAddress;
    // RFC 3261 9.2: of the hop that sent the INVITE. A server that passes it on has looked already, and tells no address.
    if (source !== '' && !this.home.dialogSource(source, this.peer!)) return;
    const q850 = q850Of(cancel);
    this.#reject(487, '');
    const ending: LegEnding = { by: 'remote', cause: 'cancelled', status: 487 };
    this.finish(q850 === undefined ? ending : { ...ending, q850 });
  }

  /** RFC 3261 13.3.1.4: no ACK for our 2xx: the dialog is confirmed, but the session ends with BYE. */
  onAckTimeout(): void {
    if (this.#byeRequest) return this.#byeNow();
    if (this.isEnded) return;
    this.hangUp('edge', 'timeout');
  }

  onTransportError(): void {
    if (this.isEnded || this.state === 'confirmed') return;
    this.finish({ by: 'edge', cause: 'edge-lost', status: 503 });
  }

  /** A BYE in the dialog proves that our 2xx has arrived, whatever became of its ACK: it is not repeated any more. */
  override byeReceived(request: SipRequest): void {
    // What comes after a BYE is out of order.
    this.#reliable?.close();
    if (this.#transaction.accepted) this.#transaction.acked();
    // It ends what our own BYE would have ended after the ACK, which may never come.
    if (this.#byeRequest) {
      this.#byeRequest = undefined;
      if (this.dialog) this.home.dialogs.remove(this.dialog);
    }
    super.byeReceived(request);
  }

  protected override endUnconfirmed(request: EndRequest): void {
    if (this.state === 'answering' && this.#heldAnswer === undefined) {
      // RFC 3261 15: no BYE before the ACK.
      this.#byeRequest = request;
      this.finish({ by: 'local', cause: request.cause });
      return;
    }
    if (request.silent && this.state === 'arriving') {
      this.#transaction.ignore();
      this.finish({ by: 'local', cause: request.cause });
      return;
    }
    const status = request.status ?? CAUSES[request.cause].status;
    this.#reject(status, reasonLine(request.cause, request.q850) + headerLines(request.headers));
    this.finish({ by: 'local', cause: request.cause, status });
  }

  protected override onEnded(): void {
    this.home.wheel.stop(this.#timer);
    if (this.#expiry) this.home.wheel.stop(this.#expiry);
    this.#reliable?.finalSent();
    // Timer J's time, as long as a PRACK may be repeated.
    if (this.#reliable?.awaitsPrack)
      this.home.wheel.start(this.#timer, transactionTimeoutMs(this.home.timing));
    // RFC 3261 15.1.2: a BYE in an early dialog ends the INVITE with 487.
    if (this.#transaction.pending) this.#transaction.reply(487);
    this.#answering?.reject(new ClosedError('leg'));
    this.#answering = undefined;
  }

  /** The dialog stays known until the BYE that waits for its ACK, and for a PRACK that is on its way. */
  protected override get keepsDialog(): boolean {
    return this.#byeRequest !== undefined || (this.#reliable?.awaitsPrack ?? false);
  }

  #byeNow(): void {
    const request = this.#byeRequest;
    if (!request) return;
    this.#byeRequest = undefined;
    this.bye(request);
    if (this.dialog) this.home.dialogs.remove(this.dialog);
  }

  #newReliable(): ReliableProvisionals {
    const { home } = this;
    // RFC 3262 3: the first one from the lower half, so that there is room to count.
    const firstRseq = 1 + Math.floor(home.ids.random() * 0x3fffffff);
    return new ReliableProvisionals(this, home.wheel, home.timing, this.#inviteSeq, firstRseq);
  }

  #sendProvisional(status: number, sdp: string | undefined, lines: string): void {
    const contact = `Contact: <${contactUri(this.#transaction.flow, '')}>\r\n`;
    this.#transaction.reply(status, {
      headerLines: contact + this.home.serverLine + this.featureLines + lines,
      contentType: SDP,
      body: sdp,
    });
  }

  #sendAnswer(sdp: string): void {
    const { home } = this;
    const transaction = this.#transaction;
    let lines = `Contact: <${contactUri(transaction.flow, '')}>\r\n${home.serverLine}${this.featureLines}`;
    const timer = uasTimer(this.invite.message, home.sessionTimer);
    if (timer.kind === 'agreed') {
      lines += timer.require ? `${timer.line}Require: timer\r\n` : timer.line;
      this.sessionRefresh.agree(timer.timer);
    }
    this.#reliable?.finalSent();
    if (this.#expiry) home.wheel.stop(this.#expiry);
    this.localSdp = sdp;
    this.dialog?.confirm();
    const body = this.#sdpSettled ? undefined : sdp;
    transaction.reply(200, { headerLines: lines, contentType: SDP, body });
  }

  #reject(status: number, lines: string): void {
    this.#reliable?.finalSent();
    this.#transaction.reply(status, { headerLines: this.home.serverLine + lines });
  }
}
