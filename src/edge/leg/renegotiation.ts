import type { Timer } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import {
  glareBackOffMs,
  nextOfferAnswer,
  type OfferAnswerState,
  refusalOf,
} from '../../sip/dialog/offer-answer.ts';
import { uasTimer } from '../../sip/dialog/session-timer.ts';
import { Header, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import { EdgeStatusError } from '../errors.ts';
import { DECISION_LIMIT_MS, DEFAULT_ANSWERS } from './default-answers.ts';
import { sdpOf } from './edge-message.ts';
import type { LegContext } from './leg-context.ts';
import type { SentAck, UacRequestUser } from './request-sender.ts';
import type { SessionRefresh } from './session-refresh.ts';

/** A leg as its renegotiation sees it. */
export interface RenegotiationLeg extends LegContext {
  readonly sessionRefresh: SessionRefresh;
}

/** An offer of ours that waits for its turn or its answer. */
interface OutgoingOffer {
  /** Undefined: a session refresh, which offers what is in force (RFC 4028 7.4). */
  readonly sdp: string | undefined;
  resolve(answer: string): void;
  reject(error: Error): void;
}

const SDP = 'application/sdp';

/**
 * Re-INVITE and UPDATE in both directions (RFC 3261 14, RFC 3311): one exchange at a time, ours wait in a
 * queue, a 491 is repeated after its back-off, a refused exchange leaves the session as it was.
 */
export class Renegotiation {
  readonly #leg: RenegotiationLeg;
  readonly #queue: OutgoingOffer[] = [];
  #current: OutgoingOffer | undefined;
  #inviteSent = false;
  #backOff: Timer | undefined;
  #state: OfferAnswerState = 'stable';
  /** The re-INVITE or UPDATE of theirs that waits for our answer or its ACK. */
  #incoming: IncomingOffer | undefined;

  constructor(leg: RenegotiationLeg) {
    this.#leg = leg;
  }

  /** Sends an offer; resolves with the answer. */
  reoffer(sdp: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ sdp, resolve, reject });
      this.#startNext();
    });
  }

  /** Refreshes the session (RFC 4028 10); failures that matter end the leg. */
  refresh(): void {
    this.#queue.push({ sdp: undefined, resolve: () => {}, reject: () => {} });
    this.#startNext();
  }

  /** A re-INVITE or UPDATE came. */
  onRequest(request: SipRequest, transaction: UasTransaction): void {
    const method = request.method as 'INVITE' | 'UPDATE';
    const offer = sdpOf(request);
    const refusal = refusalOf(method, offer !== undefined, {
      offerAnswer: this.#state,
      inviteSent: this.#inviteSent,
      inviteReceived: this.#incoming?.transaction.isInvite === true,
    });
    if (refusal !== undefined) {
      // RFC 3261 14.2: 500 asks to come back within 10 s.
      const seconds = Math.floor(this.#leg.home.ids.random() * 11);
      const headerLines = refusal === 500 ? `Retry-After: ${seconds}\r\n` : undefined;
      transaction.reply(refusal, { headerLines });
      return;
    }
    const timer = uasTimer(request, this.#leg.home.sessionTimer);
    if (timer.kind === 'too-small') {
      transaction.reply(422, { headerLines: `Min-SE: ${this.#leg.home.sessionTimer.minSeconds}\r\n` });
      return;
    }
    this.#leg.learn(request);
    // RFC 3261 12.2.2: a target refresh counts even before the answer, and is undone by none.
    this.#leg.dialog?.refreshTarget(request);
    let timerLines = '';
    if (timer.kind === 'agreed') {
      timerLines = timer.line + (timer.require ? 'Require: timer\r\n' : '');
      this.#leg.sessionRefresh.agree(timer.timer);
    }
    const incoming = new IncomingOffer(this.#leg, transaction, request, offer, timerLines, () => {
      if (this.#incoming === incoming) this.#incoming = undefined;
      this.#move('drop');
      this.#startNext();
    });
    this.#incoming = incoming;
    if (offer !== undefined) this.#move('receive-offer');
    else if (method === 'INVITE') this.#move('send-offer');
    incoming.start();
  }

  /** The ACK of our 2xx to a re-INVITE. */
  onAck(request: SipRequest): void {
    this.#incoming?.onAck(request);
  }

  /** The leg has ended: nothing may wait any longer. */
  close(): void {
    this.#backOff?.cancel();
    this.#incoming?.close();
    const waiting = this.#current ? [this.#current, ...this.#queue] : this.#queue;
    for (const offer of waiting) offer.reject(new ClosedError('leg'));
    this.#queue.length = 0;
    this.#current = undefined;
  }

  #move(input: Parameters<typeof nextOfferAnswer>[1]): void {
    this.#state = nextOfferAnswer(this.#state, input) ?? this.#state;
  }

  #startNext(): void {
    if (this.#leg.isEnded || this.#current || this.#incoming || this.#state !== 'stable') return;
    const offer = this.#queue.shift();
    if (!offer) return;
    this.#current = offer;
    this.#send(offer);
  }

  /** Re-INVITE; UPDATE where an INVITE is not possible yet, or to refresh without a session description. */
  #send(offer: OutgoingOffer): void {
    const leg = this.#leg;
    const early = leg.state !== 'confirmed';
    const method = early || (offer.sdp === undefined && leg.peerTakesUpdate) ? 'UPDATE' : 'INVITE';
    const body = offer.sdp ?? (method === 'INVITE' ? leg.localSdp : undefined);
    if (early && !leg.peerTakesUpdate)
      return this.#fail(offer, new EdgeStatusError('UPDATE', 405, 'Not Allowed'));
    this.#inviteSent = method === 'INVITE';
    if (body !== undefined) this.#move('send-offer');
    const headerLines = leg.featureLines + leg.sessionRefresh.requestLines;
    const user = new OfferUser(
      method,
      (response) => this.#onFinal(offer, method, response),
      (status) => this.#onUnanswered(offer, method, status),
    );
    user.acknowledge = () => this.#sendAck(user);
    const request = leg.send(
      method,
      body === undefined ? { headerLines } : { headerLines, contentType: SDP, body },
      user,
    );
    if (!request) this.#fail(offer, new ClosedError('dialog'));
  }

  #sendAck(user: OfferUser): SentAck | undefined {
    const { dialog, home } = this.#leg;
    if (!dialog) return undefined;
    const content = { headerLines: home.userAgentLine };
    return home.uac.sendAck(dialog.ack(user.inviteSeq, content), this.#leg.flow, this.#leg.from);
  }

  #onFinal(offer: OutgoingOffer, method: string, response: SipResponse): void {
    const leg = this.#leg;
    const { status } = response;
    this.#inviteSent = false;
    this.#move('drop');
    if (leg.isEnded) return;
    if (status === 491) return this.#waitAndRepeat(offer);
    if (status >= 300) {
      this.#fail(offer, new EdgeStatusError(method, status, response.reason));
      leg.checkDialogLost(status);
      return;
    }
    leg.learn(response);
    leg.dialog?.refreshTarget(response);
    leg.sessionRefresh.answered(response);
    const answer = sdpOf(response);
    const isNews = answer !== undefined && !isSameSession(answer, leg.remoteSdp);
    if (answer !== undefined) leg.remoteSdp = answer;
    if (offer.sdp !== undefined && answer === undefined) {
      return this.#fail(offer, new EdgeStatusError(method, 488, 'no answer in the 2xx'));
    }
    if (offer.sdp !== undefined) leg.localSdp = offer.sdp;
    // RFC 4028 7.4: a refresh is an offer like any other, and may be answered anew.
    else if (isNews) leg.events.emit('renegotiated', { sdp: answer });
    this.#done(offer);
    offer.resolve(answer ?? '');
  }

  #onUnanswered(offer: OutgoingOffer, method: string, status: 408 | 503): void {
    this.#inviteSent = false;
    this.#move('drop');
    if (this.#leg.isEnded) return;
    this.#fail(offer, new EdgeStatusError(method, status, 'no answer'));
    this.#leg.checkDialogLost(status);
    if (offer.sdp === undefined && status === 503) this.#leg.sessionRefresh.unreached();
  }

  /** RFC 3261 14.1 */
  #waitAndRepeat(offer: OutgoingOffer): void {
    const { home, ownsCallId } = this.#leg;
    this.#backOff = home.clock.after(glareBackOffMs(ownsCallId, home.ids.random()), () => {
      this.#backOff = undefined;
      if (this.#leg.isEnded || this.#current !== offer) return;
      // An exchange of theirs goes first; ours follows when it is done.
      this.#current = undefined;
      this.#queue.unshift(offer);
      this.#startNext();
    });
  }

  #fail(offer: OutgoingOffer, error: Error): void {
    this.#done(offer);
    offer.reject(error);
  }

  #done(offer: OutgoingOffer): void {
    if (this.#current === offer) this.#current = undefined;
    this.#startNext();
  }
}

