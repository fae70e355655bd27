import { contactUri } from '../../sip/transaction/request-draft.ts';
import { type TimerWheel, WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { DECISION_LIMIT_MS, DEFAULT_ANSWERS } from './default-answers.ts';
import { hasHeader, headerLines } from './header-lines.ts';

/** Asks the PBX how to answer a request. */
export type RequestQuestion = (request: EdgeRequest) => EdgeReply | Promise<EdgeReply>;

/** Requests that wait for the PBX's answer: each gets one, also when the PBX throws or never decides. */
export class DelegateReplies {
  readonly #wheel: TimerWheel;
  readonly #serverLine: string;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Set<WaitingReply>();

  constructor(wheel: TimerWheel, serverLine: string, onError: (error: unknown) => void) {
    this.#wheel = wheel;
    this.#serverLine = serverLine;
    this.#onError = onError;
  }

  /** Requests that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Puts the question and sends the answer, now or later. */
  ask(question: RequestQuestion, request: EdgeRequest, transaction: UasTransaction): void {
    let answer: EdgeReply | Promise<EdgeReply>;
    try {
      answer = question(request);
    } catch (error) {
      this.#fail(transaction, error);
      return;
    }
    if (!(answer instanceof Promise)) return this.#reply(request.method, transaction, answer);
    const waiting: WaitingReply = new WaitingReply(() => {
      this.#waiting.delete(waiting);
      this.#fail(transaction, new Error(`${request.method} was never decided`));
    });
    this.#waiting.add(waiting);
    this.#wheel.start(waiting.limit, DECISION_LIMIT_MS.request);
    answer.then(
      (reply) => {
        this.#settle(waiting);
        this.#reply(request.method, transaction, reply);
      },
      (error) => {
        this.#settle(waiting);
        this.#fail(transaction, error);
      },
    );
  }

  /** The edge closes: nobody is asked any more. */
  close(): void {
    for (const waiting of this.#waiting) this.#wheel.stop(waiting.limit);
    this.#waiting.clear();
  }

  #settle(waiting: WaitingReply): void {
    this.#waiting.delete(waiting);
    this.#wheel.stop(waiting.limit);
  }

  #reply(method: string, transaction: UasTransaction, reply: EdgeReply): void {
    const { status, headers } = reply;
    if (!Number.isInteger(status) || status < 200 || status > 699) {
      return this.#fail(transaction, new RangeError(`${status} is no final status`));
    }
    // RFC 6665 4.2.1: a subscription makes a dialog, which needs our Contact.
    const needsContact = method === 'SUBSCRIBE' && status < 300 && !hasHeader(headers, 'contact');
    const contact = needsContact ? `Contact: <${contactUri(transaction.flow, '')}>\r\n` : '';
    transaction.reply(status, {
      reason: reply.reason,
      headerLines: this.#serverLine + contact + headerLines(headers),
      contentType: reply.contentType,
      body: reply.body,
    });
  }

  #fail(transaction: UasTransaction, error: unknown): void {
    transaction.reply(DEFAULT_ANSWERS.delegateFailed);
    this.#onError(error);
  }
}

class WaitingReply implements WheelTimerOwner {
  readonly limit = new WheelTimer(this);
  readonly #expired: () => void;

  constructor(expired: () => void) {
    this.#expired = expired;
  }

  onTimer(): void {
    this.#expired();
  }
}
