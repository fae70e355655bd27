import type { ResponseContent, SipRequest } from '../message/index.ts';
import type { Flow } from '../transport/transport.ts';

/** Who answers a request: the UAS core. */
export interface UasTransactionUser {
  /** A CANCEL for this INVITE came before its final response; the CANCEL itself has been answered. */
  onCancel(transaction: UasTransaction, cancel: SipRequest): void;
  /** RFC 3261 13.3.1.4 and 17.2.1, Timer H: no ACK came within 64*T1. */
  onAckTimeout(transaction: UasTransaction): void;
  /** RFC 3261 17.2.4: a response could not be sent, and the connection that it was for is gone. */
  onTransportError(transaction: UasTransaction, error: Error): void;
}

/** A request that came in, for whoever answers it: here, or on a SIP server elsewhere. */
export interface UasTransaction {
  /** Gets CANCEL, the missing ACK and transport errors; may be set later. */
  user: UasTransactionUser | undefined;
  /** Tag that responses carry in To. */
  localTag: string;
  readonly isInvite: boolean;
  /** Where responses go. */
  readonly flow: Flow;
  /** No final response has been sent yet. */
  readonly pending: boolean;
  /** A 2xx to INVITE was sent and waits for its ACK (RFC 6026 7.1). */
  readonly accepted: boolean;
  /** Sends a response: what RFC 3261 8.2.6 copies from the request, and `content`. False after a final one. */
  reply(status: number, content?: ResponseContent): boolean;
  /** Never answers: the request and its repetitions are absorbed. For strangers, before any response. */
  ignore(): void;
  /** The ACK of our 2xx came. */
  acked(): void;
}
