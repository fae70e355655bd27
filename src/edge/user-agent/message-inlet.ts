import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import {
  ResponseHead,
  type SipRequest,
  type SipResponse,
  validateRequest,
  validateResponse,
} from '../../sip/message/index.ts';
import type { TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, Transports } from '../../sip/transport/transport.ts';
import type { WireTap } from '../../sip/transport/wire-tap.ts';
import type { Gate } from '../gate/gate.ts';
import type { Refusal } from '../leg/request-checks.ts';
import { UntypedBodies } from '../leg/untyped-bodies.ts';

/** What an inlet hands messages to, and what it asks before. */
export interface MessageInletParts {
  readonly transactions: TransactionLayer;
  readonly transports: Pick<Transports<unknown>, 'flowTo'>;
  readonly ids: IdSource;
  readonly gate: Gate;
  readonly logger: Logger;
  /** Sees what comes in and is not refused for its source. */
  readonly tap?: WireTap | undefined;
  /** We pass on requests of others, too: their responses have more Vias than ours. */
  readonly proxies?: boolean;
}

/**
 * Messages on their way from the transports to the transactions. What is refused here costs no transaction: the
 * same request again gets the same answer again.
 */
export class MessageInlet {
  readonly #parts: MessageInletParts;
  readonly #untyped: UntypedBodies;

  constructor(parts: MessageInletParts) {
    this.#parts = parts;
    this.#untyped = new UntypedBodies(parts.logger);
  }

  /** A request that the transport received. */
  receive(request: SipRequest, flow: Flow): void {
    const { gate, transactions } = this.#parts;
    const { address, port } = flow.remote;
    request.setSource(address, port);
    if (gate.drops(request, flow.remote)) return;
    const refusal = gate.refuses(request, address);
    if (refusal === 'silence') return;
    if (refusal) return this.#refuseStateless(request, flow, refusal);
    const malformed = validateRequest(request);
    if (malformed) {
      this.#refuseStateless(request, flow, { status: malformed.status, reason: malformed.reason });
      return;
    }
    this.#parts.tap?.received(request.callId, request.wholeText, flow, request.method === 'INVITE');
    this.#untyped.note(request, address);
    transactions.onRequest(request, flow, this.#responseFlow(request, flow));
  }

  /** A response that the transport received. */
  receiveResponse(response: SipResponse, flow: Flow): void {
    // RFC 3261 18.1.2, 8.1.3.3: what is malformed or not for us is dropped.
    if (validateResponse(response, this.#parts.proxies)) return;
    this.#parts.tap?.received(response.callId, response.wholeText, flow, false);
    this.#untyped.note(response, flow.remote.address);
    this.#parts.transactions.onResponse(response);
  }

  /** RFC 3261 18.2.2, RFC 3581 4: where responses go. */
  #responseFlow(request: SipRequest, flow: Flow): Flow {
    if (flow.reliable || request.topVia.wantsRport) return flow;
    const port = request.topVia.port ?? 5060;
    if (port === flow.remote.port) return flow;
    return this.#parts.transports.flowTo({ ...flow.remote, port }, flow.local) ?? flow;
  }

  /** A malformed request gets its answer without a transaction: there may be nothing to match it by. */
  #refuseStateless(request: SipRequest, flow: Flow, refusal: Refusal): void {
    if (request.method === 'ACK' || request.topVia.text === '') return;
    const content = { reason: refusal.reason, headerLines: refusal.headerLines };
    const text = new ResponseHead(request).write(refusal.status, this.#parts.ids.token(), content);
    this.#responseFlow(request, flow).send(text);
  }
}
