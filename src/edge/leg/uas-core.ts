import { Header, type SipRequest } from '../../sip/message/index.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { EdgeDelegate, EdgeReply, SipLeg } from '../edge.ts';
import { DEFAULT_ANSWERS } from './default-answers.ts';
import type { RequestQuestion } from './delegate-replies.ts';
import { ReceivedRequest } from './edge-message.ts';
import { retryAfterLine } from './header-lines.ts';
import type { DialogUsage, LegHome } from './leg-home.ts';
import { parseReplaces } from './replaces.ts';
import { type Refusal, refuseRequest } from './request-checks.ts';
import { Subscription } from './subscription.ts';
import { UasLeg } from './uas-leg.ts';

/** Out-of-dialog requests that only make sense in a dialog (RFC 3261 12.2.2). */
const DIALOG_ONLY: ReadonlySet<string> = new Set(['BYE', 'UPDATE', 'PRACK', 'INFO']);

/** RFC 3261 section 8.2: looks at every request that comes in and gives it to its dialog, or to the PBX. */
export class UasCore {
  delegate: EdgeDelegate | undefined;
  /** New calls get 503, but those in an emergency. */
  draining = false;
  readonly #home: LegHome;

  constructor(home: LegHome) {
    this.#home = home;
  }

  /** A new well-formed request, not ACK or CANCEL. */
  onRequest(request: SipRequest, transaction: UasTransaction): void {
    const refusal = refuseRequest(request);
    if (refusal) return reply(transaction, refusal);
    if (request.to.tag !== '') return this.#onDialogRequest(request, transaction);
    if (request.method === 'INVITE') return this.#onInvite(request, transaction);
    if (DIALOG_ONLY.has(request.method)) return reply(transaction, { status: DEFAULT_ANSWERS.noDialog });
    const { delegate } = this;
    if (!delegate) return this.#notNow(transaction);
    const question: RequestQuestion =
      request.method === 'REGISTER'
        ? this.#registering(request, transaction.flow, delegate)
        : (asked) => delegate.onRequest(asked);
    if (request.method === 'SUBSCRIBE') {
      new Subscription(this.#home, request, transaction, question).ask(request, transaction);
      return;
    }
    this.#home.replies.ask(question, new ReceivedRequest(request, transaction.flow), transaction);
  }

  #registering(request: SipRequest, flow: Flow, delegate: EdgeDelegate): RequestQuestion {
    const answered = (reply: EdgeReply) => {
      if (reply.status === 200) this.#home.registered(request, flow);
      return reply;
    };
    return (asked) => {
      const reply = delegate.onRequest(asked);
      return reply instanceof Promise ? reply.then(answered) : answered(reply);
    };
  }

  /** An ACK that belongs to a dialog: the answer to our 2xx. */
  onAck(request: SipRequest, flow: Flow): void {
    // RFC 3261 17.2.3: an ACK for nothing is dropped.
    const usage = this.#home.dialogs.ofRequest(request)?.usage;
    if (usage && this.#isOfPeer(usage, flow)) usage.onAck(request, flow);
  }

  #onDialogRequest(request: SipRequest, transaction: UasTransaction): void {
    const entry = this.#home.dialogs.ofRequest(request);
    if (!entry) return reply(transaction, { status: DEFAULT_ANSWERS.noDialog });
    const isTaken = request.method === 'BYE' && !this.#home.refusesBye;
    if (isTaken || this.#isOfPeer(entry.usage, transaction.flow))
      return entry.usage.onRequest(request, transaction, entry.dialog);
    const { callId, method } = request;
    const source = transaction.flow.remote.address;
    this.#home.logger.warn({ callId, method, source }, 'a request in the dialog of others refused');
    reply(transaction, { status: DEFAULT_ANSWERS.foreignDialog });
  }

  #isOfPeer({ peer }: DialogUsage, flow: Flow): boolean {
    return peer === undefined || this.#home.dialogSource(flow.remote.address, peer);
  }

  #notNow(transaction: UasTransaction): void {
    reply(transaction, {
      status: DEFAULT_ANSWERS.notNow,
      headerLines: retryAfterLine(this.#home.ids.random()),
    });
  }

  #onInvite(request: SipRequest, transaction: UasTransaction): void {
    const { delegate } = this;
    const isRefused = this.draining && !this.#home.isEmergency(request.requestUri.user ?? '');
    if (!delegate || isRefused) return this.#notNow(transaction);
    const replaced = this.#replaced(request);
    if (typeof replaced === 'number') return reply(transaction, { status: replaced });
    const leg = new UasLeg(this.#home, request, transaction, replaced);
    try {
      delegate.onCall(leg);
      leg.asked();
    } catch (error) {
      this.#home.logger.error({ err: error, callId: leg.sipCallId }, 'a call could not be taken');
      leg.end({ cause: 'failure', status: DEFAULT_ANSWERS.delegateFailed });
    }
  }

  /** RFC 3891 3: the leg that the INVITE wants to replace, or the status that refuses it. */
  #replaced(request: SipRequest): SipLeg | number | undefined {
    const value = request.get(Header.Replaces);
    if (value === undefined) return undefined;
    const named = parseReplaces(value);
    if (!named) return 400;
    const leg = this.#home.dialogs.find(named.callId, named.toTag, named.fromTag)?.usage.leg;
    if (!leg || leg.state === 'ended') return 481;
    const isAnswered = leg.state === 'confirmed' || leg.state === 'answering';
    if (named.earlyOnly && isAnswered) return 486;
    // An early dialog can be taken over only where we are calling.
    if (!isAnswered && leg.direction === 'inbound') return 481;
    return leg;
  }
}

function reply(transaction: UasTransaction, refusal: Refusal): void {
  transaction.reply(refusal.status, { reason: refusal.reason, headerLines: refusal.headerLines });
}
