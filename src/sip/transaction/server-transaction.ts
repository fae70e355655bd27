import type { SipRequest } from '../message/index.ts';
import { type ResponseContent, ResponseHead } from '../message/index.ts';
import type { Flow, SendOwner } from '../transport/transport.ts';
import { WheelTimer, type WheelTimerOwner } from './timer-wheel.ts';
import { transactionTimeoutMs } from './timing.ts';
import type { TransactionHome } from './transaction-home.ts';
import type { UasTransaction, UasTransactionUser } from './uas-transaction.ts';

/**
 * ```
 *  INVITE:      trying --1xx--> proceeding --2xx----> accepted --L--> terminated     (RFC 6026 7.1)
 *                                    \---3xx-6xx-> completed --ACK--> confirmed --I--> terminated
 *  non-INVITE:  trying --1xx--> proceeding --2xx-6xx-> completed --J--> terminated
 * ```
 */
export type ServerTransactionState =
  | 'trying'
  | 'proceeding'
  | 'accepted'
  | 'completed'
  | 'confirmed'
  | 'terminated';

const NO_CONTENT: ResponseContent = {};

/**
 * One request that came in, until nothing of it can come again. It absorbs retransmissions of the request,
 * repeats its last response where the RFC asks for it, and forgets the request once it is answered.
 */
export class ServerTransaction implements UasTransaction, WheelTimerOwner, SendOwner {
  /** Gets CANCEL, the missing ACK and transport errors; may be set later. */
  user: UasTransactionUser | undefined;
  /** Tag that responses carry in To; that of the answer to a CANCEL is the same (RFC 3261 9.2). */
  localTag: string;
  readonly isInvite: boolean;
  readonly key: string;
  /** Key of the merged-request table; undefined for requests in a dialog. */
  readonly mergeKey: string | undefined;
  readonly #home: TransactionHome;
  /** Port of the peer's own listener. */
  readonly #viaPort: number;
  #flow: Flow;
  #request: SipRequest | undefined;
  #head: ResponseHead | undefined;
  #state: ServerTransactionState = 'trying';
  #lastResponse: string | undefined;
  #intervalMs = 0;
  #acked = false;
  #wentBack = false;
  readonly #retransmit = new WheelTimer(this);
  readonly #lifetime = new WheelTimer(this);

  constructor(
    home: TransactionHome,
    request: SipRequest,
    flow: Flow,
    key: string,
    mergeKey: string | undefined,
    localTag: string,
  ) {
    this.#home = home;
    this.#request = request;
    this.#flow = flow;
    this.#viaPort = request.topVia.port ?? (flow.remote.transport === 'tls' ? 5061 : 5060);
    this.key = key;
    this.mergeKey = mergeKey;
    this.localTag = localTag;
    this.isInvite = request.method === 'INVITE';
  }

  get state(): ServerTransactionState {
    return this.#state;
  }

  /** Where responses go. */
  get flow(): Flow {
    return this.#flow;
  }

  /** The request, until a final response was sent. */
  get request(): SipRequest | undefined {
    return this.#request;
  }

  /** No final response has been sent yet. */
  get pending(): boolean {
    return this.#state === 'trying' || this.#state === 'proceeding';
  }

  get accepted(): boolean {
    return this.#state === 'accepted';
  }

