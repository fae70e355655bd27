import type { SipResponse } from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import type { Flow, TransportAddress } from '../../sip/transport/transport.ts';
import type { EdgeCredentials } from '../edge.ts';

/** How a request of ours goes out. */
export interface UacRoute {
  /** The flow to use as long as it is open, instead of the next hop's addresses. */
  readonly flow?: Flow | undefined;
  /** The listener of ours to send from by UDP, where several could: the one that the far end has talked to. */
  readonly from?: TransportAddress | undefined;
  /** Answers challenges of this one peer (RFC 3261 22). */
  readonly credentials?: EdgeCredentials | undefined;
  /** A CSeq for the request's repetition with credentials or other values. */
  nextSeq(): number;
}

/** A request of ours that has been answered, as far as legs see it. */
export interface UacTransaction {
  readonly draft: RequestDraft;
  /** Address that the answer came from, or that the request went to; undefined: not known. */
  readonly peer: string | undefined;
  /** Another user gets what still comes, such as repeated and forked 2xx (RFC 6026 7.2). */
  handOver(user: AcceptedUser): void;
}

/** Gets 2xx that come after the first one. */
export interface AcceptedUser {
  onResponse(response: SipResponse, transaction: UacTransaction): void;
  /** No more can come. */
  onFailure(): void;
}

/** Gets the outcome of a request. */
export interface UacRequestUser {
  /** The request goes out over `flow` in a transaction with this branch; again for each further target. */
  onSent?(draft: RequestDraft, flow: Flow, branch: string): void;
  /** 100 came: the next hop has got it. Undefined: a server sent the request that tells of no 100 that it gets. */
  onTrying?(response: SipResponse | undefined): void;
  /** A provisional response, but not 100. */
  onProvisional?(response: SipResponse, transaction: UacTransaction): void;
  /** The final response; for INVITE again for each repeated or forked 2xx, until handed over. */
  onFinal(response: SipResponse, transaction: UacTransaction): void;
  /** No final response can come: 408 (nobody answered) or 503 (nobody could be reached). Last of all. */
  onUnanswered(status: 408 | 503): void;
}

/** A request on its way. */
export interface SentRequest {
  /** RFC 3261 9.1. `headerLines` such as Reason. */
  cancel(headerLines: string): void;
  /**
   * Gives up the target that has been silent so far for the next one of its name (RFC 3263 4.3); false: there is none, or
   * somebody else chooses targets. A 2xx that the one given up sends after all is `late`'s.
   */
  leaveTarget?(headerLines: string, late: AcceptedUser): boolean;
  /** Hears nothing more: its user has ended. */
  abandon(): void;
}

/** The ACK of a 2xx, for the 2xx's repetitions. */
export interface SentAck {
  send(): void;
}

/** Sends requests of ours to where their next hop leads, with failover and digest: here, or on a SIP server. */
export interface RequestSender {
  /** Sends a request other than ACK. The user is never called before this returns. */
  send(draft: RequestDraft, route: UacRoute, user: UacRequestUser): SentRequest;
  /**
   * RFC 3261 13.2.2.4: sends the ACK of a 2xx, which no transaction carries.
   *
   * @param from see {@link UacRoute.from}.
   * @returns how to send it again when the 2xx is repeated; undefined when no way leads there.
   */
  sendAck(draft: RequestDraft, flow: Flow | undefined, from?: TransportAddress): SentAck | undefined;
}

/** Answer to a challenge: a header line ended by CRLF, or undefined when it is not ours to answer. */
export type ChallengeAnswer = (
  response: SipResponse,
  draft: RequestDraft,
  credentials: EdgeCredentials,
) => string | undefined;
