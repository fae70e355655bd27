import type { Dialog } from '../../sip/dialog/dialog.ts';
import { DialogTable } from '../../sip/dialog/dialog-table.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import { type TimerWheel, WheelTimer } from '../../sip/transaction/timer-wheel.ts';
import { type TransactionTiming, transactionTimeoutMs } from '../../sip/transaction/timing.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { AcceptedInvite } from '../leg/accepted-invite.ts';
import type { ReliableProvisionals } from '../leg/reliable-provisionals.ts';
import type { SentRequest } from '../leg/request-sender.ts';
import type { ClientConnection } from './client-connection.ts';

/** `ending`: a BYE of either end was sent. `over`: nobody can use it any more. */
export type AppDialogState = 'open' | 'ending' | 'over';

/** RFC 6665 4.4.1: these refresh the remote target, as INVITE and UPDATE do. */
export const REFRESHES_TARGET: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY']);

/** A request of the far end that lasts no longer than its dialog. */
export interface PendingRequest {
  /** The dialog has ended: nobody answers it any more. */
  dialogOver(): void;
}

/** A dialog that the server holds for an application. */
export interface AppDialog {
  /** The protocol's name for it, see {@link AppDialogs.nameFor}. */
  readonly id: string;
  readonly dialog: Dialog;
  readonly client: ClientConnection;
  /** Made by INVITE. */
  readonly isCall: boolean;
  /** Connection or binding that requests in the dialog take; undefined: the route set decides. */
  readonly flow: Flow | undefined;
  state: AppDialogState;
  /** Requests of theirs, but BYE, that the application has not answered. */
  readonly pending: Set<PendingRequest>;
  /** INVITE of theirs whose 2xx waits for its ACK. */
  answered: ServerTransaction | undefined;
  /** The protocol's name of the last INVITE of theirs that was answered: that of its ACK, too. */
  answeredId: string | undefined;
  /** The application is gone: what is done once that ACK has come, or none will (RFC 3261 15). */
  afterAck: (() => void) | undefined;
  /** Reliable provisional responses of the INVITE of theirs (RFC 3262). */
  reliable: ReliableProvisionals | undefined;
  /** INVITE of ours that got its 2xx: knows the ACK for repetitions. */
  accepted: AcceptedInvite | undefined;
  /** CSeq of the last INVITE of ours that got a 2xx: that of its ACK. */
  inviteSeq: number;
  /** Last re-INVITE of ours; after its final response there is nothing to cancel. */
  reinvite: SentRequest | undefined;
  /** Ends the dialog when nothing else does. */
  limit: WheelTimer | undefined;
}

/** A dialog that has just been made. */
export function newAppDialog(
  id: string,
  dialog: Dialog,
  client: ClientConnection,
  isCall: boolean,
  flow: Flow | undefined,
): AppDialog {
  return {
    id,
    dialog,
    client,
    isCall,
    flow,
    state: 'open',
    pending: new Set(),
    answered: undefined,
    answeredId: undefined,
    afterAck: undefined,
    reliable: undefined,
    accepted: undefined,
    inviteSeq: 0,
    reinvite: undefined,
    limit: undefined,
  };
}

/** All dialogs of all applications. */
export class AppDialogs {
  readonly #byId = new Map<string, AppDialog>();
  readonly #byTags = new DialogTable<AppDialog>();
  readonly #wheel: TimerWheel;
  readonly #graceMs: number;
  readonly #newToken: () => string;

  constructor(wheel: TimerWheel, timing: TransactionTiming, newToken: () => string) {
    this.#wheel = wheel;
    this.#newToken = newToken;
    this.#graceMs = transactionTimeoutMs(timing);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Dialogs of calls; subscriptions are none. */
  get calls(): number {
    let calls = 0;
    for (const entry of this.#byId.values()) if (entry.isCall) calls++;
    return calls;
  }

  /**
   * A name for a new dialog, by Call-ID and From tag of its first request: the one by which drachtio-srf looks for it
   * (`findDialogByCallIDAndFromTag`). A call that comes through the same server twice has two dialogs: the second gets a token.
   */
  nameFor(callId: string, fromTag: string): string {
    const name = `${callId};from-tag=${fromTag}`;
    return this.#byId.has(name) ? this.#newToken() : name;
  }

  add(entry: AppDialog): void {
    this.#byId.set(entry.id, entry);
    this.#byTags.add(entry.dialog, entry);
  }

  get(id: string): AppDialog | undefined {
    return this.#byId.get(id);
  }

  ofRequest(request: SipRequest): AppDialog | undefined {
    const entry = this.ofAck(request);
    return entry?.state === 'over' ? undefined : entry;
  }

  /** The dialog of an ACK: one that is over stays known for the ACK of its 2xx. */
  ofAck(ack: SipRequest): AppDialog | undefined {
    return this.#byTags.ofRequest(ack)?.usage;
  }

  /** RFC 3261 15.1.2: a BYE ends what is still to be answered in its dialog. */
  endPending(entry: AppDialog): void {
    for (const request of [...entry.pending]) request.dialogOver();
  }

  /** The dialog is over; idempotent. A re-INVITE of ours that a BYE overtook may never be answered: it is given up. */
  remove(entry: AppDialog): void {
    entry.state = 'over';
    this.endPending(entry);
    if (entry.limit) this.#wheel.stop(entry.limit);
    entry.reinvite?.cancel('');
    if (this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id);
    if (!entry.answered) this.#byTags.remove(entry.dialog);
  }

  /** RFC 3261 13.3.1.4: the ACK of our 2xx has come, or none will. */
  acked(entry: AppDialog): void {
    entry.answered?.acked();
    entry.answered = undefined;
    if (entry.state === 'over') this.#byTags.remove(entry.dialog);
    const next = entry.afterAck;
    entry.afterAck = undefined;
    next?.();
  }

  /** The dialog has so long and 64*T1 more, for what is under way; then it is over. */
  limit(entry: AppDialog, ms: number): void {
    if (entry.state === 'over') return;
    entry.limit ??= new WheelTimer({ onTimer: () => this.remove(entry) });
    this.#wheel.start(entry.limit, ms + this.#graceMs);
  }

  /** Those of one application. */
  *of(client: ClientConnection): Generator<AppDialog> {
    for (const entry of [...this.#byId.values()]) if (entry.client === client) yield entry;
  }

  all(): AppDialog[] {
    return [...this.#byId.values()];
  }
}
