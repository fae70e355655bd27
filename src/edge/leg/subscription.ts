import { Dialog } from '../../sip/dialog/dialog.ts';
import { Header, type SipRequest } from '../../sip/message/index.ts';
import { WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import { transactionTimeoutMs } from '../../sip/transaction/timing.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { Flow, TransportAddress } from '../../sip/transport/transport.ts';
import type { EdgeReply } from '../edge.ts';
import { DEFAULT_ANSWERS } from './default-answers.ts';
import type { RequestQuestion } from './delegate-replies.ts';
import { ReceivedRequest } from './edge-message.ts';
import { ALLOW_LINE } from './header-lines.ts';
import type { DialogUsage, LegHome } from './leg-home.ts';
import { stickyFlow } from './sticky-flow.ts';

/** RFC 6665 3.1.1: an event package names its own; an hour is what most take. */
const DEFAULT_EXPIRES_SECONDS = 3600;

/**
 * A subscription that the PBX granted (RFC 6665 4.2): the dialog in which its NOTIFYs go out, until it expires. What
 * it is about and what is told is the PBX's business.
 */
export class Subscription implements DialogUsage, WheelTimerOwner {
  readonly leg = undefined;
  readonly dialog: Dialog;
  /** Where NOTIFYs go, when not along the route set. */
  readonly flow: Flow | undefined;
  readonly from: TransportAddress;
  readonly peer: string;
  readonly #home: LegHome;
  readonly #question: RequestQuestion;
  readonly #timer = new WheelTimer(this);

  /** `question` puts SUBSCRIBE requests to the PBX. */
  constructor(home: LegHome, request: SipRequest, transaction: UasTransaction, question: RequestQuestion) {
    this.#home = home;
    this.#question = question;
    this.dialog = Dialog.ofUas(request, transaction.localTag);
    this.flow = stickyFlow(request, transaction.flow);
    this.from = transaction.flow.local;
    this.peer = transaction.flow.remote.address;
  }

  nextSeq(): number {
    return this.dialog.takeSeq();
  }

  /** Asks the PBX about a SUBSCRIBE, the first one or one that refreshes or ends the subscription. */
  ask(request: SipRequest, transaction: UasTransaction): void {
    const question: RequestQuestion = (asked) => {
      const answer = this.#question(asked);
      if (!(answer instanceof Promise)) return this.#note(request, transaction, answer);
      return answer.then((reply) => this.#note(request, transaction, reply));
    };
    this.#home.replies.ask(
      question,
      new ReceivedRequest(request, transaction.flow, this.dialog.key),
      transaction,
    );
  }

  onRequest(request: SipRequest, transaction: UasTransaction): void {
    transaction.localTag = this.dialog.localTag;
    if (this.dialog.receive(request) === 'out-of-order') {
      transaction.reply(DEFAULT_ANSWERS.outOfOrder, { reason: 'CSeq Out Of Order' });
    } else if (request.method === 'SUBSCRIBE') {
      this.ask(request, transaction);
    } else transaction.reply(DEFAULT_ANSWERS.methodNotAllowed, { headerLines: ALLOW_LINE });
  }

  onAck(): void {}

  onLost(): void {
    this.end();
  }

  onTimer(): void {
    this.end();
  }

  /** Forgets the dialog; idempotent. */
  end(): void {
    this.#home.wheel.stop(this.#timer);
    this.#home.dialogs.remove(this.dialog);
  }

  /** Keeps the dialog for as long as the PBX has granted. */
  #note(request: SipRequest, transaction: UasTransaction, reply: EdgeReply): EdgeReply {
    if (!transaction.pending || reply.status < 200 || reply.status > 299) return reply;
    const granted = Object.entries(reply.headers ?? {}).find(
      ([name]) => name.toLowerCase() === 'expires',
    )?.[1];
    const seconds = Number(granted ?? request.number(Header.Expires) ?? DEFAULT_EXPIRES_SECONDS);
    this.#home.dialogs.add(this.dialog, this);
    // Not before: who is refused must not have another's NOTIFYs sent to him.
    this.dialog.refreshTarget(request);
    // The last NOTIFY may follow the end of the time.
    const graceMs = transactionTimeoutMs(this.#home.timing);
    this.#home.wheel.start(
      this.#timer,
      (Number.isFinite(seconds) ? Math.max(0, seconds) : 0) * 1000 + graceMs,
    );
    return reply;
  }
}