  /**
   * Sends a response: what RFC 3261 8.2.6 copies from the request, and `content`. See {@link respond}. After a challenge
   * the request is forgotten, where nothing was sent before it.
   */
  reply(status: number, content: ResponseContent = NO_CONTENT): boolean {
    if (!this.pending || !this.#request) return false;
    // RFC 3261 8.2.7: strangers cost no state; who repeats the request is challenged again.
    const isStateless = (status === 401 || status === 407) && this.#state === 'trying';
    this.#head ??= new ResponseHead(this.#request);
    const isSent = this.respond(status, this.#head.write(status, this.localTag, content));
    if (isStateless) this.terminate();
    return isSent;
  }

  /**
   * Sends a response, given as its whole text. A 2xx to INVITE is repeated until {@link acked}; other finals
   * as RFC 3261 17.2 says. Responses after the final one are dropped; false then.
   */
  respond(status: number, text: string): boolean {
    if (!this.pending) return false;
    this.#lastResponse = text;
    if (!this.#flow.open) this.#findWayBack();
    this.flow.send(text, this);
    // The flow may have failed at once, and the user may have ended the transaction then.
    if (!this.pending) return true;
    if (status < 200) this.#enter('proceeding');
    else if (status < 300 && this.isInvite) this.#enter('accepted');
    else this.#enter('completed');
    return true;
  }

  /**
   * RFC 3261 17.2.1, 17.2.2: the same request again: the last response again, if there is one.
   *
   * @param flow where that goes: a NAT may have given the peer another port meanwhile.
   */
  onRetransmission(flow: Flow = this.flow): void {
    // RFC 6026 7.1: in Accepted the request is absorbed, the repetition of the 2xx has its own pace.
    const repeats = this.#state === 'proceeding' || this.#state === 'completed';
    if (repeats && this.#lastResponse !== undefined) flow.send(this.#lastResponse);
  }

  ignore(): void {
    if (this.#state !== 'trying') return;
    this.#forgetRequest();
    this.user = undefined;
    this.#state = 'confirmed';
    this.#home.wheel.start(this.#lifetime, transactionTimeoutMs(this.#home.timing));
  }

  /** The ACK of a response other than 2xx, which is part of this transaction. */
  onAck(): void {
    if (this.#state === 'completed' && this.isInvite) this.#enter('confirmed');
  }

  /** The ACK of our 2xx came: it needs no repetition any more. */
  acked(): void {
    if (this.#state !== 'accepted') return;
    this.#acked = true;
    this.#lastResponse = undefined;
    this.user = undefined;
    this.#home.wheel.stop(this.#retransmit);
  }

  /** Forgets the transaction at once: the edge closes. */
  terminate(): void {
    this.#enter('terminated');
  }

  onTimer(timer: WheelTimer): void {
    if (timer === this.#retransmit) this.#repeat();
    else this.#expire();
  }

  onSendError(error: Error): void {
    // RFC 6026 8.7: by UDP the state stays, or the request's next repetition would be a new one; what was lost is
    // sent again like any other loss. Over a connection that is gone nothing comes any more.
    if (this.#state === 'terminated' || !this.flow.reliable) return;
    if (this.#lastResponse !== undefined && this.#findWayBack())
      return this.flow.send(this.#lastResponse, this);
    const { user } = this;
    this.#enter('terminated');
    user?.onTransportError(this, error);
  }

  /**
   * RFC 3261 18.2.2: a connection that is gone is replaced by one to the peer's own listener: its source address, the
   * port of its Via. Once; false when there is no way.
   */
  #findWayBack(): boolean {
    const { transport, address } = this.#flow.remote;
    if (!this.#flow.reliable || this.#wentBack) return false;
    this.#wentBack = true;
    const flow = this.#home.flowBack?.({ transport, address, port: this.#viaPort });
    if (!flow) return false;
    this.#flow = flow;
    return true;
  }

  #enter(state: ServerTransactionState): void {
    if (this.#state === state || this.#state === 'terminated') return;
    this.#state = state;
    const { wheel, timing } = this.#home;
    switch (state) {
      case 'accepted':
        this.#forgetRequest();
        this.#startRepeating();
        // Timer L, which is also the time limit of the ACK.
        wheel.startLimit(this.#lifetime, transactionTimeoutMs(timing));
        break;
      case 'completed':
        this.#forgetRequest();
        if (this.isInvite) {
          // RFC 3261 17.2.1: Timer G only where the transport may lose the response; Timer H always.
          if (!this.flow.reliable) this.#startRepeating();
          wheel.startLimit(this.#lifetime, transactionTimeoutMs(timing));
        } else if (this.flow.reliable) {
          this.#enter('terminated');
        } else {
          wheel.start(this.#lifetime, transactionTimeoutMs(timing));
        }
        break;
      case 'confirmed':
        wheel.stop(this.#retransmit);
        this.#lastResponse = undefined;
        this.user = undefined;
        // Timer I absorbs further ACKs.
        if (this.flow.reliable) this.#enter('terminated');
        else wheel.start(this.#lifetime, timing.t4Ms);
        break;
      case 'terminated':
        wheel.stop(this.#retransmit);
        wheel.stop(this.#lifetime);
        this.#forgetRequest();
        this.#lastResponse = undefined;
        this.user = undefined;
        this.#home.removeServer(this);
        break;
    }
  }

  #forgetRequest(): void {
    this.#request = undefined;
    this.#head = undefined;
  }

  #startRepeating(): void {
    this.#intervalMs = this.#home.timing.t1Ms;
    this.#home.wheel.start(this.#retransmit, this.#intervalMs);
  }

  /** RFC 3261 13.3.1.4 (2xx) and 17.2.1 Timer G (other finals): T1, doubled up to T2. */
  #repeat(): void {
    if (this.#lastResponse !== undefined) this.flow.send(this.#lastResponse, this);
    if (this.#state !== 'accepted' && this.#state !== 'completed') return;
    this.#intervalMs = Math.min(this.#intervalMs * 2, this.#home.timing.t2Ms);
    this.#home.wheel.start(this.#retransmit, this.#intervalMs);
  }

  #expire(): void {
    const { user } = this;
    const missesAck =
      this.isInvite && (this.#state === 'completed' || this.#state === 'accepted') && !this.#acked;
    this.#enter('terminated');
    if (missesAck) user?.onAckTimeout(this);
  }
}
