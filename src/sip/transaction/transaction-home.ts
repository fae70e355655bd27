import type { Flow, TransportAddress } from '../transport/transport.ts';
import type { RequestDraft } from './request-draft.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { TransactionTiming } from './timing.ts';

/** Finds or opens a flow to the listener of a peer whose connection is gone (RFC 3261 18.2.2); undefined: no way. */
export type FlowBack = (target: TransportAddress) => Flow | undefined;

/** What a transaction needs of the layer that it lives in. */
export interface TransactionHome {
  readonly wheel: TimerWheel;
  readonly timing: TransactionTiming;
  /** Undefined: such responses are lost. */
  readonly flowBack: FlowBack | undefined;
  /** The transaction has terminated. */
  removeServer(transaction: { readonly key: string; readonly mergeKey: string | undefined }): void;
  removeClient(transaction: { readonly key: string }): void;
  /** Sends the CANCEL of an INVITE in a transaction of its own, on the INVITE's branch (RFC 3261 9.1). */
  sendCancel(cancel: RequestDraft, invite: { readonly branch: string; readonly flow: Flow }): void;
}
