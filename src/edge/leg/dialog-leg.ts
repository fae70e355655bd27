import type { CauseSlug } from '../../shared/cause.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { Dialog, DialogContent } from '../../sip/dialog/dialog.ts';
import type { Exchange } from '../../sip/dialog/offer-answer.ts';
import { Header, type SipMessage, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { Flow, TransportAddress } from '../../sip/transport/transport.ts';
import type {
  EdgeCredentials,
  EdgeResponse,
  EndRequest,
  HeaderFields,
  LegDelegate,
  LegEnding,
  LegEvents,
  LegState,
  SipLeg,
} from '../edge.ts';
import { DEFAULT_ANSWERS } from './default-answers.ts';
import { LocalResponse, q850Of, ReceivedResponse } from './edge-message.ts';
import { ALLOW_LINE, headerLines, reasonLine, SUPPORTED_LINE } from './header-lines.ts';
import { answerInDialog } from './in-dialog.ts';
import type { LegContext } from './leg-context.ts';
import type { DialogUsage, LegHome } from './leg-home.ts';
import { Renegotiation } from './renegotiation.ts';
import type { SentRequest, UacRequestUser, UacRoute } from './request-sender.ts';
import { SessionRefresh } from './session-refresh.ts';
import { Transfer } from './transfer.ts';

/** Methods whose requests and 2xx carry our Contact (RFC 3261 12.2.1.1, 3311, 3515, 6665). */
const TARGET_REFRESH: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'REFER', 'SUBSCRIBE', 'NOTIFY']);

/** What legs of both directions have in common: all that happens in the dialog, and the one ending. */
export abstract class DialogLeg implements LegContext, DialogUsage, UacRoute {
  abstract readonly direction: 'inbound' | 'outbound';
  readonly sipCallId: string;
  readonly events = new TypedEvents<LegEvents>();
  delegate: LegDelegate = {};
  /** The dialog for requests of ours; undefined before there is one. */
  dialog: Dialog | undefined;
  /** Our and their session description in force. */
  localSdp: string | undefined;
  remoteSdp: string | undefined;
  /** Connection or NAT binding that requests in the dialog take; undefined: the route set decides. */
  flow: Flow | undefined;
  /** The listener of ours that the far end has called, for requests that find their own way. */
  from: TransportAddress | undefined;
  /** Address of the far end. */
  peer: string | undefined;
  /** The far end takes UPDATE (RFC 3311 4). */
  peerTakesUpdate = false;
  readonly credentials: EdgeCredentials | undefined;
  readonly home: LegHome;
  #state: LegState;
  #renegotiation: Renegotiation | undefined;
  #sessionRefresh: SessionRefresh | undefined;
  #transfer: Transfer | undefined;
  /** Rejects the promises that wait for an answer. */
  #waiting: Set<(error: ClosedError) => void> | undefined;

  protected constructor(
    home: LegHome,
    sipCallId: string,
    state: LegState,
    credentials: EdgeCredentials | undefined,
  ) {
    this.home = home;
    this.sipCallId = sipCallId;
    this.#state = state;
    this.credentials = credentials;
  }

  /** Ends the leg before its dialog is confirmed: CANCEL or a final response. */
  protected abstract endUnconfirmed(request: EndRequest): void;
  /** The direction's own work when the leg has ended: promises, timers, an INVITE that is still open. */
  protected abstract onEnded(ending: LegEnding): void;
  /** Whether requests may still come in the dialog although the leg has ended. */
  protected get keepsDialog(): boolean {
    return false;
  }
  /** PRACK for a reliable provisional response of ours; false when there is none that it could be for. */
  abstract onPrack(request: SipRequest, transaction: UasTransaction): boolean;
  abstract readonly opening: Exchange;
  /** Whether the Call-ID is ours (RFC 3261 14.1). */
  abstract readonly ownsCallId: boolean;

  get leg(): SipLeg {
    return this;
  }