/** The UAC side of one re-INVITE or UPDATE. */
class OfferUser implements UacRequestUser {
  readonly #method: string;
  readonly #final: (response: SipResponse) => void;
  readonly #unanswered: (status: 408 | 503) => void;
  #ack: SentAck | undefined;
  #settled = false;
  inviteSeq = 0;
  acknowledge: () => SentAck | undefined = () => undefined;

  constructor(
    method: string,
    final: (response: SipResponse) => void,
    unanswered: (status: 408 | 503) => void,
  ) {
    this.#method = method;
    this.#final = final;
    this.#unanswered = unanswered;
  }

  onFinal(response: SipResponse): void {
    if (this.#method === 'INVITE' && response.isSuccess) {
      this.inviteSeq = response.cseq.number;
      // RFC 3261 13.2.2.4: a repeated 2xx gets the same ACK again.
      if (this.#ack) this.#ack.send();
      else this.#ack = this.acknowledge();
    }
    if (this.#settled) return;
    this.#settled = true;
    this.#final(response);
  }

  onUnanswered(status: 408 | 503): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#unanswered(status);
  }
}

/** One re-INVITE or UPDATE of theirs, from its arrival to the ACK of its answer. */
class IncomingOffer {
  readonly transaction: UasTransaction;
  readonly #leg: RenegotiationLeg;
  readonly #seq: number;
  readonly #offer: string | undefined;
  readonly #timerLines: string;
  readonly #done: () => void;
  #limit: Timer | undefined;
  #sentSdp: string | undefined;
  #closed = false;

