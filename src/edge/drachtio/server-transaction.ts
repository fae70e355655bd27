import type { Logger } from '../../shared/logger.ts';
import {
  parseMessage,
  type ResponseContent,
  reasonPhrase,
  type SipRequest,
  SipResponse,
} from '../../sip/message/index.ts';
import { WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import type { UasTransaction, UasTransactionUser } from '../../sip/transaction/uas-transaction.ts';
import type { DrachtioFlow } from './drachtio-flow.ts';
import { SRF_STATUSES, type SrfReply, type SrfRequest } from './srf.ts';
import { srfHeaders } from './srf-headers.ts';

/** What a transaction tells the edge. */
export interface ServerTransactionHome {
  readonly logger: Logger;
  /** The server has sent a response of ours that may make a dialog: as it did. */
  onSent(transaction: DrachtioServerTransaction, sent: SipResponse, dialogId: string | undefined): void;
  /** A 2xx to INVITE goes out: its ACK is awaited. */
  onAccepted(transaction: DrachtioServerTransaction): void;
  /** Nothing more comes of the transaction. */
  onOver(transaction: DrachtioServerTransaction): void;
}

/** Headers that the server writes itself; it is not told ours (RFC 3261 8.2.6.2). */
const SERVERS_OWN: ReadonlySet<string> = new Set(['rseq', 'content-length', 'content-type', 'via']);
/** In answers to these the server writes the Contact, which knows its outside address. */
const SERVERS_OWN_WITH_CONTACT: ReadonlySet<string> = new Set([...SERVERS_OWN, 'contact']);
/** Methods whose 2xx make a dialog. */
export const MAKES_DIALOG: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE']);
const CONTACT_BY_SERVER: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE']);

/**
 * A request that a drachtio-server got. The server repeats responses, sends 100, answers CANCEL and waits for the
 * ACK; here is what we answer, once.
 */
export class DrachtioServerTransaction implements UasTransaction, WheelTimerOwner {
  user: UasTransactionUser | undefined;
  localTag: string;
  readonly id: string;
  readonly isInvite: boolean;
  readonly flow: DrachtioFlow;
  readonly request: SipRequest;
  readonly #home: ServerTransactionHome;
  readonly #reply: SrfReply;
  #state: 'pending' | 'accepted' | 'over' = 'pending';
  #lastRseq: string | undefined;
  /** A 2xx was sent: the dialog, if the request makes one, lives on. */
  succeeded = false;
  /** Runs while the ACK is awaited. */
  readonly ackLimit = new WheelTimer(this);

  constructor(
    home: ServerTransactionHome,
    request: SipRequest,
    received: SrfRequest,
    reply: SrfReply,
    flow: DrachtioFlow,
    localTag: string,
  ) {
    this.#home = home;
    this.#reply = reply;
    this.request = request;
    this.id = received.stackTxnId;
    this.flow = flow;
    this.localTag = localTag;
    this.isInvite = request.method === 'INVITE';
  }

  get pending(): boolean {
    return this.#state === 'pending';
  }

  get accepted(): boolean {
    return this.#state === 'accepted';
  }

  /** RSeq of ours of the last reliable provisional response. */
  get lastRseq(): string | undefined {
    return this.#lastRseq;
  }

  reply(status: number, content: ResponseContent = {}): boolean {
    if (this.#state !== 'pending') return false;
    // The server has sent its own.
    if (status === 100) return true;
    const lines = content.headerLines ?? '';
    // The server repeats reliable provisional responses itself (RFC 3262 3).
    if (status < 200 && this.#isRepetition(lines)) return true;
    if (status >= 200) this.#state = this.isInvite && status < 300 ? 'accepted' : 'over';
    this.succeeded = status >= 200 && status < 300;
    if (this.accepted) this.#home.onAccepted(this);
    const skip = CONTACT_BY_SERVER.has(this.request.method) ? SERVERS_OWN_WITH_CONTACT : SERVERS_OWN;
    const headers = srfHeaders(lines, skip);
    const hasBody = content.body !== undefined && content.body !== '';
    if (hasBody && content.contentType) headers['content-type'] = content.contentType;
    const options = hasBody ? { headers, body: content.body! } : { headers };
    this.#reply.send(srfStatus(status), content.reason ?? reasonPhrase(status), options, (error, sent) => {
      if (sent) this.#onSent(sent.raw);
      else this.#onRefused(status, error);
    });
    if (this.#state === 'over') this.#home.onOver(this);
    return true;
  }

  /** The server has sent 100 and would wait for ever: it is told 403. The protocol knows no silence. */
  ignore(): void {
    this.reply(403);
  }

  acked(): void {
    this.#end();
  }

  /** A CANCEL came; the server has answered it, and the INVITE with 487. */
  cancelled(cancel: SipRequest): void {
    if (this.#state !== 'pending') return;
    this.user?.onCancel(this, cancel);
    if (this.#state === 'pending') this.reply(487);
  }

  onTimer(): void {
    this.neverAcked();
  }

  /** The server has hung up because no ACK came. */
  neverAcked(): void {
    if (this.#state !== 'accepted') return;
    const { user } = this;
    this.#end();
    user?.onAckTimeout(this);
  }

  /** The server is lost. */
  lost(): void {
    if (this.#state === 'over') return;
    const { user } = this;
    this.#end();
    user?.onTransportError(this, new Error('the drachtio-server is lost'));
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.user = undefined;
    this.#home.onOver(this);
  }

  #isRepetition(lines: string): boolean {
    const rseq = /^RSeq: (\d+)\r$/m.exec(lines)?.[1];
    if (rseq === undefined) return false;
    if (rseq === this.#lastRseq) return true;
    this.#lastRseq = rseq;
    return false;
  }

  #onSent(raw: string): void {
    if (!MAKES_DIALOG.has(this.request.method)) return;
    const sent = parseMessage(Buffer.from(raw));
    if (sent instanceof SipResponse) this.#home.onSent(this, sent, this.#reply.stackDialogId);
  }

  #onRefused(status: number, error: unknown): void {
    const { logger } = this.#home;
    const { method } = this.request;
    // What crosses a CANCEL or the end of the dialog is refused, and nobody misses it.
    logger.debug({ method, status, why: String(error) }, 'a drachtio-server did not send a response');
    if (this.#state !== 'accepted') return;
    const { user } = this;
    this.#end();
    user?.onTransportError(this, new Error(String(error)));
  }
}

/** RFC 3261 8.1.3.2: srf refuses statuses that it does not know; x00 means the same to the receiver. */
function srfStatus(status: number): number {
  return SRF_STATUSES.has(status) ? status : Math.floor(status / 100) * 100;
}
