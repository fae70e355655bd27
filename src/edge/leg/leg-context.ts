import type { CauseSlug } from '../../shared/cause.ts';
import type { Dialog, DialogContent } from '../../sip/dialog/dialog.ts';
import type { Exchange } from '../../sip/dialog/offer-answer.ts';
import type { SipMessage } from '../../sip/message/index.ts';
import type { Flow, TransportAddress } from '../../sip/transport/transport.ts';
import type { EdgeResponse, LegEnding, SipLeg } from '../edge.ts';
import type { LegHome } from './leg-home.ts';
import type { SentRequest, UacRequestUser } from './request-sender.ts';

/** What the parts of a leg (renegotiation, session refresh, transfer ...) see of it. */
export interface LegContext extends SipLeg {
  readonly home: LegHome;
  readonly dialog: Dialog | undefined;
  /** Connection or NAT binding that requests in the dialog take; undefined: the route set decides. */
  readonly flow: Flow | undefined;
  /** The listener of ours that the far end has called, for requests that find their own way. */
  readonly from: TransportAddress | undefined;
  /** Our and their session description in force. */
  localSdp: string | undefined;
  remoteSdp: string | undefined;
  /** Whether the Call-ID is ours (RFC 3261 14.1). */
  readonly ownsCallId: boolean;
  readonly isEnded: boolean;
  /** What the INVITE that makes the dialog leaves open; nothing once it was answered. */
  readonly opening: Exchange;
  /** The far end takes UPDATE (RFC 3311 4). */
  readonly peerTakesUpdate: boolean;
  /** Header lines of every request and 2xx that may change the session: Allow, Supported. */
  readonly featureLines: string;
  /** Sends a request in the dialog; undefined when there is no dialog. */
  send(method: string, content: DialogContent, user: UacRequestUser): SentRequest | undefined;
  /** Sends a request in the dialog and waits for its answer; rejects with ClosedError when the leg ends first. */
  ask(method: string, content: DialogContent): Promise<EdgeResponse>;
  /** Notes what a message of the far end says about itself. */
  learn(message: SipMessage): void;
  /** RFC 3261 12.2.1.2: ends the leg when `status` says that the far end has lost the dialog. */
  checkDialogLost(status: number): void;
  /** Ends the leg for a reason of the edge's own. */
  hangUp(by: LegEnding['by'], cause: CauseSlug, status?: number): void;
}
