import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Dialog } from '../../sip/dialog/dialog.ts';
import type { DialogTable } from '../../sip/dialog/dialog-table.ts';
import type { SessionTimerPolicy } from '../../sip/dialog/session-timer.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import type { TimerWheel } from '../../sip/transaction/timer-wheel.ts';
import type { TransactionTiming } from '../../sip/transaction/timing.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { Flow, TransportAddress } from '../../sip/transport/transport.ts';
import type { SipLeg } from '../edge.ts';
import type { DelegateReplies } from './delegate-replies.ts';
import type { RequestSender } from './request-sender.ts';

/** What requests in a dialog go to. */
export interface DialogUsage {
  /** Undefined for a subscription. */
  readonly leg: SipLeg | undefined;
  /** See `sticky-flow.ts`. */
  readonly flow: Flow | undefined;
  /** The listener of ours that the far end has called, for requests that find their own way. */
  readonly from?: TransportAddress | undefined;
  /** Address of the far end, which the dialog was made with; undefined before it has answered. */
  readonly peer: string | undefined;
  /** A request in the dialog, not ACK or CANCEL. Must be answered. */
  onRequest(request: SipRequest, transaction: UasTransaction, dialog: Dialog): void;
  /** The far end has lost the dialog: 481 to a request that the PBX sent in it. */
  onLost?(): void;
  /** The ACK of a 2xx of ours. */
  onAck(request: SipRequest, flow: Flow): void;
}

/** Whether a request in a dialog with `peer` may come from `source`; both are addresses as sockets give them. */
export type DialogSource = (source: string, peer: string) => boolean;

/** What a leg needs of the edge that it lives in. */
export interface LegHome {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly uac: RequestSender;
  readonly wheel: TimerWheel;
  readonly timing: TransactionTiming;
  readonly dialogs: DialogTable<DialogUsage>;
  readonly replies: DelegateReplies;
  readonly sessionTimer: SessionTimerPolicy;
  readonly dialogSource: DialogSource;
  readonly isEmergency: (number: string) => boolean;
  /** A BYE can be refused; false: a server that carries our messages has ended the dialog before we are asked. */
  readonly refusesBye: boolean;
  /** `User-Agent` of requests and `Server` of responses, as whole lines. */
  readonly userAgentLine: string;
  readonly serverLine: string;
  /** See {@link SipEdge.wasOverloaded}. */
  wasOverloaded(sinceMs: number): boolean;
  /** A REGISTER was accepted that came over `flow`. */
  registered(request: SipRequest, flow: Flow): void;
  /** The leg exists from now on, and the edge must end it when it closes. */
  opened(leg: SipLeg): void;
  /** The leg has ended. */
  ended(leg: SipLeg): void;
}
