import type { Timer } from '../../shared/clock.ts';
import type { UasTimerVerdict } from '../../sip/dialog/session-timer.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import { DECISION_LIMIT_MS, DEFAULT_ANSWERS } from './default-answers.ts';
import { sdpOf } from './edge-message.ts';
import type { LegContext } from './leg-context.ts';
import type { SessionRefresh } from './session-refresh.ts';

/** A leg as its renegotiation sees it. */
export interface RenegotiationLeg extends LegContext {
  readonly sessionRefresh: SessionRefresh;
}

/** What the 2xx to a re-INVITE or UPDATE says about the session timer. */
export type AgreedTimer = Extract<UasTimerVerdict, { kind: 'agreed' }>;

const SDP = 'application/sdp';

/** One re-INVITE or UPDATE of theirs, from its arrival to the ACK of its answer. */
export class IncomingOffer {
  readonly transaction: UasTransaction;
  readonly #leg: RenegotiationLeg;
  readonly #seq: number;
  readonly #offer: string | undefined;
  readonly #timer: AgreedTimer | undefined;
  readonly #done: () => void;
  #limit: Timer | undefined;
  #sentSdp: string | undefined;
  #closed = false;

  constructor(
    leg: RenegotiationLeg,
    transaction: UasTransaction,
    request: SipRequest,
    offer: string | undefined,
    timer: AgreedTimer | undefined,
    done: () => void,
  ) {
    this.#leg = leg;
    this.transaction = transaction;
    this.#seq = request.cseq.number;
    this.#offer = offer;
    this.#timer = timer;
    this.#done = done;
  }

  start(): void {
    const { transaction } = this;
    const leg = this.#leg;
    transaction.user = {
      onCancel: () => this.#refuse(487),
      // RFC 3261 14.2: no ACK ends the session.
      onAckTimeout: () => {
        this.#finish();
        leg.hangUp('edge', 'timeout');
      },
      onTransportError: () => this.#finish(),
    };
    // RFC 3311 5.2, RFC 4028 7.4: an UPDATE without an offer changes no session.
    if (!transaction.isInvite && this.#offer === undefined) return this.#accept(undefined);
    // RFC 4028 7.4: the same description again is a refresh; nobody needs to be asked.
    if (this.#offer !== undefined && this.#offer === leg.remoteSdp && leg.localSdp !== undefined) {
      return this.#accept(leg.localSdp);
    }
    this.#ask();
  }

  onAck(request: SipRequest): void {
    if (request.cseq.number !== this.#seq || !this.transaction.isInvite) return;
    this.transaction.acked();
    if (this.#sentSdp !== undefined) this.#leg.localSdp = this.#sentSdp;
    const answer = this.#offer === undefined ? sdpOf(request) : undefined;
    this.#finish();
    if (answer === undefined) return;
    this.#leg.remoteSdp = answer;
    this.#leg.events.emit('renegotiated', { sdp: answer });
  }

  close(): void {
    if (this.#closed) return;
    this.transaction.reply(DEFAULT_ANSWERS.dialogOver);
    this.#closed = true;
    this.#limit?.cancel();
  }

  #ask(): void {
    const leg = this.#leg;
    try {
      const answer = leg.delegate.onReoffer?.(this.#offer);
      if (answer === undefined) return this.#refuse(DEFAULT_ANSWERS.reoffer);
      if (typeof answer === 'string') return this.#accept(answer);
      // RFC 4320 4.1: no 100 for anything else.
      if (this.transaction.isInvite) this.transaction.reply(100);
      this.#limit = leg.home.clock.after(DECISION_LIMIT_MS.request, () =>
        this.#refuse(DEFAULT_ANSWERS.reoffer),
      );
      answer.then(
        (sdp) => this.#accept(sdp),
        () => this.#refuse(DEFAULT_ANSWERS.reoffer),
      );
    } catch {
      this.#refuse(DEFAULT_ANSWERS.reoffer);
    }
  }

  #accept(sdp: string | undefined): void {
    const { transaction } = this;
    if (this.#closed || !transaction.pending) return;
    this.#limit?.cancel();
    const leg = this.#leg;
    this.#sentSdp = sdp;
    if (this.#offer !== undefined) {
      leg.remoteSdp = this.#offer;
      leg.localSdp = sdp;
    }
    const timer = this.#timer;
    if (timer) leg.sessionRefresh.agree(timer.timer);
    const timerLines = timer ? timer.line + (timer.require ? 'Require: timer\r\n' : '') : '';
    transaction.reply(200, {
      headerLines: `Contact: <${contactUri(transaction.flow, '')}>\r\n${leg.home.serverLine}${leg.featureLines}${timerLines}`,
      contentType: SDP,
      body: sdp,
    });
    if (!transaction.isInvite) this.#finish();
  }

  #refuse(status: number): void {
    if (this.#closed) return;
    this.transaction.reply(status);
    this.#finish();
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#limit?.cancel();
    this.#done();
  }
}
