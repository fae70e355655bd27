import { causeOfStatus } from '../../shared/cause.ts';
import { Dialog } from '../../sip/dialog/dialog.ts';
import { type Exchange, NOTHING_OPEN } from '../../sip/dialog/offer-answer.ts';
import { MAX_INTERVAL_SECONDS, uacTimer } from '../../sip/dialog/session-timer.ts';
import {
  formatNameAddr,
  Header,
  type NameAddr,
  type SipRequest,
  type SipResponse,
} from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import { WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { EndRequest, LegEnding, OutboundCall, OutboundLeg } from '../edge.ts';
import { AcceptedInvite } from './accepted-invite.ts';
import { DialogLeg } from './dialog-leg.ts';
import { q850Of, sdpOf } from './edge-message.ts';
import { ALLOW_LINE, hasHeader, headerLines, oneLine, reasonLine } from './header-lines.ts';
import type { LegHome } from './leg-home.ts';
import type { SentRequest, UacRequestUser, UacRoute, UacTransaction } from './request-sender.ts';

const SDP = 'application/sdp';

/** Forks that a call of ours may have; more To tags than that are made up. */
const MAX_FORKS = 32;

/** A dialog that a provisional response made, and its reliable responses so far. */
interface EarlyDialog {
  readonly dialog: Dialog;
  /** RFC 3262 4: RSeq of the last one that got its PRACK. */
  rseq: number | undefined;
}

/** A call of ours: the UAC of its INVITE (RFC 3261 13.2). */
export class UacLeg extends DialogLeg implements OutboundLeg, UacRequestUser, WheelTimerOwner {
  readonly direction = 'outbound';
  readonly ownsCallId = true;
  readonly #localTag: string;
  readonly #call: OutboundCall;
  readonly #route: UacRoute;
  /** Runs until the first response, where the PBX does not wait for Timer B. */
  readonly #responseLimit = new WheelTimer(this);
  #limitedFrom = 0;
  #request: SentRequest | undefined;
  #seq = 1;
  #early: Map<string, EarlyDialog> | undefined;
  #minSeconds = 0;
  /** A reliable provisional response has brought the answer to our offer. */
  #isAnswered = false;

  constructor(home: LegHome, call: OutboundCall, flow: Flow | undefined) {
    super(home, home.ids.token(), 'calling', call.credentials);
    this.#localTag = home.ids.token();
    this.#call = call;
    this.flow = flow;
    this.localSdp = call.sdp;
    this.#route = { flow, credentials: call.credentials, nextSeq: () => ++this.#seq };
    home.opened(this);
    this.#limitResponse();
    this.#invite();
  }

  override get featureLines(): string {
    const hundredRel = this.#call.reliable === 'none' ? '' : '100rel, ';
    return `${ALLOW_LINE}Supported: ${hundredRel}timer, replaces\r\n`;
  }

  /** Our INVITE until its final response; our offer until a reliable answer (RFC 3261 14.2, RFC 3311 5.2). */
  get opening(): Exchange {
    if (this.state !== 'calling' && this.state !== 'early') return NOTHING_OPEN;
    const isOffered = this.#call.sdp !== undefined && !this.#isAnswered;
    return { offerAnswer: isOffered ? 'offered' : 'stable', inviteSent: true, inviteReceived: false };
  }

  onPrack(_request: SipRequest, _transaction: UasTransaction): boolean {
    return false;
  }

  onTrying(): void {
    this.home.wheel.stop(this.#responseLimit);
  }

  onTimer(): void {
    if (this.home.wasOverloaded(this.#limitedFrom)) return this.#limitResponse();
    const late = new AcceptedInvite(this.home, this.#localTag, this.flow);
    if (this.#request?.leaveTarget?.(reasonLine('timeout'), late)) {
      if (!this.isEnded) this.#limitResponse();
      return;
    }
    this.#request?.cancel(reasonLine('timeout'));
    this.#request = undefined;
    this.finish({ by: 'edge', cause: 'timeout', status: 408 });
  }

  onProvisional(response: SipResponse, transaction: UacTransaction): void {
    if (this.isEnded) return;
    this.home.wheel.stop(this.#responseLimit);
    const { status } = response;
    const tag = response.to.tag;
    // RFC 3261 12.1: only a response with a tag makes a dialog.
    const early = tag === '' ? undefined : this.#earlyDialog(tag, response, transaction);
    if (tag !== '' && !early) return;
    const sdp = sdpOf(response);
    if (early && response.listHas(Header.Require, '100rel')) {
      if (!this.#isNextReliable(early, response)) return;
      this.#acknowledge(early, response, sdp);
      if (sdp !== undefined) this.#isAnswered = true;
    }
    this.learn(response);
    this.peer ??= transaction.peer;
    // RFC 3261 13.2.1: only an answer to our offer is taken; an offer of theirs was for the PRACK.
    if (sdp !== undefined && this.localSdp !== undefined) this.remoteSdp = sdp;
    if (this.state === 'calling') this.enter('early');
    this.events.emit('progress', { status, sdp });
  }

  onFinal(response: SipResponse, transaction: UacTransaction): void {
    if (response.isSuccess) this.#onSuccess(response, transaction);
    else this.#onRejection(response);
  }

  onUnanswered(status: 408 | 503): void {
    this.#request = undefined;
    const cause = status === 408 ? 'timeout' : 'edge-lost';
    this.finish({ by: 'edge', cause, status });
  }

  protected override endUnconfirmed(request: EndRequest): void {
    // What comes after is for the accepted INVITE: see onFinal.
    this.#request?.cancel(reasonLine(request.cause) + headerLines(request.headers));
    this.#request = undefined;
    this.finish({ by: 'local', cause: request.cause });
  }

  protected override onEnded(): void {
    this.home.wheel.stop(this.#responseLimit);
    for (const { dialog } of this.#early?.values() ?? []) this.home.dialogs.remove(dialog);
    this.#early = undefined;
    // A far end that said BYE before it answered still owes the INVITE its final response.
    this.#request?.cancel('');
    this.#request = undefined;
  }

  #limitResponse(): void {
    const { responseLimitMs } = this.#call;
    if (!responseLimitMs) return;
    this.#limitedFrom = this.home.clock.monotonic();
    this.home.wheel.startLimit(this.#responseLimit, responseLimitMs);
  }

  #invite(): void {
    const { home } = this;
    this.#request = home.uac.send(this.#draft(), this.#route, this);
  }

  #draft(): RequestDraft {
    const { home, sipCallId } = this;
    const call = this.#call;
    const { from } = call;
    const agent = hasHeader(call.headers, 'user-agent') ? '' : home.userAgentLine;
    const required = call.reliable === 'required' ? 'Require: 100rel\r\n' : '';
    const minSe = this.#minSeconds > 0 ? `Min-SE: ${this.#minSeconds}\r\n` : '';
    const timerLines = `Session-Expires: ${this.#expiresSeconds}\r\n${minSe}`;
    const routes = (call.routeSet ?? []).map((route) => (route.startsWith('<') ? route : `<${route}>`));
    return {
      method: 'INVITE',
      uri: oneLine(call.uri),
      nextHop: call.nextHop ?? call.routeSet?.[0]?.replace(/^<|>.*$/g, '') ?? call.uri,
      from: formatNameAddr(oneLine(from.uri), from.displayName, `;tag=${this.#localTag}`),
      to: formatNameAddr(oneLine(call.to ?? call.uri)),
      callId: sipCallId,
      cseq: this.#seq,
      routes,
      contactUser: '',
      headerLines: agent + this.featureLines + required + timerLines + headerLines(call.headers),
      contentType: SDP,
      body: call.sdp,
    };
  }

  /** The session interval that we ask for. */
  get #expiresSeconds(): number {
    return Math.max(this.home.sessionTimer.expiresSeconds, this.#minSeconds);
  }

  #earlyDialog(tag: string, response: SipResponse, transaction: UacTransaction): EarlyDialog | undefined {
    this.#early ??= new Map();
    const known = this.#early.get(tag);
    if (known) {
      known.dialog.refreshTarget(response);
      return known;
    }
    if (this.#early.size >= MAX_FORKS) return undefined;
    const dialog = Dialog.ofUac(transaction.draft, this.#localTag, response);
    const early: EarlyDialog = { dialog, rseq: undefined };
    this.#early.set(tag, early);
    this.home.dialogs.add(dialog, this);
    this.dialog ??= dialog;
    return early;
  }

  /** RFC 3262 4: repeated ones are dropped, and those that come out of order as well. */
  #isNextReliable(early: EarlyDialog, response: SipResponse): boolean {
    const rseq = response.number(Header.RSeq);
    if (rseq === undefined) return false;
    if (early.rseq !== undefined && rseq !== early.rseq + 1) return false;
    early.rseq = rseq;
    return true;
  }

  /** RFC 3262 4: sends PRACK, with the answer when the response brought the offer (5). */
  #acknowledge(early: EarlyDialog, response: SipResponse, sdp: string | undefined): void {
    const rack = `RAck: ${response.number(Header.RSeq)} ${response.cseq.number} INVITE\r\n`;
    const send = (body?: string) => {
      const draft = early.dialog.request('PRACK', {
        headerLines: this.home.userAgentLine + rack,
        ...(body === undefined ? {} : { contentType: SDP, body }),
      });
      this.home.uac.send(draft, { ...this.#route, nextSeq: () => early.dialog.takeSeq() }, DEAF);
    };
    if (sdp === undefined || this.localSdp !== undefined) send();
    else this.#answerOffer(sdp, send);
  }

  #onSuccess(response: SipResponse, transaction: UacTransaction): void {
    const accepted = new AcceptedInvite(this.home, this.#localTag, this.flow);
    transaction.handOver(accepted);
    if (this.isEnded) {
      // A 2xx that crossed our CANCEL: taken up and hung up at once.
      accepted.onResponse(response, transaction);
      return;
    }
    this.home.wheel.stop(this.#responseLimit);
    const tag = response.to.tag;
    const early = this.#early?.get(tag);
    const dialog = early?.dialog ?? Dialog.ofUac(transaction.draft, this.#localTag, response);
    dialog.confirmBy(response);
    for (const other of this.#early?.values() ?? [])
      if (other !== early) this.home.dialogs.remove(other.dialog);
    this.#early = undefined;
    this.#request = undefined;
    this.dialog = dialog;
    this.home.dialogs.add(dialog, this);
    this.learn(response);
    this.peer ??= transaction.peer;
    // RFC 4028 7.2: a callee who does not know timers is refreshed by us.
    this.sessionRefresh.agree(uacTimer(response, this.#expiresSeconds));
    this.enter('confirmed');
    this.#confirm(response, transaction.draft.cseq, dialog, accepted);
  }

  /** Sends the ACK, with our answer when the offer was theirs. */
  #confirm(response: SipResponse, inviteSeq: number, dialog: Dialog, accepted: AcceptedInvite): void {
    const { home } = this;
    const sdp = sdpOf(response);
    const acknowledge = (body?: string) => {
      const content = body === undefined ? {} : { contentType: SDP, body };
      const draft = dialog.ack(inviteSeq, { headerLines: home.userAgentLine, ...content });
      accepted.taken(response.to.tag, home.uac.sendAck(draft, this.flow));
    };
    if (this.localSdp !== undefined || sdp === undefined) {
      acknowledge();
      if (sdp !== undefined) this.remoteSdp = sdp;
      // RFC 3261 13.2.1: early media may have brought the answer already.
      this.events.emit('answered', { sdp: sdp ?? this.remoteSdp });
      return;
    }
    accepted.taken(response.to.tag, undefined);
    this.#answerOffer(sdp, (answer) => {
      acknowledge(answer);
      if (answer === undefined) this.hangUp('edge', 'not-acceptable', 488);
      else if (!this.isEnded) this.events.emit('answered', { sdp });
    });
  }

  /** RFC 3261 13.2.1: the offer came with the response. Asks the PBX; `send` gets undefined when it has no answer. */
  #answerOffer(offer: string, send: (answer?: string) => void): void {
    const done = (answer: string | undefined) => {
      if (answer !== undefined) {
        this.remoteSdp = offer;
        this.localSdp = answer;
      }
      send(answer);
    };
    try {
      const answer = this.delegate.onReoffer?.(offer);
      if (!(answer instanceof Promise)) return done(answer);
      answer.then(done, () => done(undefined));
    } catch {
      done(undefined);
    }
  }

  #onRejection(response: SipResponse): void {
    if (this.isEnded) return;
    const { status } = response;
    this.home.wheel.stop(this.#responseLimit);
    const minSe = response.number(Header.MinSe);
    // RFC 4028 7.3: once more with the interval that they want.
    if (status === 422 && minSe !== undefined && this.#minSeconds === 0 && minSe <= MAX_INTERVAL_SECONDS) {
      this.#minSeconds = minSe;
      this.#seq++;
      this.#invite();
      return;
    }
    this.#request = undefined;
    const q850 = q850Of(response);
    const ending: LegEnding = { by: 'remote', cause: causeOfStatus(status), status };
    const redirect = redirectOf(response);
    this.finish({
      ...ending,
      ...(q850 !== undefined && { q850 }),
      ...(redirect.length > 0 && { redirect }),
    });
  }
}

/** Where a 3xx sends the caller: by q, then as written (RFC 3261 19.1.1, 20.10). */
function redirectOf({ status, contacts }: SipResponse): readonly string[] {
  if (status < 300 || status >= 400) return [];
  return contacts
    .toSorted((a, b) => preferenceOf(b) - preferenceOf(a))
    .map(({ uri }) => uri.user ?? '')
    .filter((user) => user !== '');
}

function preferenceOf(contact: NameAddr): number {
  const q = Number(contact.param('q') ?? 1);
  return Number.isNaN(q) ? 1 : q;
}

const DEAF: UacRequestUser = { onFinal: () => {}, onUnanswered: () => {} };
