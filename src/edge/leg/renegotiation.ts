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
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import { EdgeStatusError } from '../errors.ts';
import { sdpOf } from './edge-message.ts';
import { IncomingOffer, type RenegotiationLeg } from './incoming-offer.ts';
import type { SentAck, SentRequest, UacRequestUser } from './request-sender.ts';

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
  /** Our re-INVITE or UPDATE without its final response. */
  #request: SentRequest | undefined;
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

  /** A re-INVITE or UPDATE came, or a PRACK with an offer (RFC 3262 5). */
  onRequest(request: SipRequest, transaction: UasTransaction): void {
    const method = request.method as 'INVITE' | 'UPDATE' | 'PRACK';
    const offer = sdpOf(request);
    const { opening } = this.#leg;
    const refusal = refusalOf(method, offer !== undefined, {
      offerAnswer: this.#state === 'stable' ? opening.offerAnswer : this.#state,
      inviteSent: this.#inviteSent || opening.inviteSent,
      inviteReceived: this.#incoming?.transaction.isInvite === true || opening.inviteReceived,
    });
    if (refusal !== undefined) {
      // RFC 3261 14.2: 500 asks to come back within 10 s.
      const seconds = Math.floor(this.#leg.home.ids.random() * 11);
      const headerLines = refusal === 500 ? `Retry-After: ${seconds}\r\n` : undefined;
      transaction.reply(refusal, { headerLines });
      return;
    }
    // RFC 4028 4: session timers are for INVITE and UPDATE only.
    const timer = method === 'PRACK' ? undefined : uasTimer(request, this.#leg.home.sessionTimer);
    if (timer?.kind === 'too-small') {
      transaction.reply(422, { headerLines: `Min-SE: ${this.#leg.home.sessionTimer.minSeconds}\r\n` });
      return;
    }
    this.#leg.learn(request);
    // RFC 3261 12.2.2: a target refresh counts even before the answer, and is undone by none.
    if (method !== 'PRACK') this.#leg.dialog?.refreshTarget(request);
    const incoming = new IncomingOffer(this.#leg, transaction, request, offer, timer, () => {
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
    // RFC 3261 9.1: a re-INVITE that rings has no time limit of its own, and its far end may have forgotten it.
    if (this.#inviteSent) this.#request?.cancel('');
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
    this.#request = leg.send(
      method,
      body === undefined ? { headerLines } : { headerLines, contentType: SDP, body },
      user,
    );
    if (!this.#request) this.#fail(offer, new ClosedError('dialog'));
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
    // RFC 4028 7.4: the far end wants a longer interval than the one that we had agreed on.
    if (status === 422 && leg.sessionRefresh.raise(response)) return this.#repeat(offer);
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
      if (!this.#leg.isEnded && this.#current === offer) this.#repeat(offer);
    });
  }

  /** Sends an offer once more. An exchange of theirs goes first; ours follows when it is done. */
  #repeat(offer: OutgoingOffer): void {
    this.#current = undefined;
    this.#queue.unshift(offer);
    this.#startNext();
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

/** Whether two descriptions differ in nothing but their origin, whose version some ends raise with every answer. */
function isSameSession(one: string, other: string | undefined): boolean {
  const withoutOrigin = (sdp: string) => sdp.replace(/^o=.*$/m, '');
  return other !== undefined && (one === other || withoutOrigin(one) === withoutOrigin(other));
}

/** Content types that a request may have where a session description is expected; RFC 3261 21.4.13 for others. */
export function acceptsBody(request: SipRequest): boolean {
  const { contentType } = request;
  if (request.bodyLength === 0 || contentType === SDP || contentType === '') return true;
  if (contentType.startsWith('multipart/')) return true;
  // RFC 3261 20.11: a body that may be ignored does not hinder.
  return (request.get(Header.ContentDisposition) ?? '').toLowerCase().includes('handling=optional');
}
