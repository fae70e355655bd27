import type { SipResponse } from '../message/index.ts';
import type { Flow, SendOwner } from '../transport/transport.ts';
import {
  type RequestDraft,
  viaValue,
  writeCancel,
  writeNonSuccessAck,
  writeRequest,
} from './request-draft.ts';
import { WheelTimer, type WheelTimerOwner } from './timer-wheel.ts';
import { transactionTimeoutMs } from './timing.ts';
import type { TransactionHome } from './transaction-home.ts';

/**
 * ```
 *  INVITE:      calling --1xx--> proceeding --2xx----> accepted --M--> terminated    (RFC 6026 7.2)
 *                                     \---3xx-6xx-> completed --D--> terminated
 *  non-INVITE:  trying --1xx--> proceeding --2xx-6xx-> completed --K--> terminated
 *  Timer B, F or a transport error: straight to terminated.
 * ```
 */
export type ClientTransactionState =
  | 'calling'
  | 'trying'
  | 'proceeding'
  | 'accepted'
  | 'completed'
  | 'terminated';

/** Who sent the request: the UAC core. */
export interface ClientTransactionUser {
  /** A response, each once; for INVITE every 2xx, also repeated and forked ones (RFC 3261 13.2.2.4). */
  onResponse(response: SipResponse, transaction: ClientTransaction): void;
  /** RFC 3261 8.1.3.1: Timer B or F (to be taken as 408), or the transport failed (503). Last of all. */
  onFailure(failure: 'timeout' | 'transport', transaction: ClientTransaction): void;
}

/** One request of ours on its way to one target. */
export class ClientTransaction implements WheelTimerOwner, SendOwner {
  #draft: RequestDraft;
  readonly flow: Flow;
  readonly branch: string;
  readonly key: string;
  readonly isInvite: boolean;
  readonly #via: string;
  readonly #home: TransactionHome;
  #user: ClientTransactionUser | undefined;
  #state: ClientTransactionState;
  /** Kept as long as it may have to be repeated. */
  #text: string | undefined;
  #ack: string | undefined;
  #intervalMs = 0;
  #cancel: 'none' | 'wanted' | 'sent' = 'none';
  #cancelLines = '';
  readonly #retransmit = new WheelTimer(this);
  readonly #lifetime = new WheelTimer(this);

  /** `key` is the branch itself, but for CANCEL, which shares the branch of its INVITE. */
  constructor(
    home: TransactionHome,
    draft: RequestDraft,
    flow: Flow,
    branch: string,
    key: string,
    user: ClientTransactionUser,
  ) {
    this.#home = home;
    this.#draft = draft;
    this.flow = flow;
    this.branch = branch;
    this.key = key;
    this.#user = user;
    this.isInvite = draft.method === 'INVITE';
    this.#state = this.isInvite ? 'calling' : 'trying';
    this.#via = viaValue(flow.local.transport, flow.sentBy, branch);
  }

  /** Address that the request went to. */
  get peer(): string {
    return this.flow.remote.address;
  }

  /** The request; without its body and further headers once an INVITE was accepted. */
  get draft(): RequestDraft {
    return this.#draft;
  }

  get state(): ClientTransactionState {
    return this.#state;
  }