  constructor(
    leg: RenegotiationLeg,
    transaction: UasTransaction,
    request: SipRequest,
    offer: string | undefined,
    timerLines: string,
    done: () => void,
  ) {
    this.#leg = leg;
    this.transaction = transaction;
    this.#seq = request.cseq.number;
    this.#offer = offer;
    this.#timerLines = timerLines;
    this.#done = done;
  }

  start(): void {
    const { transaction } = this;
    const leg = this.#leg;
    transaction.user = {
      onCancel: () => this.#refuse(487),
      // RFC 3261 14.2: no ACK ends the session.
      onAckTimeout: () => {
        this.#finish();
        leg.hangUp('edge', 'timeout');
      },
      onTransportError: () => this.#finish(),
    };
    // RFC 3311 5.2, RFC 4028 7.4: an UPDATE without an offer changes no session.
    if (!transaction.isInvite && this.#offer === undefined) return this.#accept(undefined);
    // RFC 4028 7.4: the same description again is a refresh; nobody needs to be asked.
    if (this.#offer !== undefined && this.#offer === leg.remoteSdp && leg.localSdp !== undefined) {
      return this.#accept(leg.localSdp);
    }
    this.#ask();
  }

  onAck(request: SipRequest): void {
    if (request.cseq.number !== this.#seq || !this.transaction.isInvite) return;
    this.transaction.acked();
    if (this.#sentSdp !== undefined) this.#leg.localSdp = this.#sentSdp;
    const answer = this.#offer === undefined ? sdpOf(request) : undefined;
    this.#finish();
    if (answer === undefined) return;
    this.#leg.remoteSdp = answer;
    this.#leg.events.emit('renegotiated', { sdp: answer });
  }

  close(): void {
    if (this.#closed) return;
    // RFC 3261 15.1.2: what is pending when the dialog ends gets 487.
    this.transaction.reply(487);
    this.#closed = true;
    this.#limit?.cancel();
  }

  #ask(): void {
    const leg = this.#leg;
    try {
      const answer = leg.delegate.onReoffer?.(this.#offer);
      if (answer === undefined) return this.#refuse(DEFAULT_ANSWERS.reoffer);
      if (typeof answer === 'string') return this.#accept(answer);
      this.transaction.reply(100);
      this.#limit = leg.home.clock.after(DECISION_LIMIT_MS.request, () =>
        this.#refuse(DEFAULT_ANSWERS.reoffer),
      );
      answer.then(
        (sdp) => this.#accept(sdp),
        () => this.#refuse(DEFAULT_ANSWERS.reoffer),
      );
    } catch {
      this.#refuse(DEFAULT_ANSWERS.reoffer);
    }
  }

  #accept(sdp: string | undefined): void {
    const { transaction } = this;
    if (this.#closed || !transaction.pending) return;
    this.#limit?.cancel();
    const leg = this.#leg;
    this.#sentSdp = sdp;
    if (this.#offer !== undefined) {
      leg.remoteSdp = this.#offer;
      leg.localSdp = sdp;
    }
    transaction.reply(200, {
      headerLines: `Contact: <${contactUri(transaction.flow, '')}>\r\n${leg.home.serverLine}${leg.featureLines}${this.#timerLines}`,
      contentType: SDP,
      body: sdp,
    });
    if (!transaction.isInvite) this.#finish();
  }

  #refuse(status: number): void {
    if (this.#closed) return;
    this.transaction.reply(status);
    this.#finish();
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#limit?.cancel();
    this.#done();
  }
}

/** Whether two descriptions differ in nothing but their origin, whose version some ends raise with every answer. */
function isSameSession(one: string, other: string | undefined): boolean {
  const withoutOrigin = (sdp: string) => sdp.replace(/^o=.*$/m, '');
  return other !== undefined && (one === other || withoutOrigin(one) === withoutOrigin(other));
}

/** Content types that a request may have where a session description is expected; RFC 3261 21.4.13 for others. */
export function acceptsBody(request: SipRequest): boolean {
  const { contentType } = request;
  if (request.bodyLength === 0 || contentType === SDP || contentType.startsWith('multipart/')) return true;
  // RFC 3261 20.11: a body that may be ignored does not hinder.
  return (request.get(Header.ContentDisposition) ?? '').toLowerCase().includes('handling=optional');
}