  get state(): LegState {
    return this.#state;
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Goes to the next state; nothing leads out of `ended`. */
  protected enter(state: LegState): void {
    if (this.#state !== 'ended') this.#state = state;
  }

  get renegotiation(): Renegotiation {
    this.#renegotiation ??= new Renegotiation(this);
    return this.#renegotiation;
  }

  get sessionRefresh(): SessionRefresh {
    this.#sessionRefresh ??= new SessionRefresh(this);
    return this.#sessionRefresh;
  }

  get transfer(): Transfer {
    this.#transfer ??= new Transfer(this);
    return this.#transfer;
  }

  reoffer(sdp: string): Promise<string> {
    if (this.isEnded) return Promise.reject(new ClosedError('leg'));
    return this.renegotiation.reoffer(sdp);
  }

  request(
    method: string,
    content?: { contentType: string; body: string },
    headers?: HeaderFields,
  ): Promise<EdgeResponse> {
    return this.ask(method, { ...content, headerLines: headerLines(headers) });
  }

  refer(target: string, replaces?: SipLeg): Promise<EdgeResponse> {
    if (this.isEnded) return Promise.reject(new ClosedError('leg'));
    return this.transfer.refer(target, replaces instanceof DialogLeg ? replaces.dialog : undefined);
  }

  end(request: EndRequest): void {
    if (this.isEnded) return;
    if (this.#state === 'confirmed') {
      this.bye(request);
      this.finish({ by: 'local', cause: request.cause });
    } else this.endUnconfirmed(request);
  }

  /** RFC 3261 12.2.1.1: sends a request in the dialog. */
  send(method: string, content: DialogContent, user: UacRequestUser): SentRequest | undefined {
    const { dialog } = this;
    if (!dialog) return undefined;
    const contactUser = TARGET_REFRESH.has(method) ? '' : undefined;
    const lines = this.home.userAgentLine + (content.headerLines ?? '');
    const draft = dialog.request(method, { ...content, contactUser, headerLines: lines });
    return this.home.uac.send(draft, this, user);
  }

  /** Sends a request in the dialog and waits for its answer; 408 and 503 when none can come. */
  ask(method: string, content: DialogContent): Promise<EdgeResponse> {
    if (this.isEnded || !this.dialog) return Promise.reject(new ClosedError('leg'));
    this.#waiting ??= new Set();
    const waiting = this.#waiting;
    return new Promise((resolve, reject) => {
      const settle = (response: EdgeResponse) => {
        waiting.delete(reject);
        resolve(response);
      };
      waiting.add(reject);
      this.send(method, content, {
        onFinal: (response) => {
          settle(new ReceivedResponse(response));
          this.checkDialogLost(response.status);
        },
        onUnanswered: (status) => settle(new LocalResponse(status)),
      });
    });
  }

  /** A CSeq for the repetition of a request (RFC 3261 22.2). */
  nextSeq(): number {
    return this.dialog?.takeSeq() ?? 0;
  }

  onRequest(request: SipRequest, transaction: UasTransaction, dialog: Dialog): void {
    // A leg whose dialog is kept for the end of its INVITE: nothing else is of use any more.
    if (this.isEnded && request.method !== 'BYE' && request.method !== 'PRACK')
      return void transaction.reply(DEFAULT_ANSWERS.noDialog);
    answerInDialog(this, request, transaction, dialog);
  }

  onAck(request: SipRequest, _flow: Flow): void {
    this.#renegotiation?.onAck(request);
  }

  /** Notes what a message of the far end says about itself. */
  learn(message: SipMessage): void {
    if (message.has(Header.Allow)) this.peerTakesUpdate = message.listHas(Header.Allow, 'update');
  }

  /** RFC 3261 12.2.1.2: 481 and 408 to a request in the dialog mean that the far end has lost it. */
  checkDialogLost(status: number): void {
    if (status === 481 || status === 408) this.hangUp('edge', 'failure', status);
  }

  /** Ends the leg for a reason of the edge's own. Before the dialog stands, the INVITE is what ends: see onEnded. */
  hangUp(by: LegEnding['by'], cause: CauseSlug, status?: number): void {
    if (this.isEnded) return;
    // RFC 3261 15.1.1: no BYE in an early dialog of theirs, CANCEL in one of ours.
    if (this.#state === 'confirmed' || this.#state === 'answering') this.bye({ cause });
    this.finish(status === undefined ? { by, cause } : { by, cause, status });
  }

  /** A BYE came; it has been answered. */
  byeReceived(request: SipRequest): void {
    const q850 = q850Of(request);
    this.finish(
      q850 === undefined ? { by: 'remote', cause: 'normal' } : { by: 'remote', cause: 'normal', q850 },
    );
  }

  /** Sends BYE; whatever is answered, the leg is over. */
  protected bye(request: EndRequest): void {
    this.send(
      'BYE',
      { headerLines: reasonLine(request.cause, request.q850) + headerLines(request.headers) },
      DEAF,
    );
  }

  /** The one ending: stops what runs, answers what is open, tells the PBX. Idempotent. */
  protected finish(ending: LegEnding): void {
    if (this.isEnded) return;
    this.#state = 'ended';
    this.onEnded(ending);
    this.#renegotiation?.close();
    this.#sessionRefresh?.close();
    this.#transfer?.close();
    if (this.dialog && !this.keepsDialog) this.home.dialogs.remove(this.dialog);
    this.home.ended(this);
    for (const reject of this.#waiting ?? []) reject(new ClosedError('leg'));
    this.#waiting = undefined;
    this.events.emit('ended', ending);
    this.events.clear();
  }

  /** Lines of every request and 2xx that may change the session. */
  get featureLines(): string {
    return ALLOW_LINE + SUPPORTED_LINE;
  }
}

/** For requests whose outcome changes nothing. */
const DEAF: UacRequestUser = { onFinal: (_response: SipResponse) => {}, onUnanswered: () => {} };
