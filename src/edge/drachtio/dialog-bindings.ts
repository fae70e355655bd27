import type { Dialog } from '../../sip/dialog/dialog.ts';
import { DialogTable } from '../../sip/dialog/dialog-table.ts';
import type { DialogUsage } from '../leg/leg-home.ts';
import type { ServerConnection } from './server-connection.ts';

/** What a dialog of ours is on the server that holds it. */
export interface DialogBinding {
  readonly connection: ServerConnection;
  /** The server's name of the dialog; undefined as long as it has told none. */
  dialogId: string | undefined;
  /** Requests of ours that wait for that name: the server tells it after our answer has gone out. */
  readonly waiting: Set<() => void>;
  /** Requests of ours in the dialog that have no final response yet. */
  readonly open: Set<DialogRequest>;
  /** RSeq of the last reliable provisional response: as we counted, and as the server wrote. */
  rseq: { readonly ours: string; readonly servers: string } | undefined;
}

/** A request that lasts no longer than its dialog. */
export interface DialogRequest {
  /** The dialog has ended: the server need not tell what becomes of the request. */
  dialogOver(): void;
}

/** The server has told its name of the dialog: what waited for it goes out. */
export function nameDialog(binding: DialogBinding, dialogId: string): void {
  binding.dialogId = dialogId;
  for (const go of binding.waiting) go();
  binding.waiting.clear();
}

/** The servers' dialogs of one edge, by Call-ID and local tag. */
export class DialogBindings {
  readonly #bindings = new Map<string, DialogBinding>();

  get size(): number {
    return this.#bindings.size;
  }

  /** The connections of all dialogs. */
  *connections(): Iterable<ServerConnection> {
    for (const { connection } of this.#bindings.values()) yield connection;
  }

  get(callId: string, localTag: string): DialogBinding | undefined {
    return this.#bindings.get(keyOf(callId, localTag));
  }

  /** The binding of a dialog, made when there is none. */
  bind(callId: string, localTag: string, connection: ServerConnection): DialogBinding {
    const key = keyOf(callId, localTag);
    const known = this.#bindings.get(key);
    if (known) return known;
    const binding: DialogBinding = {
      connection,
      dialogId: undefined,
      waiting: new Set(),
      open: new Set(),
      rseq: undefined,
    };
    this.#bindings.set(key, binding);
    return binding;
  }

  /** The server chose another local tag. */
  rename(callId: string, from: string, to: string): void {
    const binding = this.#bindings.get(keyOf(callId, from));
    if (!binding) return;
    this.#bindings.delete(keyOf(callId, from));
    this.#bindings.set(keyOf(callId, to), binding);
  }

  /** The dialog has ended, and with it what is still open in it: stock servers say no more of a re-INVITE that a BYE overtook. */
  remove(callId: string, localTag: string): void {
    const key = keyOf(callId, localTag);
    const binding = this.#bindings.get(key);
    if (!binding) return;
    this.#bindings.delete(key);
    for (const request of [...binding.open]) request.dialogOver();
  }

  clear(): void {
    this.#bindings.clear();
  }
}

const keyOf = (callId: string, localTag: string): string => `${localTag} ${callId}`;

/** The dialogs of a drachtio edge. The binding of a subscription ends with it, that of a leg with its BYE. */
export class BoundDialogs extends DialogTable<DialogUsage> {
  readonly #bindings: DialogBindings;

  constructor(bindings: DialogBindings) {
    super();
    this.#bindings = bindings;
  }

  override remove(dialog: Dialog): void {
    const isSubscription = this.byKey(dialog.key)?.usage.leg === undefined;
    super.remove(dialog);
    if (isSubscription) this.#bindings.remove(dialog.callId, dialog.localTag);
  }
}