  /** Sends the request and starts Timers A/E and B/F. Called once, by the table. */
  start(): void {
    const { wheel, timing } = this.#home;
    const { draft } = this;
    this.#text =
      draft.method === 'CANCEL'
        ? writeCancel(draft, this.#via, draft.headerLines)
        : writeRequest(draft, this.#via, this.flow);
    wheel.startLimit(this.#lifetime, transactionTimeoutMs(timing));
    this.#intervalMs = timing.t1Ms;
    if (!this.flow.reliable) wheel.start(this.#retransmit, this.#intervalMs);
    this.flow.send(this.#text, this);
  }

  /**
   * RFC 3261 9.1: asks the far end to give up an INVITE. Sent at once or after the first provisional response;
   * does nothing after a final one. `headerLines`: lines ended by CRLF, such as Reason.
   */
  cancel(headerLines = ''): void {
    if (!this.isInvite || this.#cancel !== 'none') return;
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    this.#cancelLines = headerLines;
    this.#cancel = 'wanted';
    if (this.#state === 'proceeding') this.#sendCancel();
  }

  /**
   * Another user takes over what still comes, such as repeated and forked 2xx (RFC 6026 7.2): the first one may
   * be forgotten together with its call, long before Timer M.
   */
  handOver(user: ClientTransactionUser): void {
    if (this.#user) this.#user = user;
  }

  onResponse(response: SipResponse): void {
    if (this.isInvite) this.#onInviteResponse(response);
    else this.#onOtherResponse(response);
  }

  /** Forgets the transaction without telling the user: the edge closes. */
  terminate(): void {
    this.#enter('terminated');
  }

  onTimer(timer: WheelTimer): void {
    if (timer === this.#retransmit) this.#repeat();
    else this.#expire();
  }

  onSendError(): void {
    // RFC 3261 17.1.4; once a response was seen, the loss of one repetition means nothing.
    if (this.#state === 'calling' || this.#state === 'trying') this.#fail('transport');
  }

  #onInviteResponse(response: SipResponse): void {
    const { status } = response;
    const open = this.#state === 'calling' || this.#state === 'proceeding';
    if (status < 200) {
      if (!open) return;
      this.#enter('proceeding');
      if (this.#cancel === 'wanted') this.#sendCancel();
    } else if (status < 300) {
      // RFC 6026 7.2: every 2xx goes up, the UAC core sends the ACKs.
      if (!open && this.#state !== 'accepted') return;
      this.#enter('accepted');
    } else {
      // RFC 3261 17.1.1.2: a repeated final response gets its ACK again and goes no further.
      if (this.#state === 'completed' && this.#ack !== undefined) this.flow.send(this.#ack);
      if (!open) return;
      this.#ack = writeNonSuccessAck(this.draft, this.#via, response.to.text);
      this.flow.send(this.#ack);
      this.#enter('completed');
    }
    this.#user?.onResponse(response, this);
  }

  #onOtherResponse(response: SipResponse): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    this.#enter(response.status < 200 ? 'proceeding' : 'completed');
    const user = this.#user;
    if (response.status >= 200) this.#user = undefined;
    user?.onResponse(response, this);
  }

  #enter(state: ClientTransactionState): void {
    if (this.#state === state || this.#state === 'terminated') return;
    this.#state = state;
    const { wheel, timing } = this.#home;
    switch (state) {
      case 'proceeding':
        if (this.isInvite) {
          // RFC 3261 17.1.1.2: Timers A and B end; the ring time is the user's business.
          wheel.stop(this.#retransmit);
          wheel.stop(this.#lifetime);
          this.#text = undefined;
        }
        break;
      case 'accepted':
        wheel.stop(this.#retransmit);
        this.#text = undefined;
        this.#draft = { ...this.#draft, headerLines: '', body: undefined };
        wheel.start(this.#lifetime, transactionTimeoutMs(timing));
        break;
      case 'completed':
        wheel.stop(this.#retransmit);
        this.#text = undefined;
        // Timers D and K: 0 on a reliable transport.
        if (this.flow.reliable) this.#leave();
        else wheel.start(this.#lifetime, this.isInvite ? transactionTimeoutMs(timing) : timing.t4Ms);
        break;
      case 'terminated':
        this.#leave();
        this.#user = undefined;
        break;
    }
  }

  /** Stops all timers and leaves the table. */
  #leave(): void {
    this.#state = 'terminated';
    this.#home.wheel.stop(this.#retransmit);
    this.#home.wheel.stop(this.#lifetime);
    this.#text = undefined;
    this.#ack = undefined;
    this.#home.removeClient(this);
  }

  #sendCancel(): void {
    const { draft } = this;
    this.#cancel = 'sent';
    // RFC 3261 9.1: the Route of the INVITE, no Require; RFC 3261 22.3: never credentials.
    const cancel: RequestDraft = {
      ...draft,
      method: 'CANCEL',
      headerLines: this.#cancelLines,
      contentType: undefined,
      body: undefined,
    };
    this.#home.sendCancel(cancel, this);
    // RFC 3261 9.1: without a final response in 64*T1 the INVITE counts as cancelled.
    this.#home.wheel.startLimit(this.#lifetime, transactionTimeoutMs(this.#home.timing));
  }

  /** Timer A doubles without limit (B ends it); Timer E doubles up to T2, and is T2 in Proceeding. */
  #repeat(): void {
    if (this.#text === undefined) return;
    this.flow.send(this.#text, this);
    if (this.#state === 'terminated') return;
    const { t2Ms } = this.#home.timing;
    const doubledMs = this.#intervalMs * 2;
    this.#intervalMs = this.isInvite ? doubledMs : Math.min(doubledMs, t2Ms);
    if (this.#state === 'proceeding') this.#intervalMs = t2Ms;
    this.#home.wheel.start(this.#retransmit, this.#intervalMs);
  }

  #expire(): void {
    if (this.#state === 'accepted' || this.#state === 'completed') this.#enter('terminated');
    else this.#fail('timeout');
  }

  #fail(failure: 'timeout' | 'transport'): void {
    const user = this.#user;
    this.#enter('terminated');
    user?.onFailure(failure, this);
  }
}
