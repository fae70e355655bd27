import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import { MAGIC_COOKIE, type SipRequest, type SipResponse } from '../message/index.ts';
import type { Flow } from '../transport/transport.ts';
import { ClientTransaction, type ClientTransactionUser } from './client-transaction.ts';
import { cancelKey, cancelledKey, clientKey, mergedKey, serverKey } from './matching.ts';
import { inOnePiece } from './own-text.ts';
import type { RequestDraft } from './request-draft.ts';
import { ServerTransaction } from './server-transaction.ts';
import { TimerWheel } from './timer-wheel.ts';
import { RFC3261_TIMING, type TransactionTiming } from './timing.ts';
import type { FlowBack, TransactionHome } from './transaction-home.ts';

/** The core above the transactions: gets what belongs to none of them. */
export interface TransactionUser {
  /** A new request, not ACK or CANCEL. Must be answered through the transaction. */
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK that belongs to a dialog: the answer to our 2xx. */
  onAck(request: SipRequest, flow: Flow): void;
}

/** What the layer holds, for metrics and for "nothing left open". */
export interface TransactionCounts {
  readonly server: number;
  readonly client: number;
  readonly timers: number;
}

/** RFC 3261 section 17: all transactions of one edge, found by branch. */
export class TransactionLayer implements TransactionHome {
  readonly wheel: TimerWheel;
  readonly timing: TransactionTiming;
  /** Gets the requests; set before the first message comes. */
  user: TransactionUser | undefined;
  /** For responses whose connection is gone; set by the edge. */
  flowBack: FlowBack | undefined;
  readonly #ids: IdSource;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #merged = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();

  constructor(clock: Clock, ids: IdSource, timing: TransactionTiming = RFC3261_TIMING) {
    this.wheel = new TimerWheel(clock);
    this.timing = timing;
    this.#ids = ids;
  }

  get counts(): TransactionCounts {
    return { server: this.#servers.size, client: this.#clients.size, timers: this.wheel.running };
  }

  /** Sends a request in a new client transaction; `user` hears of its responses or its failure. */
  send(draft: RequestDraft, flow: Flow, user: ClientTransactionUser): ClientTransaction {
    const branch = MAGIC_COOKIE + this.#ids.token();
    return this.#start(draft, flow, branch, branch, user);
  }

  sendCancel(cancel: RequestDraft, invite: { readonly branch: string; readonly flow: Flow }): void {
    this.#start(cancel, invite.flow, invite.branch, cancelKey(invite.branch), DEAF);
  }

  /** A response that the transport received. */
  onResponse(response: SipResponse): void {
    // RFC 3261 18.1.2, 13.2.2.4: a response that matches no transaction is dropped.
    this.#clients.get(clientKey(response))?.onResponse(response);
  }

  /** Whether `request` belongs to a transaction already: a repetition, the ACK of a rejection. */
  knows(request: SipRequest): boolean {
    return this.#servers.has(serverKey(request));
  }

  /**
   * A well-formed request that the transport received over `flow`; its responses go to `responseFlow`
   * (RFC 3261 18.2.2).
   */
  onRequest(request: SipRequest, flow: Flow, responseFlow: Flow): void {
    const key = serverKey(request);
    const known = this.#servers.get(key);
    if (request.method === 'ACK') {
      // RFC 3261 17.2.3: the ACK of a 2xx has a branch of its own, with RFC 2543 elements it may not.
      if (known && known.state !== 'accepted') known.onAck();
      else this.user?.onAck(request, flow);
      return;
    }
    if (known) {
      known.onRetransmission(responseFlow);
      return;
    }
    const transaction = this.#open(request, responseFlow, key);
    if (!transaction) return;
    if (request.method === 'CANCEL') this.#onCancel(request, transaction);
    else this.user?.onRequest(request, transaction);
  }

  removeServer(transaction: { readonly key: string; readonly mergeKey: string | undefined }): void {
    this.#servers.delete(transaction.key);
    if (transaction.mergeKey !== undefined) this.#merged.delete(transaction.mergeKey);
  }

  removeClient(transaction: { readonly key: string }): void {
    this.#clients.delete(transaction.key);
  }

  /** Forgets every transaction; nothing is sent, nobody is told. */
  close(): void {
    for (const transaction of this.#servers.values()) transaction.terminate();
    for (const transaction of this.#clients.values()) transaction.terminate();
    this.wheel.clear();
  }

  #open(request: SipRequest, flow: Flow, key: string): ServerTransaction | undefined {
    inOnePiece(key);
    const mergeKey = mergedKey(request);
    if (mergeKey !== undefined && this.#merged.has(mergeKey)) {
      // RFC 3261 8.2.2.2: the same request by another path.
      const merged = new ServerTransaction(this, request, flow, key, undefined, this.#ids.token());
      this.#servers.set(key, merged);
      merged.reply(482);
      return undefined;
    }
    const transaction = new ServerTransaction(this, request, flow, key, mergeKey, this.#ids.token());
    this.#servers.set(key, transaction);
    if (mergeKey !== undefined) this.#merged.set(inOnePiece(mergeKey), transaction);
    return transaction;
  }

  /** RFC 3261 9.2. */
  #onCancel(cancel: SipRequest, transaction: ServerTransaction): void {
    const invite = this.#servers.get(cancelledKey(cancel));
    if (invite) transaction.localTag = invite.localTag;
    transaction.reply(invite ? 200 : 481);
    if (invite?.pending) invite.user?.onCancel(invite, cancel);
  }

  #start(
    draft: RequestDraft,
    flow: Flow,
    branch: string,
    key: string,
    user: ClientTransactionUser,
  ): ClientTransaction {
    const transaction = new ClientTransaction(this, draft, flow, branch, key, user);
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }
}

/** RFC 3261 9.1: the response to a CANCEL changes nothing. */
const DEAF: ClientTransactionUser = { onResponse: () => {}, onFailure: () => {} };
