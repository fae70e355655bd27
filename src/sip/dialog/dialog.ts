import {
  type NameAddr,
  parseNameAddr,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { RequestDraft } from '../transaction/request-draft.ts';

/** What a request in the dialog adds to what the dialog knows. */
export interface DialogContent {
  /** Header lines, each ended by CRLF. */
  readonly headerLines?: string | undefined;
  /** See {@link RequestDraft.contactUser}. */
  readonly contactUser?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

/** RFC 3261 12: early until the 2xx. */
export type DialogState = 'early' | 'confirmed';

/** How the CSeq of a request in a dialog stands to those before (RFC 3261 12.2.2). */
export type SequenceVerdict = 'next' | 'out-of-order';

interface DialogStart {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: string;
  readonly remote: string;
  readonly localSeq: number;
  readonly remoteSeq: number | undefined;
  readonly target: string;
  readonly routeSet: readonly string[];
  readonly state: DialogState;
}

/**
 * A dialog (RFC 3261 section 12): who the two ends are, how to reach the other one, and the order of requests.
 * It holds no timer and sends nothing.
 */
export class Dialog {
  readonly callId: string;
  readonly remoteTag: string;
  /** To of our requests, tag included. */
  readonly remote: string;
  #localTag: string;
  #local: string;
  #localSeq: number;
  #remoteSeq: number | undefined;
  #target: string;
  #routeSet: readonly string[];
  #state: DialogState;

  private constructor(start: DialogStart) {
    this.callId = start.callId;
    this.#localTag = start.localTag;
    this.remoteTag = start.remoteTag;
    this.#local = start.local;
    this.remote = start.remote;
    this.#localSeq = start.localSeq;
    this.#remoteSeq = start.remoteSeq;
    this.#target = start.target;
    this.#routeSet = start.routeSet;
    this.#state = start.state;
  }

  /** RFC 3261 12.1.1: the dialog that our response to `request` makes, early until {@link confirm}. */
  static ofUas(request: SipRequest, localTag: string): Dialog {
    return new Dialog({
      callId: request.callId,
      localTag,
      remoteTag: request.from.tag,
      local: withTag(request.to, localTag),
      remote: request.from.text,
      localSeq: 0,
      remoteSeq: request.cseq.number,
      target: contactOf(request) ?? request.from.uri.text,
      routeSet: request.recordRoutes.map(textOf),
      state: 'early',
    });
  }

  /** RFC 3261 12.1.2: the dialog that a response with a To tag to our request makes. */
  static ofUac(draft: RequestDraft, localTag: string, response: SipResponse): Dialog {
    return new Dialog({
      callId: draft.callId,
      localTag,
      remoteTag: response.to.tag,
      local: draft.from,
      remote: response.to.text,
      localSeq: draft.cseq,
      remoteSeq: undefined,
      target: contactOf(response) ?? draft.uri,
      routeSet: response.recordRoutes.map(textOf).reverse(),
      state: response.status < 200 ? 'early' : 'confirmed',
    });
  }

  /** RFC 6665 4.4.1: the dialog that a NOTIFY makes which comes before the 2xx of our SUBSCRIBE. */
  static ofNotify(subscribe: RequestDraft, notify: SipRequest): Dialog {
    return new Dialog({
      callId: notify.callId,
      localTag: notify.to.tag,
      remoteTag: notify.from.tag,
      local: subscribe.from,
      remote: notify.from.text,
      localSeq: subscribe.cseq,
      remoteSeq: undefined,
      target: contactOf(notify) ?? subscribe.uri,
      routeSet: notify.recordRoutes.map(textOf),
      state: 'confirmed',
    });
  }

  get localTag(): string {
    return this.#localTag;
  }

  /** From of our requests, tag included. */
  get local(): string {
    return this.#local;
  }

  /** Key before {@link retag}. */
  formerKey: string | undefined;

  /** A SIP server that answers for us has put another tag into To. Only through {@link DialogTable.retag}. */
  retag(localTag: string): void {
    this.formerKey = this.key;
    if (this.#local.endsWith(`;tag=${this.#localTag}`)) {
      this.#local = `${this.#local.slice(0, -this.#localTag.length)}${localTag}`;
    }
    this.#localTag = localTag;
  }

  /** Key of the dialog in a {@link DialogTable}. */
  get key(): string {
    return dialogKey(this.callId, this.localTag, this.remoteTag);
  }

  get state(): DialogState {
    return this.#state;
  }

  /** The other end's Contact: the Request-URI of our requests (RFC 3261 12.2.1.1). */
  get target(): string {
    return this.#target;
  }

  get routeSet(): readonly string[] {
    return this.#routeSet;
  }

  /** CSeq number of our last request. */
  get localSeq(): number {
    return this.#localSeq;
  }

  /** Our 2xx goes out: the dialog is confirmed. */
  confirm(): void {
    this.#state = 'confirmed';
  }

  /** RFC 3261 13.2.2.4: the 2xx confirms an early dialog and its route set is computed anew. */
  confirmBy(response: SipResponse): void {
    if (this.#state === 'early') {
      this.#routeSet = response.recordRoutes.map(textOf).reverse();
    }
    this.#state = 'confirmed';
    this.refreshTarget(response);
  }

  /** RFC 3261 12.2.1.2, 12.2.2: the Contact of a target refresh (INVITE, UPDATE ...) is the new target. */
  refreshTarget(message: SipMessage): void {
    this.#target = contactOf(message) ?? this.#target;
  }

  /** RFC 3261 12.2.2: takes note of the CSeq of a request that came in the dialog. */
  receive(request: SipRequest): SequenceVerdict {
    if (this.#remoteSeq !== undefined && request.cseq.number <= this.#remoteSeq) return 'out-of-order';
    this.#remoteSeq = request.cseq.number;
    return 'next';
  }

  /** A CSeq number for one more request of ours. */
  takeSeq(): number {
    return ++this.#localSeq;
  }

  /** The next request of ours in the dialog. */
  request(method: string, content: DialogContent = {}): RequestDraft {
    return this.#draft(method, this.takeSeq(), content);
  }

  /** RFC 3261 13.2.2.4: the ACK of a 2xx to the INVITE with this CSeq. */
  ack(inviteSeq: number, content: DialogContent = {}): RequestDraft {
    return this.#draft('ACK', inviteSeq, content);
  }

  /** RFC 3261 12.2.1.1: Request-URI, Route and next hop, for loose and strict routers. */
  #draft(method: string, cseq: number, content: DialogContent): RequestDraft {
    const routes = this.#routeSet;
    const first = routes.length === 0 ? undefined : parseNameAddr(routes[0]!);
    const strict = first !== undefined && first.uri.param('lr') === undefined;
    return {
      method,
      uri: strict ? first.uri.text : this.#target,
      nextHop: first ? first.uri.text : this.#target,
      from: this.local,
      to: this.remote,
      callId: this.callId,
      cseq,
      routes: strict ? [...routes.slice(1), `<${this.#target}>`] : routes,
      contactUser: content.contactUser,
      headerLines: content.headerLines ?? '',
      contentType: content.contentType,
      body: content.body,
    };
  }
}

/** RFC 3261 12: Call-ID, local tag and remote tag. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${localTag} ${remoteTag} ${callId}`;
}

/** Value of To with our tag, when it has none yet. Parameters after a URI without brackets are the header's. */
function withTag(address: NameAddr, tag: string): string {
  return address.tag === '' ? `${address.text};tag=${tag}` : address.text;
}

const textOf = (address: NameAddr): string => address.text;

function contactOf(message: SipMessage): string | undefined {
  return message.contact?.uri.text;
}
