import type { IdSource } from '../../shared/ids.ts';
import {
  ResponseHead,
  type SipRequest,
  type SipResponse,
  validateRequest,
  validateResponse,
} from '../../sip/message/index.ts';
import { serverKey } from '../../sip/transaction/matching.ts';
import type { TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, Transports } from '../../sip/transport/transport.ts';
import { DEFAULT_ANSWERS } from '../leg/default-answers.ts';
import type { Refusal } from '../leg/request-checks.ts';
import type { Admission } from './admission.ts';
import type { Protection } from './protection.ts';
import { RefusedRequests } from './refused-requests.ts';

/** What an inlet hands messages to, and what it asks before. */
export interface MessageInletParts {
  readonly transactions: TransactionLayer;
  readonly transports: Pick<Transports<unknown>, 'flowTo'>;
  readonly ids: IdSource;
  readonly protection: Protection | undefined;
  readonly admission: Admission;
  /** Whether a request with a To tag belongs to a dialog; without this the tag is believed. */
  readonly isInDialog?: (request: SipRequest) => boolean;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** We pass on requests of others, too: their responses have more Vias than ours. */
  readonly proxies?: boolean;
}

/** RFC 3261 21.5.4: seconds after which a refused caller may come back, spread so that not all come at once. */
const RETRY_AFTER_SECONDS = { least: 2, spread: 8 } as const;

/**
 * Messages on their way from the transports to the transactions. What is refused here costs no transaction: the
 * same request again gets the same answer again.
 */
export class MessageInlet {
  readonly #parts: MessageInletParts;
  readonly #refused: RefusedRequests;

  constructor(parts: MessageInletParts) {
    this.#parts = parts;
    this.#refused = new RefusedRequests(parts.now);
  }

  /** A request that the transport received. */
  receive(request: SipRequest, flow: Flow): void {
    const { transactions } = this.#parts;
    request.setSource(flow.remote.address, flow.remote.port);
    if (!this.#isWelcome(request, flow)) return;
    const malformed = validateRequest(request);
    if (malformed) {
      this.#refuseStateless(request, flow, { status: malformed.status, reason: malformed.reason });
      return;
    }
    transactions.onRequest(request, flow, this.#responseFlow(request, flow));
  }

  /** A response that the transport received. */
  receiveResponse(response: SipResponse): void {
    // RFC 3261 18.1.2, 8.1.3.3: what is malformed or not for us is dropped.
    if (validateResponse(response, this.#parts.proxies)) return;
    this.#parts.transactions.onResponse(response);
  }

  /** Drops or refuses what hostile peers send, and new calls while there is too much to do. */
  #isWelcome(request: SipRequest, flow: Flow): boolean {
    const { protection, admission, transactions } = this.#parts;
    const { method } = request;
    const { address } = flow.remote;
    if (protection?.drops(request, address)) return false;
    if (method !== 'INVITE' && method !== 'REGISTER') return true;
    const overloaded = method === 'INVITE' && admission.overloaded;
    if ((!protection && !overloaded && !this.#refused.any) || this.#isInDialog(request)) return true;
    // A repetition is no new request: it is answered as the first one was.
    if (transactions.knows(request)) return true;
    const wasRefused = this.#refused.any && this.#refused.has(serverKey(request));
    if (!wasRefused && !overloaded && !protection?.exceeds(method, address)) return true;
    if (!wasRefused) this.#refused.add(serverKey(request));
    const seconds =
      RETRY_AFTER_SECONDS.least + Math.floor(this.#parts.ids.random() * RETRY_AFTER_SECONDS.spread);
    this.#refuseStateless(request, flow, {
      status: DEFAULT_ANSWERS.notNow,
      headerLines: `Retry-After: ${seconds}\r\n`,
    });
    return false;
  }

  /** A made-up To tag does not pass by the limits: each would cost a transaction, and its 481 eleven datagrams. */
  #isInDialog(request: SipRequest): boolean {
    return request.to.tag !== '' && (this.#parts.isInDialog?.(request) ?? true);
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
