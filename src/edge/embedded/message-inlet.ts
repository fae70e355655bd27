import {
  type SipRequest,
  type SipResponse,
  validateRequest,
  validateResponse,
} from '../../sip/message/index.ts';
import { ResponseHead } from '../../sip/transaction/response-draft.ts';
import type { TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, Transports } from '../../sip/transport/transport.ts';
import type { Refusal } from '../leg/request-checks.ts';

/** Messages on their way from the transports to the transactions. */
export class MessageInlet {
  readonly #transactions: TransactionLayer;
  readonly #transports: Pick<Transports<unknown>, 'flowTo'>;
  readonly #newTag: () => string;

  constructor(
    transactions: TransactionLayer,
    transports: Pick<Transports<unknown>, 'flowTo'>,
    newTag: () => string,
  ) {
    this.#transactions = transactions;
    this.#transports = transports;
    this.#newTag = newTag;
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
    const text = new ResponseHead(request).write(refusal.status, this.#newTag(), content);
    this.#responseFlow(request, flow).send(text);
  }
}
