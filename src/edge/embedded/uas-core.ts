import {
  Header,
  type SipRequest,
  type SipResponse,
  validateRequest,
  validateResponse,
} from '../../sip/message/index.ts';
import { ResponseHead } from '../../sip/transaction/response-draft.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { TransactionLayer, TransactionUser } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, Transports } from '../../sip/transport/transport.ts';
import type { EdgeDelegate, SipLeg } from '../edge.ts';
import { DEFAULT_ANSWERS } from './default-answers.ts';
import { EmbeddedRequest } from './edge-message.ts';
import { EmbeddedInboundLeg } from './inbound-leg.ts';
import type { LegHome } from './leg-home.ts';
import { parseReplaces } from './replaces.ts';
import { type Refusal, refuseRequest } from './request-checks.ts';

/** Out-of-dialog requests that only make sense in a dialog (RFC 3261 12.2.2). */
const DIALOG_ONLY: ReadonlySet<string> = new Set(['BYE', 'UPDATE', 'PRACK', 'INFO']);

/** RFC 3261 section 8.2: looks at every request that comes in and gives it to its dialog, or to the PBX. */
export class UasCore implements TransactionUser {
  delegate: EdgeDelegate | undefined;
  /** New calls get 503. */
  draining = false;
  readonly #home: LegHome;
  readonly #transactions: TransactionLayer;
  readonly #transports: Pick<Transports<unknown>, 'flowTo'>;

  constructor(
    home: LegHome,
    transactions: TransactionLayer,
    transports: Pick<Transports<unknown>, 'flowTo'>,
  ) {
    this.#home = home;
    this.#transactions = transactions;
    this.#transports = transports;
  }

  /** A request that the transport received. */
  receive(request: SipRequest, flow: Flow): void {
    request.setSource(flow.remote.address, flow.remote.port);
    const malformed = validateRequest(request);
    if (malformed) {
      this.#refuseStateless(request, flow, { status: malformed.status, reason: malformed.reason });
      return;
    }
    this.#transactions.onRequest(request, flow, this.#responseFlow(request, flow));
  }

  /** A response that the transport received. */
  receiveResponse(response: SipResponse): void {
    // RFC 3261 18.1.2, 8.1.3.3: what is malformed or not for us is dropped.
    if (validateResponse(response) || response.vias.length !== 1) return;
    this.#transactions.onResponse(response);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const refusal = refuseRequest(request);
    if (refusal) return reply(transaction, refusal);
    if (request.to.tag !== '') return this.#onDialogRequest(request, transaction);
    if (request.method === 'INVITE') return this.#onInvite(request, transaction);
    if (DIALOG_ONLY.has(request.method)) return reply(transaction, { status: DEFAULT_ANSWERS.noDialog });
    const { delegate } = this;
    if (!delegate) return reply(transaction, { status: DEFAULT_ANSWERS.notNow });
    const edgeRequest = new EmbeddedRequest(request, transaction.flow);
    this.#home.replies.ask((asked) => delegate.onRequest(asked), edgeRequest, transaction);
  }

  onAck(request: SipRequest, flow: Flow): void {
    // RFC 3261 17.2.3: an ACK for nothing is dropped.
    this.#home.dialogs.ofRequest(request)?.usage.onAck(request, flow);
  }

  #onDialogRequest(request: SipRequest, transaction: ServerTransaction): void {
    const entry = this.#home.dialogs.ofRequest(request);
    if (entry) entry.usage.onRequest(request, transaction, entry.dialog);
    else reply(transaction, { status: DEFAULT_ANSWERS.noDialog });
  }

  #onInvite(request: SipRequest, transaction: ServerTransaction): void {
    const { delegate } = this;
    if (!delegate || this.draining) return reply(transaction, { status: DEFAULT_ANSWERS.notNow });
    const replaced = this.#replaced(request);
    if (typeof replaced === 'number') return reply(transaction, { status: replaced });
    const leg = new EmbeddedInboundLeg(this.#home, request, transaction, replaced);
    try {
      delegate.onCall(leg);
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
    if (named.earlyOnly && leg.state === 'confirmed') return 486;
    return leg;
  }

  /** RFC 3261 18.2.2, RFC 3581 4: where responses go. */
  #responseFlow(request: SipRequest, flow: Flow): Flow {
    if (flow.reliable || request.topVia.wantsRport) return flow;
    const port = request.topVia.port ?? 5060;
    if (port === flow.remote.port) return flow;
    return this.#transports.flowTo({ ...flow.remote, port }, flow.local) ?? flow;
  }

  /** A malformed request gets its answer without a transaction: there may be nothing to match it by. */
  #refuseStateless(request: SipRequest, flow: Flow, refusal: Refusal): void {
    if (request.method === 'ACK' || request.topVia.text === '') return;
    const content = { reason: refusal.reason, headerLines: refusal.headerLines };
    const text = new ResponseHead(request).write(refusal.status, this.#home.ids.token(), content);
    this.#responseFlow(request, flow).send(text);
  }
}

function reply(transaction: ServerTransaction, refusal: Refusal): void {
  transaction.reply(refusal.status, { reason: refusal.reason, headerLines: refusal.headerLines });
}
