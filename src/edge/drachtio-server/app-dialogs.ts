import type { Dialog } from '../../sip/dialog/dialog.ts';
import { DialogTable } from '../../sip/dialog/dialog-table.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { AcceptedInvite } from '../leg/accepted-invite.ts';
import type { ReliableProvisionals } from '../leg/reliable-provisionals.ts';
import type { ClientConnection } from './client-connection.ts';

/** A dialog that the server holds for an application. */
export interface AppDialog {
  /** The protocol's name for it. */
  readonly id: string;
  readonly dialog: Dialog;
  readonly client: ClientConnection;
  /** Made by INVITE. */
  readonly isCall: boolean;
  /** Connection or binding that requests in the dialog take; undefined: the route set decides. */
  readonly flow: Flow | undefined;
  /** INVITE of theirs whose 2xx waits for its ACK. */
  answered: ServerTransaction | undefined;
  /** The protocol's name of the last INVITE of theirs that was answered: that of its ACK, too. */
  answeredId: string | undefined;
  /** Reliable provisional responses of the INVITE of theirs (RFC 3262). */
  reliable: ReliableProvisionals | undefined;
  /** INVITE of ours that got its 2xx: knows the ACK for repetitions. */
  accepted: AcceptedInvite | undefined;
  /** CSeq of the last INVITE of ours that got a 2xx: that of its ACK. */
  inviteSeq: number;
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
    answered: undefined,
    answeredId: undefined,
    reliable: undefined,
    accepted: undefined,
    inviteSeq: 0,
  };
}

/** All dialogs of all applications. */
export class AppDialogs {
  readonly #byId = new Map<string, AppDialog>();
  readonly #byTags = new DialogTable<AppDialog>();

  get size(): number {
    return this.#byId.size;
  }

  /** Dialogs of calls; subscriptions are none. */
  get calls(): number {
    let calls = 0;
    for (const entry of this.#byId.values()) if (entry.isCall) calls++;
    return calls;
  }

  add(entry: AppDialog): void {
    this.#byId.set(entry.id, entry);
    this.#byTags.add(entry.dialog, entry);
  }

  get(id: string): AppDialog | undefined {
    return this.#byId.get(id);
  }

  ofRequest(request: SipRequest): AppDialog | undefined {
    return this.#byTags.ofRequest(request)?.usage;
  }

  remove(entry: AppDialog): void {
    if (this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id);
    this.#byTags.remove(entry.dialog);
  }

  /** Those of one application. */
  *of(client: ClientConnection): Generator<AppDialog> {
    for (const entry of [...this.#byId.values()]) if (entry.client === client) yield entry;
  }

  all(): AppDialog[] {
    return [...this.#byId.values()];
  }
}
